"""A CapabilityStatement for people: what a server offers, as a whole and type by type.

https://hl7.org/fhir/R4/capabilitystatement.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]
OWN = "https://cordee.example/fhir/"
"""Where the definitions of our guide are."""


@dataclass(frozen=True, slots=True)
class Named:
    """Something that a definition names: a parameter, an operation, a profile."""

    name: str
    type: str
    text: str
    definition: str
    link: str | None
    """The page of our guide that defines it, where it is ours."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is offered on one resource type."""

    type: str
    interactions: Sequence[str]
    rules: Sequence[tuple[str, str]]
    """How it is versioned, written on conditions, referred to: element → value."""
    profiles: Sequence[Named]
    parameters: Sequence[Named]
    operations: Sequence[Named]
    includes: Sequence[str]
    reverse: Sequence[str]


@dataclass(frozen=True, slots=True)
class Statement:
    """What is offered as a whole; `kinds` in the order of the statement."""

    facts: Sequence[tuple[str, str]]
    security: str
    interactions: Sequence[str]
    parameters: Sequence[Named]
    operations: Sequence[Named]
    compartments: Sequence[str]
    instantiates: Sequence[Named]
    kinds: Mapping[str, Kind]

    @property
    def of_all(self) -> Sequence[str]:
        """Give the interactions that every type offers."""
        return _of_all([kind.interactions for kind in self.kinds.values()])

    @property
    def operations_of_all(self) -> Sequence[str]:
        """Give the names of operations that every type offers."""
        return _of_all([[one.name for one in kind.operations] for kind in self.kinds.values()])


def _of_all(rows: Sequence[Sequence[str]]) -> Sequence[str]:
    """Give what is in all rows, in the order of the first."""
    return [one for one in rows[0] if all(one in row for row in rows)] if rows else ()


RULES = (
    *("versioning", "readHistory", "updateCreate", "conditionalCreate", "conditionalRead"),
    *("conditionalUpdate", "conditionalDelete", "referencePolicy"),
)


def read(statement: Json, pages: Mapping[str, object]) -> Statement:
    """Read a statement about a server; `pages` are the names of the guide's pages."""
    rest: Json = next(iter(statement.get("rest", ())), {})
    return Statement(
        facts=_facts(statement),
        security=str(rest.get("security", {}).get("description", "")),
        interactions=[str(one["code"]) for one in rest.get("interaction", ())],
        parameters=_named(rest.get("searchParam", ()), pages),
        operations=_named(rest.get("operation", ()), pages),
        compartments=[_last(url) for url in rest.get("compartment", ())],
        instantiates=[_named_url(url, pages) for url in statement.get("instantiates", ())],
        kinds={str(one["type"]): _kind(one, pages) for one in rest.get("resource", ())},
    )


def _facts(statement: Json) -> list[tuple[str, str]]:
    software = statement.get("software", {})
    told = {
        "kind": statement.get("kind", ""),
        "software": f"{software.get('name', '')} {software.get('version', '')}".strip(),
        "fhirVersion": statement.get("fhirVersion", ""),
        "format": ", ".join(statement.get("format", ())),
        "patchFormat": ", ".join(statement.get("patchFormat", ())),
        "date": str(statement.get("date", ""))[:10],
    }
    return [(name, str(value)) for name, value in told.items() if value]


def _kind(row: Json, pages: Mapping[str, object]) -> Kind:
    return Kind(
        type=str(row["type"]),
        interactions=[str(one["code"]) for one in row.get("interaction", ())],
        rules=[(name, _written(row[name])) for name in RULES if name in row],
        profiles=[_named_url(url, pages) for url in row.get("supportedProfile", ())],
        parameters=_named(row.get("searchParam", ()), pages),
        operations=_named(row.get("operation", ()), pages),
        includes=row.get("searchInclude", ()),
        reverse=row.get("searchRevInclude", ()),
    )


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "✓" if value else "-"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _named(rows: Sequence[Json], pages: Mapping[str, object]) -> list[Named]:
    return [
        Named(
            str(one["name"]),
            str(one.get("type", "")),
            str(one.get("documentation", "")),
            str(one.get("definition", "")),
            _link(str(one.get("definition", "")), pages),
        )
        for one in rows
    ]


def _named_url(url: str, pages: Mapping[str, object]) -> Named:
    return Named(_last(url), "", "", url, _link(url, pages))


def _link(url: str, pages: Mapping[str, object]) -> str | None:
    name = url.partition("|")[0].removeprefix(OWN).replace("/", "-")
    return f"/ig/{name}.html" if url.startswith(OWN) and name in pages else None


def _last(url: str) -> str:
    return url.partition("|")[0].rpartition("/")[2]
