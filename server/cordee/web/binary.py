"""Binary in its own content type: raw bytes in, raw bytes out.

https://hl7.org/fhir/R4/binary.html#rest
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import NamedTuple

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

_BINARY = re.compile(rb"<(?:[\w.-]+:)?Binary\b")

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

    JSON and XML are a resource only if they look like a Binary: CDA documents are XML too, and any
    other resource is content. What says it is FHIR and has no type is left to be refused.
    """
    name = media_type(content_type).name
    if not name:
        return False
    syntax = SYNTAXES.get(name) if name not in WILDCARDS else None
    if syntax == "xml":
        start = data[:2000]
        return not (_BINARY.search(start) and b"http://hl7.org/fhir" in start)
    if syntax is None:
        return True
    type = _type_of(data)
    return type != "Binary" and (type is not None or name not in FHIR)


def is_resource(data: bytes, content_type: str) -> bool:
    """Tell whether a body sent to an operation is a FHIR resource: XML may be anything."""
    name = media_type(content_type).name
    syntax = SYNTAXES.get(name) if name not in WILDCARDS else None
    if syntax == "xml":
        start = data[:2000]
        return name in FHIR or (b"http://hl7.org/fhir" in start and b"urn:hl7-org" not in start)
    return syntax == "json"


def _type_of(data: bytes) -> str | None:
    try:
        return msgspec.json.decode(data, type=_Typed).resourceType
    except msgspec.DecodeError:
        return None


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


class Content(NamedTuple):
    """What a Binary holds; `guard` is the reference to the resource that guards it."""

    content_type: str
    data: bytes
    guard: str | None


def unwrap(body: bytes, accept: str | None) -> Content | None:
    """Give the content of a stored Binary; None when FHIR is wanted more.

    Raises `FhirError` NOT_ACCEPTABLE when the caller accepts neither that type nor FHIR.
    """
    resource = json.parse(body)
    content_type = str(resource.get("contentType", "application/octet-stream"))
    name = media_type(content_type).name
    offered = {name, f"{name.partition('/')[0]}/*", "*/*"}
    for wanted in accepted(accept or "*/*"):
        # Who names FHIR wants the resource, also of a Binary that holds FHIR.
        if wanted.name in offered and wanted.name not in FHIR:
            guard = resource.get("securityContext", {}).get("reference")
            return Content(content_type, _decoded(resource), guard)
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
