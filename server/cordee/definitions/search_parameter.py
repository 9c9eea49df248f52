"""SearchParameter resources as values.

https://hl7.org/fhir/R4/searchparameter.html
"""

from dataclasses import dataclass

import msgspec


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a composite: the canonical of its parameter, and where its value stands."""

    definition: str
    expression: str


@dataclass(frozen=True, slots=True)
class SearchParameter:
    """What one parameter searches.

    `type` is a search-param-type code; `base` and `target` are resource type names; `expression`
    is FHIRPath over all bases, None for the parameters that only the server can answer (`_text`).
    """

    url: str
    code: str
    type: str
    base: tuple[str, ...]
    version: str | None = None
    name: str = ""
    status: str = "active"
    description: str | None = None
    expression: str | None = None
    xpath_usage: str | None = None
    target: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()
    multiple_or: bool = True
    multiple_and: bool = True
    comparators: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    derived_from: str | None = None


class _Component(msgspec.Struct):
    definition: str = ""
    expression: str = ""


class _Row(msgspec.Struct, rename="camel"):
    url: str
    code: str
    type: str
    base: tuple[str, ...]
    version: str | None = None
    name: str = ""
    status: str = "active"
    description: str | None = None
    expression: str | None = None
    xpath_usage: str | None = None
    target: tuple[str, ...] = ()
    component: tuple[_Component, ...] = ()
    multiple_or: bool = True
    multiple_and: bool = True
    comparator: tuple[str, ...] = ()
    modifier: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    derived_from: str | None = None


_DECODER = msgspec.json.Decoder(_Row)


def decode(json: bytes) -> SearchParameter:
    """Read a SearchParameter from JSON; msgspec.ValidationError when a required part is missing."""
    row = _DECODER.decode(json)
    return SearchParameter(
        url=row.url,
        code=row.code,
        type=row.type,
        base=row.base,
        version=row.version,
        name=row.name,
        status=row.status,
        description=row.description,
        expression=row.expression,
        xpath_usage=row.xpath_usage,
        target=row.target,
        components=tuple(Component(c.definition, c.expression) for c in row.component),
        multiple_or=row.multiple_or,
        multiple_and=row.multiple_and,
        comparators=row.comparator,
        modifiers=row.modifier,
        chain=row.chain,
        derived_from=row.derived_from,
    )
