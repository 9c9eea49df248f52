"""Messages and notes of a record as one thread, newest first."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cordee.console.circle import name_of
from cordee.console.page import text_of

TEXT = ("text/plain", "text/markdown")


@dataclass(frozen=True, slots=True)
class Entry:
    """A message (`message`), or a note or document (`note`)."""

    id: str
    kind: str
    topic: str
    text: str
    who: str
    moment: str
    urgent: bool
    answers: bool
    reference: str


def thread(
    resources: Sequence[Mapping[str, Any]], known: Mapping[str, Mapping[str, Any]]
) -> list[Entry]:
    """Read Communications and DocumentReferences."""
    found = [
        _message(one, known) if one["resourceType"] == "Communication" else _note(one, known)
        for one in resources
    ]
    return sorted(found, key=lambda entry: entry.moment, reverse=True)


def _message(one: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Entry:
    said = [
        str(part["contentString"]) for part in one.get("payload", ()) if "contentString" in part
    ]
    return Entry(
        id=str(one.get("id")),
        kind="message",
        topic=text_of(one.get("topic")),
        text="\n".join(said),
        who=_name(one.get("sender"), known),
        moment=str(one.get("sent") or one.get("meta", {}).get("lastUpdated", "")),
        urgent=one.get("priority") in {"urgent", "asap", "stat"},
        answers=bool(one.get("inResponseTo")),
        reference=f"Communication/{one.get('id')}",
    )


def _note(one: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Entry:
    return Entry(
        id=str(one.get("id")),
        kind="note",
        topic=text_of(one.get("type")),
        text=_written(one) or str(one.get("description", "")),
        who=_name(next(iter(one.get("author", ())), None), known),
        moment=str(one.get("date") or one.get("meta", {}).get("lastUpdated", "")),
        urgent=False,
        answers=False,
        reference=f"DocumentReference/{one.get('id')}",
    )


def _written(one: Mapping[str, Any]) -> str:
    """Give the text of a note that is carried in the resource."""
    for content in one.get("content", ()):
        attachment = content.get("attachment", {})
        if (
            str(attachment.get("contentType", "")).partition(";")[0] in TEXT
            and "data" in attachment
        ):
            try:
                return base64.b64decode(attachment["data"]).decode("utf-8", "replace")
            except (binascii.Error, ValueError):
                return ""
    return ""


def _name(link: Mapping[str, Any] | None, known: Mapping[str, Mapping[str, Any]]) -> str:
    if not link:
        return ""
    reference = str(link.get("reference", ""))
    return str(link.get("display") or name_of(known.get(reference, {}), known) or reference)
