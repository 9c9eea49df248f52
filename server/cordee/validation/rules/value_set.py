"""A ValueSet whose systems are code systems and whose codes are theirs.

https://hl7.org/fhir/R4/valueset.html
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from cordee.resource.canonical import split
from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.resolution import listed
from cordee.validation.rules.value_set_circle import Find, check_circle
from cordee.validation.run import Check, Run
from cordee.validation.vocabulary import Vocabulary

Types: TypeAlias = Callable[[str], frozenset[str]]
"""Gives the resource types known under a canonical url."""

MOST = 1000
"""Codes of one include that are looked up; longer lists come from the system's own author."""

ABOUT_CODES = frozenset({"is-a", "descendent-of", "is-not-a", "generalizes"})
"""Operators of filters whose value is a code."""


def value_set(types: Types, find: Find, vocabulary: Vocabulary) -> Check:
    """Check what a ValueSet is composed of, as far as the systems are known here."""

    def check(value: Any, place: Place, run: Run) -> None:
        check_circle(value, place, find, run)
        compose = value.get("compose")
        for name in ("include", "exclude") if isinstance(compose, dict) else ():
            for index, row in enumerate(listed(compose.get(name))):
                at: Place = ((place, "compose", -1), name, index)
                _check_imports(row, at, types, run)
                system = row.get("system")
                if isinstance(system, str) and _is_system(system, at, types, run):
                    _check_concepts(row, system, at, vocabulary, run)
                    _check_filters(row, system, at, vocabulary, run)

    return check


def _check_imports(row: Resource, at: Place, types: Types, run: Run) -> None:
    imported = row.get("valueSet")
    for index, url in enumerate(imported if isinstance(imported, list) else []):
        if isinstance(url, str) and url and url[0] != "#" and not types(split(url)[0]):
            where: Place = (at, "valueSet", index)
            run.add("value-set-import-unknown", where, url=excerpt(url))


def _is_system(system: str, at: Place, types: Types, run: Run) -> bool:
    where: Place = (at, "system", -1)
    if ":" not in system:
        run.add("system-relative", where, system=excerpt(system))
        return False
    if types(system.partition("|")[0]) == {"ValueSet"}:
        run.add("value-set-system", where, system=excerpt(system))
        return False
    return True


def _check_concepts(
    row: Resource, system: str, at: Place, vocabulary: Vocabulary, run: Run
) -> None:
    seen: set[str] = set()
    for index, concept in enumerate(listed(row.get("concept"))):
        code, place = concept.get("code"), (at, "concept", index)
        if not isinstance(code, str):
            continue
        if code in seen:
            run.add("value-set-code-twice", place, code=excerpt(code))
        seen.add(code)
        if index >= MOST:
            continue
        coding = {"system": system, "version": row.get("version"), "code": code}
        verdict = vocabulary.verdict(coding | {"display": concept.get("display")})
        if verdict is None or verdict.result is None:
            continue
        if verdict.result is False:
            run.add("value-set-code", place, code=excerpt(code), system=system)
        elif verdict.display_correct is False:
            found, known = excerpt(concept.get("display")), verdict.display or ""
            run.add("value-set-display", place, found=found, known=known, code=code)


def _check_filters(row: Resource, system: str, at: Place, vocabulary: Vocabulary, run: Run) -> None:
    for index, rule in enumerate(listed(row.get("filter"))):
        place: Place = (at, "filter", index)
        operator, value = rule.get("op"), rule.get("value")
        if operator == "exists" and value not in ("true", "false"):
            run.add("value-set-filter-boolean", place, value=excerpt(value))
        elif str(operator) in ABOUT_CODES and rule.get("property") in ("concept", "code"):
            verdict = vocabulary.verdict({"system": system, "code": value})
            if verdict is not None and verdict.result is False:
                run.add("value-set-filter-code", place, code=excerpt(value), system=system)
