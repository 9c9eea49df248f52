"""What the national record said of a document, noted on its DocumentReference.

The server writes it, whoever asked: it is no act of theirs, but what is so now.

https://hl7.org/fhir/R4/documentreference.html
"""

from collections.abc import Callable, Sequence
from typing import Any

from cordee.bridges.cda.reading.concepts import Systems
from cordee.bridges.metadata.lot import DocumentEntry
from cordee.bridges.metadata.namespaces import ARCHIVED, DELETED, DEPRECATED
from cordee.bridges.metadata.vocabulary import visibilities
from cordee.bridges.xds.document_reference import (
    ARCHIVES,
    entry_identifier,
    identifier_of,
    is_entry,
)
from cordee.interactions.exchange import Request
from cordee.interactions.guard import add
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import WriteSession


async def noted(
    services: Services,
    systems: Systems,
    id: str,
    entry: DocumentEntry | None,
    replaces: str | None = None,
) -> None:
    """Note an entry on DocumentReference/`id`, or that there is none any more.

    Nothing is stored where it says so already, or where the resource is gone.
    """
    await _changed(services, id, lambda resource: _after(systems, resource, entry, replaces))


def _after(
    systems: Systems, resource: Resource, entry: DocumentEntry | None, replaces: str | None
) -> Resource:
    made = dict(resource)
    kept = [row for row in resource.get("identifier", ()) if not is_entry(row)]
    living = entry is not None and entry.status != DELETED
    if living and entry is not None:
        kept.append(entry_identifier(entry.id))
        made["securityLabel"] = _labels(systems, resource, entry)
        if entry.status == DEPRECATED and resource.get("status") == "current":
            made["status"] = "superseded"
        archived = entry.status == ARCHIVED
        made["extension"] = _archived(resource.get("extension", ()), archived=archived)
    made["identifier"] = kept
    if replaces is not None and not resource.get("relatesTo"):
        target = {"identifier": identifier_of(replaces)}
        made["relatesTo"] = [{"code": "replaces", "target": target}]
    return {name: value for name, value in made.items() if value not in ([], None)}


def _labels(systems: Systems, resource: Resource, entry: DocumentEntry) -> list[dict[str, Any]]:
    """Give the labels with those of visibility as the entry has them."""
    known = visibilities()
    kept = [
        row
        for row in resource.get("securityLabel", ())
        if not any(coding.get("code") in known for coding in row.get("coding", ()))
    ]
    for code in entry.confidentiality:
        if code.code in known:
            system = systems.canonical(code.system)
            told = {"system": system, "code": code.code, "display": code.display}
            kept.append({"coding": [{key: value for key, value in told.items() if value}]})
    return kept


def _archived(extensions: Sequence[dict[str, Any]], *, archived: bool) -> list[dict[str, Any]]:
    kept = [row for row in extensions if row.get("url") != ARCHIVES]
    said = len(kept) < len(extensions)
    # What was never archived need not say so.
    return [*kept, {"url": ARCHIVES, "valueBoolean": archived}] if archived or said else kept


async def _changed(services: Services, id: str, change: Callable[[Resource], Resource]) -> None:
    async def work(session: WriteSession) -> None:
        current = await session.read("DocumentReference", id)
        if current is None or current.deleted:
            return
        resource = json.parse(current.body)
        after = change(resource)
        if after != resource:
            await add(services, session, Request(""), after)

    await services.store.write(work)
