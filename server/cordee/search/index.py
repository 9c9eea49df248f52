"""What a store must index: one description per index name of a resource type.

`SearchRegistry.indexes(type)` gives them in order of importance, so that a store with a limit drops
the last ones first.

https://hl7.org/fhir/R4/searchparameter-registry.html
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Form: TypeAlias = Literal[
    "token",
    "text",
    "of-type",
    "string",
    "reference",
    "date",
    "number",
    "quantity",
    "uri",
    "near",
    "words",
]
"""The shapes of `search.values`; `text` is a plain folded string (`code:text`)."""


@dataclass(frozen=True, slots=True)
class Index:
    """One index name and the form of its values."""

    name: str
    form: Form
    compartments: frozenset[str] = frozenset()
    """For references: the compartment types (say "Patient") that every reference at this index to
    that type puts the resource in, by its CompartmentDefinition."""
    shared: bool = False
    """For references: whether one target may be referred to by a great many, as professionals and
    organizations are."""
