"""Corrections of defects in the official data, kept as data.

Each row of `corrections.json` names one resource of the package and the JSON Patch that mends it,
why, and where the defect is known; `"remove": true` leaves the resource out altogether.

https://www.rfc-editor.org/rfc/rfc6902
"""

from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any

import jsonpatch
import msgspec

from cordee.resource.types import Resource


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One mended resource: `resource` is `Type/id`, `patch` RFC 6902 operations."""

    resource: str
    reason: str
    link: str
    patch: list[dict[str, Any]] = []
    remove: bool = False


def text() -> bytes:
    """Give the bytes of the corrections shipped with the product."""
    return files("cordee.definitions").joinpath("corrections.json").read_bytes()


def read(data: bytes) -> list[Correction]:
    """Read corrections; msgspec.ValidationError when a row is not as it should be."""
    return msgspec.json.decode(data, type=list[Correction])


def apply(resources: Iterable[Resource], corrections: Iterable[Correction]) -> Iterator[Resource]:
    """Give the resources corrected.

    Raises LookupError when a correction names a resource that is not there: the data has moved on.
    """
    waiting: dict[str, list[Correction]] = {}
    for correction in corrections:
        waiting.setdefault(correction.resource, []).append(correction)
    for resource in resources:
        found = waiting.pop(f"{resource['resourceType']}/{resource.get('id')}", ())
        if any(correction.remove for correction in found):
            continue
        for correction in found:
            resource = jsonpatch.apply_patch(resource, correction.patch)  # noqa: PLW2901
        yield resource
    if waiting:
        raise LookupError(f"corrections of absent resources: {', '.join(sorted(waiting))}")
