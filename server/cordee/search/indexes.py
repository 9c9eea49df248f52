"""Which index values deserve an index, and in which order.

MongoDB allows 64 indexes in a collection and every one costs on each write, so: one for each
parameter, those of extensions last; none for composites, whose parts are indexed by themselves;
identifiers inside references where there is room.

https://hl7.org/fhir/R4/searchparameter-registry.html
"""

from collections.abc import Iterable, Mapping

from cordee.search.index import Form, Index
from cordee.search.parameter import Kind, Parameter
from cordee.search.path import Child

MOST = 50
"""Most indexes described for a type; the store adds its own (ids, times, compartments)."""

_FORMS: Mapping[Kind, Form] = {
    "token": "token",
    "reference": "reference",
    "date": "date",
    "string": "string",
    "uri": "uri",
    "quantity": "quantity",
    "number": "number",
    "special": "near",
}
"""In order of importance; composites are left out."""

_FIRST = ("identifier",)
"""Parameters that come before all others: what systems find one another by."""

_RARE = frozenset({"phonetic", "address-use", "_source", "_security"})
"""Parameters that come after the others, as do those that search extensions."""

_SHARED = frozenset({"Organization", "Practitioner", "PractitionerRole"})
"""Types that take part in the care of many."""

_ANYTHING = 20
"""What may refer to that many types refers to anything, to professionals no more than to others."""

_EXTENSION = Child("extension")


def describe(
    parameters: Iterable[Parameter],
    memberships: Mapping[str, tuple[str, ...]],
    *,
    full_text: bool,
) -> tuple[Index, ...]:
    """Describe the indexes of a resource type from its parameters and compartments."""
    indexed = sorted(
        (
            found
            for found in parameters
            if found.kind in _FORMS and found.code not in ("_id", "_lastUpdated")
        ),
        key=_importance,
    )
    rows: list[Index] = []
    for found in indexed:
        placing = _placing(found.code, memberships)
        rows.append(Index(found.code, _FORMS[found.kind], placing, _is_shared(found)))
        if found.kind == "quantity":
            # A search with a UCUM unit looks at nothing else.
            rows.append(Index(f"{found.code}:ucum", "quantity"))
    if full_text:
        rows += [Index("_text", "words"), Index("_content", "words")]
    rows += [
        Index(f"{found.code}:identifier", "token")
        for found in indexed
        if found.kind == "reference" and not found.canonical
    ]
    return tuple(rows[:MOST])


def _is_shared(parameter: Parameter) -> bool:
    targets = parameter.targets if parameter.kind == "reference" else ()
    return len(targets) < _ANYTHING and not _SHARED.isdisjoint(targets)


def _is_rare(parameter: Parameter) -> bool:
    return parameter.code in _RARE or any(
        _EXTENSION in branch.steps for branch in parameter.branches
    )


def _importance(parameter: Parameter) -> tuple[bool, bool, bool, int, str]:
    code = parameter.code
    return (
        _is_rare(parameter),
        code not in _FIRST,
        code.startswith("_"),
        list(_FORMS).index(parameter.kind),
        code,
    )


def _placing(code: str, memberships: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(compartment for compartment, codes in memberships.items() if code in codes)
