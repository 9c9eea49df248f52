"""What answers a masked note or message is masked as well, from the same people at least.

An answer without the labels of what it answers is refused rather than labelled by the server: its
first version would be told to subscribers before. A label that is put on something later goes down
to all its answers in the same transaction; one that is taken away stays on them until their authors
take it away too.

JDV_J110-StatutVisibiliteDocument-CISIS; https://hl7.org/fhir/R4/security-labels.html
"""

from collections.abc import Sequence
from typing import Any

from cordee.coordination.question import found
from cordee.coordination.voice import references
from cordee.errors import Category, FhirError
from cordee.interactions.change import Change
from cordee.interactions.linking import local_key
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.marks import LABELS
from cordee.store.port import Reader

Element = dict[str, Any]

THREADS = {"Communication": "in-response-to", "DocumentReference": "relatesto"}
"""Type → the parameter by which its answers are found."""
STAMPED = frozenset({"security", "versionId", "lastUpdated"})


def labels(resource: Resource | None) -> dict[str, Element]:
    """Give the visibility labels of a note or message: code → Coding."""
    held = resource or {}
    rows = [*held.get("meta", {}).get("security", ())]
    rows += [
        each for concept in held.get("securityLabel", ()) for each in concept.get("coding", ())
    ]
    return {row["code"]: row for row in rows if row.get("code") in LABELS}


def labelled(resource: Resource, more: dict[str, Element]) -> Resource:
    """Give a resource with some labels more."""
    if not more:
        return resource
    meta = resource.get("meta", {})
    return resource | {"meta": meta | {"security": [*meta.get("security", ()), *more.values()]}}


async def check(services: Services, reader: Reader, change: Change) -> None:
    """Raise UNPROCESSABLE for an answer that lacks a label, where its labels are new."""
    assert change.after is not None
    own = labels(change.after)
    if change.before is not None and own.keys() == labels(change.before).keys():
        return
    for name, codes in await _above(services, reader, change.after):
        lacking = sorted(codes.keys() - own.keys())
        if lacking:
            text = (
                f"{name} is labelled {', '.join(lacking)}: what answers it must be too "
                "(meta.security), or it would tell whom the label keeps away"
            )
            where = f"{change.type}.meta.security"
            raise FhirError(Category.UNPROCESSABLE, text, expression=where)


async def inherits(services: Services, reader: Reader, change: Change) -> bool:
    """Tell whether all that a change does is to add labels that what it answers has."""
    before, after = change.before, change.after
    if before is None or after is None or _apart(before) != _apart(after):
        return False
    was, now = labels(before), labels(after)
    added = now.keys() - was.keys()
    if not added or not was.keys() <= now.keys():
        return False
    above = [codes.keys() for _, codes in await _above(services, reader, after)]
    return added <= {code for codes in above for code in codes}


async def passed_on(services: Services, reader: Reader, change: Change) -> Sequence[Resource]:
    """Give the answers with the labels that were put on what they answer."""
    new = {
        code: coding
        for code, coding in labels(change.after).items()
        if code not in labels(change.before)
    }
    if change.before is None or not new:
        return ()
    query = f"{THREADS[change.type]}={change.type}/{change.id}"
    name = f"{change.type}/{change.id}"
    return [
        labelled(answer, {code: new[code] for code in new if code not in labels(answer)})
        for answer in await found(services, reader, change.type, query)
        if name in _answered(answer) and not new.keys() <= labels(answer).keys()
    ]


def _answered(resource: Resource) -> list[str]:
    """Give what a note appends to, or a message answers."""
    if resource["resourceType"] == "Communication":
        return references(resource.get("inResponseTo", ()))
    links = resource.get("relatesTo", ())
    return references(link.get("target", {}) for link in links if link.get("code") == "appends")


async def _above(
    services: Services, reader: Reader, resource: Resource
) -> list[tuple[str, dict[str, Element]]]:
    """Give what a resource answers, with its labels; what is elsewhere has none that we know."""
    named = {name: local_key(services, name) for name in _answered(resource)}
    keys = [key for key in named.values() if key is not None]
    stored = await reader.read_many(keys) if keys else {}
    return [
        (name, labels(json.parse(stored[key].body)))
        for name, key in named.items()
        if key in stored and not stored[key].deleted
    ]


def _apart(resource: Resource) -> tuple[Resource, Resource]:
    """Give a resource without what labels are in, and what else its `meta` says."""
    kept = {name: value for name, value in resource.items() if name != "meta"}
    meta = resource.get("meta", {})
    return kept, {name: value for name, value in meta.items() if name not in STAMPED}
