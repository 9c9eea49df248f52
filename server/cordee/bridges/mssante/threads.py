"""Which mail belongs to which message: the ids that mails are called by, both ways.

https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4, https://www.rfc-editor.org/rfc/rfc2392
"""

from collections.abc import Sequence
from urllib.parse import quote, unquote

from cordee.bridges.mssante.naming import communication_of
from cordee.bridges.mssante.tracking import deliveries
from cordee.coordination.question import found
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.interactions.linking import local_key
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import Reader

URI = "urn:ietf:rfc:3986"
_MID = "mid:"
_MOST_PARENTS = 10


def identifier(message_id: str) -> dict[str, str]:
    """Make the identifier of a message that came as a mail."""
    return {"system": URI, "value": _MID + quote(message_id, safe="@!$&'*+-=^_`{}~.")}


def message_ids(communication: Resource) -> list[str]:
    """Give the ids of the mails that a message is, received or sent."""
    rows = [row.get("value", "") for row in communication.get("identifier") or ()]
    received = [unquote(row.removeprefix(_MID)) for row in rows if row.startswith(_MID)]
    return [*received, *(row.message_id for row in deliveries(communication))]


async def answered(services: Services, request: Request, communication: Resource) -> list[str]:
    """Give the ids of the mails that a message answers, those that the caller may see."""
    told: list[str] = []
    for row in communication.get("inResponseTo") or ():
        key = local_key(services, str(row.get("reference", "")))
        if key is None or key[0] != "Communication":
            continue
        asked = Request(request.base_url, *key, caller=request.caller)
        try:
            told += message_ids(json.parse((await read(services, asked)).body or b"{}"))
        except FhirError as error:
            if error.category not in {Category.NOT_FOUND, Category.DELETED}:
                raise
    return told


async def sent_as(reader: Reader, message_id: str) -> Resource | None:
    """Give the message of ours that was sent as a mail; None for what we did not send.

    The name says which one it is; that the message knows the name is what proves it.
    """
    id = communication_of(message_id)
    version = await reader.read("Communication", id) if id is not None else None
    if version is None or version.deleted:
        return None
    message = json.parse(version.body)
    known = {row.message_id for row in deliveries(message)}
    return message if message_id in known else None


async def parents(services: Services, ids: Sequence[str]) -> list[Resource]:
    """Give the messages that mails of some ids are: those that a new one answers."""
    rows: dict[str, Resource] = {}
    for id in list(dict.fromkeys(ids))[:_MOST_PARENTS]:
        ours = await sent_as(services.store, id)
        if ours is not None:
            rows[ours["id"]] = ours
            continue
        value = quote(f"{URI}|{identifier(id)['value']}".replace(",", "\\,").replace("$", "\\$"))
        for row in await found(
            services, services.store, "Communication", f"identifier={value}", count=2
        ):
            rows[row["id"]] = row
    return list(rows.values())
