"""Literal references: what they point to, all those of a resource, and how to redirect them.

https://hl7.org/fhir/R4/references.html#literal
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from cordee.resource.types import Resource

Kind = Literal["relative", "absolute", "uuid", "oid", "contained", "other"]

_RESTFUL = re.compile(
    r"(?:(?P<base>https?://\S+?)/)?"
    r"(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})"
    r"(?:/_history/(?P<version>[A-Za-z0-9\-.]{1,64}))?"
    r"(?:#(?P<fragment>\S*))?"
)
_LONGEST = 200
"""Characters of the references that are remembered."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A literal reference taken apart.

    `type` and `id` are set when the text has the form of a RESTful URL; `base` (no trailing slash)
    when that URL is absolute. `fragment` is the id of a contained resource. `text` is as written.
    """

    text: str
    kind: Kind
    type: str | None = None
    id: str | None = None
    version: str | None = None
    base: str | None = None
    fragment: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Reference":
        """Read a reference; what fits no known form has the kind `other`, never an error."""
        return _parsed(text) if len(text) <= _LONGEST else _parsed.__wrapped__(text)

    @property
    def versionless(self) -> str:
        """The link without version and fragment ("Patient/1"); other forms as written."""
        if self.id is None:
            return self.text
        local = f"{self.type}/{self.id}"
        return f"{self.base}/{local}" if self.base else local

    def relative_to(self, base: str) -> "Reference":
        """Give the relative form if this is an absolute URL under `base`, else the same."""
        if self.base is None or self.base != base.rstrip("/"):
            return self
        return Reference.parse(self.text[len(self.base) + 1 :])

    def same_target(self, other: "Reference") -> bool:
        """Tell whether both point to the same resource, whatever the version."""
        return self.versionless == other.versionless and self.kind == other.kind


@lru_cache(maxsize=16_384)
def _parsed(text: str) -> Reference:
    # A write reads each of its references several times: to check, to link, to index.
    if text.startswith("#"):
        return Reference(text, "contained", fragment=text[1:])
    found = _RESTFUL.fullmatch(text)
    if found:
        base, type, id, version, fragment = found.groups()
        kind: Kind = "absolute" if base else "relative"
        return Reference(text, kind, type, id, version, base, fragment)
    return Reference(text, _kind(text))


def _kind(text: str) -> Kind:
    lower = text.lower()
    if lower.startswith("urn:uuid:"):
        return "uuid"
    if lower.startswith("urn:oid:"):
        return "oid"
    return "absolute" if "://" in text else "other"


def references(resource: Resource) -> Iterator[tuple[str, dict[str, Any]]]:
    """Iterate over all `Reference` values that carry a literal `reference`.

    Yields (path, holder): a FHIRPath such as `Observation.performer[0]`, and the very dict, whose
    `reference` may be changed. Contained resources and resources in a Bundle are entered.
    """
    yield from _walk(resource, str(resource.get("resourceType", "")))


def unbundled(resource: Resource) -> Resource:
    """Give the resource, of a Bundle what is not its entries.

    Entries are linked by their full URLs, within the Bundle, which is kept as it is
    (https://hl7.org/fhir/R4/bundle.html#references).
    """
    if resource.get("resourceType") != "Bundle":
        return resource
    return {name: value for name, value in resource.items() if name != "entry"}


def holders(resource: Resource) -> list[dict[str, Any]]:
    """Give what `references` yields without the paths, which cost more than finding."""
    found: list[dict[str, Any]] = []
    _gather(resource, found)
    return found


def _gather(node: dict[str, Any], found: list[dict[str, Any]]) -> None:
    if type(node.get("reference")) is str and "resourceType" not in node:
        found.append(node)
    for value in node.values():
        kind = type(value)
        if kind is dict:
            _gather(value, found)
        elif kind is list:
            for item in value:
                if type(item) is dict:
                    _gather(item, found)


def _walk(node: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node.get("reference"), str) and "resourceType" not in node:
        yield path, node
    for name, value in node.items():
        if isinstance(value, dict):
            yield from _walk(value, f"{path}.{name}")
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    yield from _walk(item, f"{path}.{name}[{index}]")
