"""A ConceptMap whose codes are those of the systems that it maps.

https://hl7.org/fhir/R4/conceptmap.html
"""

from typing import Any

from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Check, Run
from cordee.validation.vocabulary import Vocabulary


def concept_map(vocabulary: Vocabulary) -> Check:
    """Look the mapped codes up in their systems, where these are known here in full."""

    def check(value: Any, place: Place, run: Run) -> None:
        for index, group in enumerate(listed(value.get("group"))):
            for position, element in enumerate(listed(group.get("element"))):
                at: Place = ((place, "group", index), "element", position)
                _look_up(_coding(element, group, "source"), at, vocabulary, run)
                for number, target in enumerate(listed(element.get("target"))):
                    coding = _coding(target, group, "target")
                    _look_up(coding, (at, "target", number), vocabulary, run)

    return check


def _coding(row: Resource, group: Resource, end: str) -> Resource:
    version = group.get(f"{end}Version")
    return {"system": group.get(end), "version": version} | {
        key: row.get(key) for key in ("code", "display")
    }


def _look_up(coding: Resource, at: Place, vocabulary: Vocabulary, run: Run) -> None:
    system, code = coding["system"], coding["code"]
    if not isinstance(system, str) or not isinstance(code, str):
        return
    found = vocabulary.verdict(coding)
    if found is None or found.result is None:
        return
    if found.result is False:
        where: Place = (at, "code", -1)
        weight = run.options.codings
        run.add("concept-map-code", where, severity=weight, code=excerpt(code), system=system)
    elif found.display_correct is False:
        stated, known = excerpt(coding["display"]), found.display or ""
        run.add("concept-map-display", (at, "display", -1), found=stated, known=known, code=code)
