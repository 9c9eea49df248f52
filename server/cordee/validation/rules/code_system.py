"""A CodeSystem whose count, properties and value set fit what it holds.

https://hl7.org/fhir/R4/codesystem.html
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.questionnaire_response.values import value_of
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Check, Run

Finder: TypeAlias = Callable[[str, str], Resource | None]
"""Gives a resource by canonical and type."""

LINKS = frozenset(
    f"http://hl7.org/fhir/concept-properties#{name}" for name in ("parent", "child", "partOf")
)
"""Properties whose values are codes of the same system."""

Concept: TypeAlias = tuple[Resource, Place]


def code_system(find: Finder) -> Check:
    """Check a CodeSystem by itself, and beside the value set and the system that it names."""

    def check(value: Any, place: Place, run: Run) -> None:
        concepts = list(_concepts(value, place))
        _check_content(value, len(concepts), place, run)
        _check_properties(value, concepts, run)
        _check_supplement(value, concepts, place, find, run)
        canonical = value.get("valueSet")
        found = find(canonical, "ValueSet") if isinstance(canonical, str) else None
        if found is not None and not _is_whole(found, value.get("url")):
            run.add("code-system-value-set", (place, "valueSet", -1), value_set=canonical)

    return check


def _concepts(holder: Resource, at: Place) -> Iterator[Concept]:
    rows = holder.get("concept")
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict):
            place: Place = (at, "concept", index)
            yield row, place
            yield from _concepts(row, place)


def _check_content(value: Resource, held: int, place: Place, run: Run) -> None:
    content, stated = value.get("content"), value.get("count")
    if content == "not-present" and held:
        run.add("code-system-not-present", place, held=held)
    if type(stated) is not int:
        return
    at: Place = (place, "count", -1)
    if content == "complete" and held != stated:
        run.add("code-system-count", at, stated=stated, held=held)
    elif str(content) in {"fragment", "example"} and held > stated:
        run.add("code-system-count-fragment", at, stated=stated, held=held)


def _check_properties(value: Resource, concepts: list[Concept], run: Run) -> None:
    declared = {str(row.get("code")): row for row in listed(value.get("property"))}
    codes = {str(concept.get("code")) for concept, _ in concepts}
    for concept, place in concepts:
        for index, row in enumerate(listed(concept.get("property"))):
            at: Place = (place, "property", index)
            rule, name = declared.get(str(row.get("code"))), excerpt(row.get("code"))
            found, kind = value_of(row, "value")
            if rule is None:
                run.add("code-system-property-unknown", at, property=name)
            elif kind and not _fits(kind, str(rule.get("type"))):
                wanted = str(rule.get("type"))
                run.add("code-system-property-type", at, property=name, wanted=wanted, found=kind)
            elif str(rule.get("uri")) in LINKS and _is_lost(found, codes, value):
                run.add("code-system-link", at, property=name, code=excerpt(found))


def _is_lost(code: Any, codes: set[str], system: Resource) -> bool:
    """Tell whether a complete system does not have a code."""
    return system.get("content") == "complete" and isinstance(code, str) and code not in codes


def _fits(kind: str, wanted: str) -> bool:
    return kind == wanted or (wanted == "decimal" and kind == "integer")


def _check_supplement(
    value: Resource, concepts: list[Concept], place: Place, find: Finder, run: Run
) -> None:
    canonical = value.get("supplements")
    if (value.get("content") == "supplement") != isinstance(canonical, str):
        run.add("code-system-supplement", place)
    base = find(canonical, "CodeSystem") if isinstance(canonical, str) else None
    if base is None or base.get("content") != "complete":
        return
    known = {str(concept.get("code")) for concept, _ in _concepts(base, place)}
    for concept, at in concepts:
        if str(concept.get("code")) not in known:
            run.add(
                "code-system-supplement-code",
                at,
                code=excerpt(concept.get("code")),
                system=canonical,
            )


def _is_whole(value_set: Resource, system: Any) -> bool:
    """Tell whether a value set holds all of a system; one without compose cannot be told."""
    include = (value_set.get("compose") or {}).get("include")
    if not isinstance(include, list):
        return True
    return (
        len(include) == 1
        and include[0].keys() <= {"system", "version", "extension", "id"}
        and (include[0].get("system") == system)
    )
