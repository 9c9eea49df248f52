"""Which index values deserve an index, and in which order.

MongoDB allows 64 indexes in a collection and every one costs on each write, so: one for each
parameter, the most selective types first; none for composites, whose parts are indexed by
themselves; second forms (`:identifier`, canonical quantities) after all first ones.

https://hl7.org/fhir/R4/searchparameter-registry.html
"""

from collections.abc import Iterable, Mapping

from cordee.search.index import Form, Index
from cordee.search.parameter import Kind, Parameter

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

_SECOND: Mapping[Kind, tuple[tuple[str, Form], ...]] = {
    "reference": ((":identifier", "token"),),
    "quantity": ((":ucum", "quantity"),),
}
"""Second forms that are indexed, where there is room."""

_RARE = frozenset({"phonetic", "address-use", "_source", "_security"})
"""Parameters that come after the others."""


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
    rows = [
        Index(found.code, _FORMS[found.kind], compartments=_placing(found.code, memberships))
        for found in indexed
        if found.code not in _RARE
    ]
    rows += [Index(found.code, _FORMS[found.kind]) for found in indexed if found.code in _RARE]
    if full_text:
        rows += [Index("_text", "words"), Index("_content", "words")]
    rows += [
        Index(f"{found.code}{suffix}", form)
        for found in indexed
        for suffix, form in _SECOND.get(found.kind, ())
        if not found.canonical
    ]
    return tuple(rows[:MOST])


def _importance(parameter: Parameter) -> tuple[bool, bool, int, str]:
    code = parameter.code
    return (
        code not in _FIRST,
        code.startswith("_"),
        list(_FORMS).index(parameter.kind),
        code,
    )


def _placing(code: str, memberships: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(compartment for compartment, codes in memberships.items() if code in codes)
