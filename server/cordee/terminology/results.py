"""What the terminology answers, as values free of JSON and HTTP.

https://hl7.org/fhir/R4/terminology-service.html
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Subsumption = Literal["equivalent", "subsumes", "subsumed-by", "not-subsumed"]


@dataclass(frozen=True, slots=True)
class Designation:
    """Another text for a concept; `use` is a Coding."""

    value: str
    language: str | None = None
    use: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a concept; `value` is a string, code, Coding, boolean, number or dateTime.

    `type` is the suffix of `value[x]` that carries it ("Code", "String", "Coding", …).
    """

    code: str
    value: Any
    type: str
    description: str | None = None
    meaning: str | None = None
    """The property of the specification that it is by its URI, where its code is another."""

    @property
    def names(self) -> tuple[str, str]:
        """Give its own code, and the specification's."""
        return self.code, self.meaning or self.code


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of an expansion, with the entries below it."""

    system: str
    code: str
    version: str | None = None
    display: str | None = None
    abstract: bool = False
    inactive: bool = False
    designations: tuple[Designation, ...] = ()
    definition: str | None = None
    contains: tuple["Member", ...] = ()


@dataclass(frozen=True, slots=True)
class Expansion:
    """An expansion: one page of members, and `total`, the number of members on all pages.

    `parameters` are what was used (name, value), as `expansion.parameter` reports them; `warnings`
    say why the expansion may not be complete.
    """

    members: tuple[Member, ...]
    total: int
    offset: int = 0
    parameters: tuple[tuple[str, str | int | bool], ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a code is good.

    `result` is None when this server does not know: the code system or value set, or enough of it,
    is not here. `message` says why the result is not simply true. `display_correct` is None when no
    display was given or none is known.
    """

    result: bool | None
    message: str | None = None
    system: str | None = None
    code: str | None = None
    version: str | None = None
    display: str | None = None
    display_correct: bool | None = None
    inactive: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """Everything known about a concept."""

    name: str
    system: str
    code: str
    version: str | None
    display: str | None
    definition: str | None = None
    abstract: bool = False
    inactive: bool = False
    designations: tuple[Designation, ...] = ()
    properties: tuple[Property, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """One translation; `products` and `depends_on` are ConceptMap elements as they are."""

    equivalence: str
    system: str | None
    code: str | None
    version: str | None = None
    display: str | None = None
    comment: str | None = None
    source: str | None = None
    """The canonical of the ConceptMap that says so."""
    products: tuple[dict[str, Any], ...] = ()
    depends_on: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Translation:
    """The translations of a code; `result` is true when one of them is a real match.

    `known` is false when there was no map to look in.
    """

    result: bool
    matches: tuple[Match, ...] = field(default=())
    message: str | None = None
    known: bool = True
