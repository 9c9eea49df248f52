"""A Bundle of ITI-65 taken apart: its submission set, its documents, and their contents.

https://profiles.ihe.net/ITI/MHD/ITI-65.html
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cordee.bridges.mhd.names import is_submission_set
from cordee.errors import Issue, Severity
from cordee.resource.types import Resource


@dataclass(frozen=True, slots=True)
class Placed:
    """A resource of the Bundle, and the number of its entry."""

    index: int
    resource: Resource
    full_url: str | None

    def at(self, path: str) -> str:
        """Name an element of it."""
        return f"Bundle.entry[{self.index}].resource.{path}"


@dataclass(frozen=True, slots=True)
class Provided:
    """What a client provides."""

    sets: tuple[Placed, ...]
    documents: tuple[Placed, ...]
    contents: dict[str, Resource]
    """Binaries and document Bundles by fullUrl."""

    @classmethod
    def of(cls, bundle: Resource) -> "Provided":
        """Sort the entries of a Bundle that fits its profile."""
        placed = [
            Placed(index, entry["resource"], entry.get("fullUrl"))
            for index, entry in enumerate(bundle.get("entry", ()))
            if "resource" in entry and entry["request"]["method"] == "POST"
        ]
        return cls(
            tuple(
                each
                for each in placed
                if each.resource["resourceType"] == "List" and is_submission_set(each.resource)
            ),
            tuple(each for each in placed if each.resource["resourceType"] == "DocumentReference"),
            {
                each.full_url: each.resource
                for each in placed
                if each.full_url and each.resource["resourceType"] in ("Binary", "Bundle")
            },
        )

    def faults(self) -> Iterator[Issue]:
        """Find what contradicts itself: documents outside the set, content that is another."""
        listed = {
            row.get("item", {}).get("reference")
            for each in self.sets
            for row in each.resource.get("entry", ())
        }
        for document in self.documents:
            if document.full_url not in listed:
                text = "The document is not an entry of the submission set"
                yield _fault(text, f"Bundle.entry[{document.index}].resource")
            for number, content in enumerate(document.resource.get("content", ())):
                path = document.at(f"content[{number}].attachment")
                yield from self._content(content.get("attachment", {}), path)

    def _content(self, attachment: dict[str, Any], path: str) -> Iterator[Issue]:
        url = attachment.get("url")
        content = self.contents.get(url or "")
        if content is None:
            text = "The document's content must be an entry of the Bundle, named by its fullUrl"
            yield _fault(text, f"{path}.url")
        elif content["resourceType"] == "Binary":
            yield from _differing(attachment, content, path)


def _differing(attachment: dict[str, Any], binary: Resource, path: str) -> Iterator[Issue]:
    """Compare what is said of a content with the content: type, size and SHA-1."""
    declared, sent = (_media(each.get("contentType")) for each in (attachment, binary))
    if declared and declared != sent:
        text = f"The content is said to be {declared}, but the Binary is {sent}"
        yield _fault(text, f"{path}.contentType")
    try:
        data = base64.b64decode(binary.get("data", ""), validate=True)
    except binascii.Error:
        yield _fault("The Binary is not in base64", path)
        return
    size = attachment.get("size")
    if size is not None and size != len(data):
        yield _fault(f"The content has {len(data)} bytes, not {size}", f"{path}.size")
    digest = base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()
    if attachment.get("hash") not in (None, digest):
        yield _fault("The content has another SHA-1 than the one given", f"{path}.hash")


def _media(text: Any) -> str:
    return str(text or "").partition(";")[0].strip().lower()


def _fault(text: str, where: str) -> Issue:
    return Issue(Severity.ERROR, "business-rule", text, where)
