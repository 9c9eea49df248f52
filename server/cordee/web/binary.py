"""Binary in its own content type: raw bytes in, raw bytes out.

https://hl7.org/fhir/R4/binary.html#rest
"""

import base64
import binascii
from collections.abc import Mapping

import msgspec

from cordee.errors import Category, FhirError
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.web.negotiation import (
    FHIR_JSON,
    FHIR_XML,
    SYNTAXES,
    WILDCARDS,
    accepted,
    media_type,
)
from cordee.web.place import Place

FHIR = frozenset({FHIR_JSON, FHIR_XML, "application/json+fhir", "application/xml+fhir"})

HARMLESS = ((b"content-security-policy", b"sandbox; default-src 'none'"),)
"""Raw content comes from anybody: a browser must not run it with this origin's rights."""


def is_read(method: str, place: Place) -> bool:
    """Tell whether a request reads a Binary, and so may ask for any media type."""
    return (
        place.type == "Binary"
        and method in {"GET", "HEAD"}
        and place.kind in {"instance", "version"}
    )


def is_raw(data: bytes, content_type: str) -> bool:
    """Tell whether a body sent to Binary is content, and not a Binary resource.

    Generic JSON and XML are a resource only if they look like a Binary: CDA documents are XML too.
    """
    name = media_type(content_type).name
    if name in FHIR or not name:
        return False
    syntax = SYNTAXES.get(name) if name not in WILDCARDS else None
    if syntax == "xml":
        start = data[:2000]
        return not (b"<Binary" in start and b"http://hl7.org/fhir" in start)
    return syntax is None or not _is_binary_json(data)


def is_resource(data: bytes, content_type: str) -> bool:
    """Tell whether a body sent to an operation is a FHIR resource: XML may be anything."""
    name = media_type(content_type).name
    syntax = SYNTAXES.get(name) if name not in WILDCARDS else None
    if syntax == "xml":
        start = data[:2000]
        return name in FHIR or (b"http://hl7.org/fhir" in start and b"urn:hl7-org" not in start)
    return syntax == "json"


def _is_binary_json(data: bytes) -> bool:
    try:
        return msgspec.json.decode(data, type=_Typed).resourceType == "Binary"
    except msgspec.DecodeError:
        return False


class _Typed(msgspec.Struct):
    resourceType: str  # noqa: N815 - FHIR's name


def wrap(data: bytes, headers: Mapping[str, str], id: str | None) -> Resource:
    """Make a Binary of raw content, with the id of the URL.

    `X-Security-Context` names the resource that guards it.
    """
    resource: Resource = {"resourceType": "Binary", **({"id": id} if id else {})}
    resource["contentType"] = headers["content-type"]
    if context := headers.get("x-security-context"):
        resource["securityContext"] = {"reference": context}
    resource["data"] = base64.b64encode(data).decode()
    return resource


def unwrap(body: bytes, accept: str | None) -> tuple[str, bytes] | None:
    """Give the content type and content of a stored Binary; None when FHIR is wanted more.

    Raises `FhirError` NOT_ACCEPTABLE when the caller accepts neither that type nor FHIR.
    """
    resource = json.parse(body)
    content_type = str(resource.get("contentType", "application/octet-stream"))
    name = media_type(content_type).name
    offered = {name, f"{name.partition('/')[0]}/*", "*/*"}
    for wanted in accepted(accept or "*/*"):
        if wanted.name in offered:
            return content_type, _decoded(resource)
        if wanted.name in SYNTAXES and wanted.name not in WILDCARDS:
            return None
    raise FhirError(
        Category.NOT_ACCEPTABLE, f"This Binary is {content_type}; ask for that or {FHIR_JSON}"
    )


def _decoded(resource: Resource) -> bytes:
    try:
        return base64.b64decode(resource.get("data", ""))
    except binascii.Error as error:
        raise FhirError(Category.UNPROCESSABLE, "The stored data is not base64") from error
