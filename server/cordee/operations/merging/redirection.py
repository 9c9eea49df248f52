"""References of one resource turned from one patient to another, and turned back.

A merge changes references and nothing else, so that a resource's history tells exactly what it
changed: the version before it says which references were whose.

https://hl7.org/fhir/R4/references.html#literal
"""

import copy
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from cordee.resource.reference import Reference, references
from cordee.resource.types import Resource

_INDEX = re.compile(r"\[[0-9]+\]")


def redirected(resource: Resource, source: str, target: str) -> tuple[Resource, int]:
    """Give a copy whose references to `source` ("Patient/1") point to `target`, and how many did.

    A reference to one version of the source states a fact about that version, and stays.
    """
    made = copy.deepcopy(resource)
    count = 0
    for _, holder in _to(made, source):
        _point(holder, source, target)
        count += 1
    return made, count


def restored(
    current: Resource, before: Resource, source: str, target: str
) -> tuple[Resource, int, int]:
    """Give a copy of the resource as it is now, its references back where `before` had them.

    Also how many went back, and how many are no longer there: somebody took them out since. A
    reference goes back at its very place; where lists changed meanwhile, at a place of that kind,
    after those that were the target's own.
    """
    made = copy.deepcopy(current)
    wanted = [path for path, _ in _to(before, source)]
    here = dict(_to(made, target))
    missing: Counter[str] = Counter()
    for path in wanted:
        holder = here.pop(path, None)
        if holder is None:
            missing[_kind(path)] += 1
        else:
            _point(holder, target, source)
    own = Counter(_kind(path) for path, _ in _to(before, target))
    gone = 0
    for kind, count in missing.items():
        free = [holder for path, holder in here.items() if _kind(path) == kind]
        found = free[own[kind] :][:count]
        for holder in found:
            _point(holder, target, source)
        gone += count - len(found)
    return made, len(wanted) - gone, gone


def _to(resource: Resource, patient: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, holder in references(resource):
        found = Reference.parse(holder["reference"])
        if found.kind == "relative" and found.version is None and found.versionless == patient:
            yield path, holder


def _point(holder: dict[str, Any], old: str, new: str) -> None:
    holder["reference"] = new + holder["reference"].removeprefix(old)


def _kind(path: str) -> str:
    """Give a path without positions in lists."""
    return _INDEX.sub("", path)
