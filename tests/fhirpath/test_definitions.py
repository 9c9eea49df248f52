"""Every expression that R4 itself defines can be compiled."""

from collections.abc import Iterator

from cordee import fhirpath
from cordee.definitions.repository import Repository


def search_expressions(schema: Repository) -> Iterator[tuple[str, str]]:
    """Give each search parameter's expression with each type it is for."""
    for parameter in schema.all("SearchParameter"):
        for base in parameter["base"] if "expression" in parameter else ():
            yield parameter["expression"], base


def invariants(schema: Repository) -> Iterator[tuple[str, str | None]]:
    """Give each invariant with the type of the element it is for."""
    for structure in schema.all("StructureDefinition"):
        for element in structure.get("snapshot", {}).get("element", ()):
            path = element["path"]
            types = [one["code"] for one in element.get("type", ())]
            context = path if schema.type(path) else types[0] if len(types) == 1 else None
            for constraint in element.get("constraint", ()):
                if "expression" in constraint:
                    yield constraint["expression"], context


def test_all_search_parameters_compile(schema: Repository) -> None:
    """Each search parameter's expression compiles for each of its types."""
    rows = set(search_expressions(schema))
    assert len(rows) > 1300
    for expression, base in rows:
        fhirpath.compile(expression, schema, base)
        fhirpath.compile(expression, schema)


def test_all_invariants_compile(schema: Repository) -> None:
    """Each invariant compiles for the element it is for."""
    rows = set(invariants(schema))
    assert len({expression for expression, _ in rows}) > 150
    for expression, context in rows:
        fhirpath.compile(expression, schema, context)
