"""Contained resources: not nested, not versioned, and used (dom-2 to dom-5).

https://hl7.org/fhir/R4/references.html#contained
"""

from collections.abc import Iterator
from typing import Any

from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.run import Run


def contained(value: Any, place: Place, run: Run) -> None:
    """Check the contained resources of a resource."""
    inner = value.get("contained")
    if not isinstance(inner, list) or not run.options.contained:
        return
    used: set[str] | None = None
    for index, resource in enumerate(inner):
        if not isinstance(resource, dict):
            continue
        at: Place = (place, "contained", index)
        _check_one(resource, at, run)
        found = resource.get("id")
        if isinstance(found, str):
            if used is None:
                used = {text for text in _fragments(value) if text}
            if found not in used and not _points_out(resource):
                run.add("contained-unused", at, id=excerpt(found))
        else:
            run.add("contained-without-id", at)


def _check_one(resource: Resource, at: Place, run: Run) -> None:
    if resource.get("contained"):
        run.add("contained-nested", at)
    meta = resource.get("meta")
    if isinstance(meta, dict):
        if "versionId" in meta or "lastUpdated" in meta:
            run.add("contained-versioned", at)
        if "security" in meta:
            run.add("contained-security", at)


def _fragments(value: Any) -> Iterator[str]:
    """Give the ids that references and canonicals of a resource name as `#id`."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _fragments(item)
    elif isinstance(value, list):
        for item in value:
            yield from _fragments(item)
    elif isinstance(value, str) and value.startswith("#"):
        yield value[1:]


def _points_out(resource: Resource) -> bool:
    """Tell whether a contained resource refers to its container, which makes it used."""
    return "" in _fragments(resource)
