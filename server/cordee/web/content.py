"""A request's body → what the interaction gets, by the kind of body the endpoint takes.

https://hl7.org/fhir/R4/http.html#mime-type
https://hl7.org/fhir/R4/binary.html#rest
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from cordee.background import LARGE, on_loop
from cordee.errors import Category, FhirError, Issue
from cordee.resource import json, json_locations, xml_locations
from cordee.resource.locations import Place as TextPlace
from cordee.resource.schema import Schema
from cordee.resource.types import Resource
from cordee.web import binary
from cordee.web.body import Pairs, pairs
from cordee.web.negotiation import FHIR_JSON, FHIR_XML, SYNTAXES, media_type, sent_syntax
from cordee.web.place import Place

FORM = "application/x-www-form-urlencoded"
JSON_PATCH = "application/json-patch+json"

Content: TypeAlias = Resource | list[Any] | None


class Read(NamedTuple):
    """A body that was read, and what was tolerated in it."""

    content: Content
    faults: tuple[Issue, ...] = ()


NOTHING = Read(None)


class Contents:
    """Reads bodies; `max_depth` bounds the nesting of JSON and XML."""

    def __init__(self, schema: Schema, max_depth: int) -> None:
        """Keep what parsing needs."""
        self._schema = schema
        self._max_depth = max_depth

    def read(self, kind: str, data: bytes, headers: dict[str, str], place: Place) -> Read:
        """Read a body of a kind: the name of a method here."""
        found: Content | Read = getattr(self, kind)(data, headers, place)
        return found if isinstance(found, Read) else Read(found)

    def resource(self, data: bytes, headers: dict[str, str], place: Place) -> Content:
        """Read a resource; on Binary, any other content becomes one."""
        content_type = headers.get("content-type", "")
        if place.type == "Binary" and binary.is_raw(data, content_type):
            return binary.wrap(data, headers, place.id)
        return self._parse(data, content_type)

    def patch(self, data: bytes, headers: dict[str, str], _: Place) -> Content:
        """Read a JSON Patch as a list, or a FHIRPath Patch as a Parameters resource."""
        content_type = headers.get("content-type", "")
        if media_type(content_type).name != JSON_PATCH:
            return self._parse(data, content_type, JSON_PATCH)
        operations = json.parse_any(data, max_depth=self._max_depth)
        if not isinstance(operations, list):
            raise FhirError(Category.INVALID, "A JSON Patch must be a JSON array of operations")
        return operations

    def optional(self, data: bytes, headers: dict[str, str], _: Place) -> Content:
        """Read a resource where one was sent."""
        return self._parse(data, headers.get("content-type", "")) if data else None

    def raw(self, data: bytes, headers: dict[str, str], _: Place) -> Content:
        """Read a resource where one was sent; any other content becomes a Binary."""
        content_type = headers.get("content-type", "")
        if data and not binary.is_resource(data, content_type):
            return binary.wrap(data, headers, None)
        return self._parse(data, content_type) if data else None

    def lenient(self, data: bytes, headers: dict[str, str], _: Place) -> Read:
        """Read a resource where one was sent, with the faults that XML has and JSON keeps."""
        content_type = headers.get("content-type", "")
        if not data or sent_syntax(content_type) != "xml":
            return Read(self._parse(data, content_type) if data else None)
        # As below.
        from cordee.resource import xml  # noqa: PLC0415

        return Read(*xml.read(data, self._schema, max_depth=self._max_depth))

    def _parse(self, data: bytes, content_type: str, *also: str) -> Resource:
        if not data:
            raise FhirError(Category.MALFORMED, "The request has no body; a resource is needed")
        return self._parser(content_type, *also)(data)

    def _parser(self, content_type: str, *also: str) -> Callable[[bytes], Resource]:
        syntax = sent_syntax(content_type)
        if syntax is None:
            understood = (*also, FHIR_JSON, FHIR_XML)
            raise FhirError(
                Category.MEDIA_TYPE,
                f"Content-Type {content_type!r} is not understood here; send"
                f" {', '.join(understood[:-1])} or {FHIR_XML}",
                # RFC 5789 §2.2
                headers={"Accept-Patch": ", ".join(understood)} if JSON_PATCH in also else {},
            )
        return self._json if syntax == "json" else self._xml

    def _json(self, data: bytes) -> Resource:
        return json.parse(data, max_depth=self._max_depth)

    def _xml(self, data: bytes) -> Resource:
        # lxml is only loaded where XML is spoken, so that a server starts faster.
        from cordee.resource import xml  # noqa: PLC0415

        return xml.parse(data, self._schema, max_depth=self._max_depth)


def locator(data: bytes, headers: dict[str, str]) -> Callable[[], TextPlace | None]:
    """Give what finds lines and columns in a body that was read; nothing is done before.

    The entries of a Bundle ask one after the other: the text is looked through once for all. In a
    large one that takes seconds, and is only begun where nobody waits for the event loop.
    """
    found: list[TextPlace] = []

    def locate() -> TextPlace | None:
        if not found and (len(data) < LARGE or not on_loop()):
            found.append(_locate(data, headers.get("content-type", "")))
        return found[0] if found else None

    return locate


def _locate(data: bytes, content_type: str) -> TextPlace:
    xml = SYNTAXES.get(media_type(content_type).name) == "xml"
    return xml_locations.locate(data) if xml else json_locations.locate(data)


def form(data: bytes, headers: dict[str, str]) -> Pairs:
    """Read the parameters of `POST _search`; raises MEDIA_TYPE unless it is a form."""
    content_type = headers.get("content-type", FORM if not data else "")
    if media_type(content_type).name != FORM:
        raise FhirError(
            Category.MEDIA_TYPE, f"A search by POST must be sent as {FORM}, not {content_type!r}"
        )
    return pairs(data)
