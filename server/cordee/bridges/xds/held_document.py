"""The CDA document that a DocumentReference holds, and how it is found again later.

https://hl7.org/fhir/R4/documentreference.html
"""

import asyncio
import base64
import binascii
from dataclasses import dataclass
from typing import Any

from cordee.bridges.cda.document import Document
from cordee.bridges.cda.document import read as read_cda
from cordee.bridges.xds.lot_signature import canonical
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.interactions.linking import local_key
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.reference import Reference
from cordee.resource.types import Resource

TYPES = frozenset(
    {
        "text/xml",
        "application/xml",
        "application/cda+xml",
        "application/hl7-v3+xml",
        "application/xslt+xml",
    }
)
"""Media types that a CDA document goes by."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document lies: a version of a Binary, or of a DocumentReference that holds it."""

    url: str
    content: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A document in canonical form, which is what is sent and hashed."""

    place: Place
    document: Document
    data: bytes


async def held(services: Services, request: Request, reference: Resource) -> Held:
    """Find the document, as the caller may see it.

    Raises UNPROCESSABLE when there is none, and what reading it raises.
    """
    for number, content in enumerate(reference.get("content", ())):
        attachment = content.get("attachment") or {}
        if str(attachment.get("contentType", "")).partition(";")[0].strip().lower() in TYPES:
            return await _attached(services, request, reference, number, attachment)
    text = (
        "The national record takes CDA documents, and this DocumentReference holds none: make one "
        "with $to-cda and store it with $from-cda"
    )
    raise FhirError(Category.UNPROCESSABLE, text, expression="DocumentReference.content")


async def again(services: Services, place: Place) -> Held:
    """Find a document where it was. Raises NOT_FOUND when it is gone."""
    told = Reference.parse(place.url)
    number = int(told.version or 0)
    version = await services.store.vread(str(told.type), str(told.id), number)
    if version is None or version.deleted:
        raise FhirError(Category.NOT_FOUND, f"{place.url} is gone")
    resource = json.parse(version.body)
    if resource["resourceType"] != "Binary":
        resource = resource["content"][place.content]["attachment"]
    return await asyncio.to_thread(_made, place, resource.get("data"))


async def _attached(
    services: Services, request: Request, owner: Resource, number: int, attachment: dict[str, Any]
) -> Held:
    if attachment.get("data"):
        version = owner["meta"]["versionId"]
        place = Place(f"DocumentReference/{owner['id']}/_history/{version}", number)
        return await asyncio.to_thread(_made, place, attachment["data"])
    key = local_key(services, str(attachment.get("url", "")))
    if key is None or key[0] != "Binary":
        text = "The document must be attached inline, or be a Binary of this server"
        where = f"DocumentReference.content[{number}].attachment.url"
        raise FhirError(Category.UNPROCESSABLE, text, expression=where)
    asked = Request(request.base_url, "Binary", key[1], caller=request.caller)
    found = await read(services, asked)
    binary = json.parse(found.body or b"{}")
    place = Place(f"Binary/{key[1]}/_history/{found.version}")
    return await asyncio.to_thread(_made, place, binary.get("data"))


def _made(place: Place, text: object) -> Held:
    """Read a document; one of 25 MB takes a second, in which others go on."""
    try:
        data = base64.b64decode("".join(str(text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise FhirError(Category.UNPROCESSABLE, f"{place.url} is not base64") from None
    read_cda(data)  # with limits, and no entities: only what passes is looked at further
    form = canonical(data)
    return Held(place, read_cda(form), form)
