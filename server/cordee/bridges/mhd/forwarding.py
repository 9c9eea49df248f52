"""Documents provided here, and on their way to the DMP.

What is provided is queued in the transaction that stores it, so that none is forgotten; whether the
DMP would take it is judged afterwards, by the operation that submits a document, for whoever
provided it. Its reasons stand in the queue.

https://profiles.ihe.net/ITI/MHD/
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from cordee.bridges.exchange import (
    Done,
    Exchange,
    Handlers,
    Outcome,
    Refused,
    caller_of,
    written,
)
from cordee.bridges.mhd.submission import Stored
from cordee.interactions.at_rest import roused
from cordee.interactions.exchange import Request
from cordee.interactions.services import OperationEntry, Services
from cordee.resource import json
from cordee.resource.reference import Reference
from cordee.resource.types import Resource

BRIDGE = "mhd"
SUBMIT = "dmp-submit"
"""The action, and the operation that it calls."""
CDA = frozenset(
    (
        "application/cda+xml",
        "application/hl7-v3+xml",
        "application/xml",
        "application/xslt+xml",
        "text/xml",
    )
)
"""Media types of what the DMP takes."""


def forwarded(services: Services, request: Request, stored: Stored) -> Sequence[Exchange]:
    """Give what is queued for documents that were provided: one exchange for each CDA document."""
    settings = services.settings
    if settings.dmp_url is None or not settings.pdsm_to_dmp:
        return ()
    return [
        Exchange(
            bridge=BRIDGE,
            action=SUBMIT,
            key=f"{BRIDGE}/{SUBMIT}/{version.id}",
            about=(f"DocumentReference/{version.id}/_history/{version.version}",),
            subject=f"Patient/{stored.patient['id']}",
            target="DMP",
            content={"base": request.base_url},
            caller=written(request.caller),
        )
        for version in stored.documents
        if _is_cda(json.parse(version.body))
    ]


def _is_cda(document: Resource) -> bool:
    types = (
        str(content.get("attachment", {}).get("contentType", ""))
        for content in document.get("content", ())
    )
    return any(each.partition(";")[0].strip().lower() in CDA for each in types)


@asynccontextmanager
async def mhd_bridge(services: Services) -> AsyncIterator[Handlers]:
    """Open the bridge: its handler, none where documents cannot be submitted."""
    found = (entry for entry in services.operations if entry.code == SUBMIT)
    submit = next(found, None)
    yield {(BRIDGE, SUBMIT): partial(_submitted, services, submit)} if submit else {}


async def _submitted(services: Services, submit: OperationEntry, exchange: Exchange) -> Outcome:
    """Hand a document over, as its provider would; what is refused says why."""
    about = Reference.parse(exchange.about[0])
    caller = await roused(services, caller_of(exchange))
    asked = Request(
        str(exchange.content["base"]),
        "DocumentReference",
        about.id,
        body={"resourceType": "Parameters"},
        caller=caller,
        request_id=exchange.id,
    )
    answer = await submit.run(services, asked)
    if answer.resource is None:
        return Refused("The document was not queued for the DMP")
    told = {
        row["name"]: value
        for row in answer.resource.get("parameter", ())
        for name, value in row.items()
        if name.startswith("value")
    }
    return Done({"exchange": told.get("exchange"), "unique_id": told.get("uniqueId")})
