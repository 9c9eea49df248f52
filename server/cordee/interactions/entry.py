"""One entry of a batch or transaction, as a request and as a response.

https://hl7.org/fhir/R4/http.html#transaction
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal

from cordee.background import LARGE
from cordee.errors import Category, FhirError, Issue
from cordee.interactions import bundle
from cordee.interactions.conditional import pairs
from cordee.interactions.exchange import Conditions, Request, Response
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.outcome import issues as issues_of
from cordee.outcome import operation_outcome, status
from cordee.resource import json
from cordee.resource.locations import Place

Kind = Literal[
    "base",
    "metadata",
    "history",
    "type",
    "instance",
    "version",
    "compartment",
    "operation",
]
ELEMENTS = frozenset(
    ("method", "url", "ifNoneMatch", "ifModifiedSince", "ifMatch", "ifNoneExist", "id", "extension")
)
"""What `entry.request` may hold: a misspelt `ifMatch`, left out, would be an unprotected write."""
MANY = 1_000
"""Objects and lists from which on a resource is large: validating it takes some 50 ms."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

_TYPE = r"(?P<type>[A-Z][A-Za-z]+)"
_ID = r"(?P<id>[A-Za-z0-9\-.]{1,64})"
PLACES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("base", re.compile("")),
    ("metadata", re.compile("metadata")),
    ("history", re.compile(rf"(?:{_TYPE}/(?:{_ID}/)?)?_history")),
    ("type", re.compile(_TYPE)),
    ("instance", re.compile(f"{_TYPE}/{_ID}")),
    ("version", re.compile(rf"{_TYPE}/{_ID}/_history/(?P<version>[A-Za-z0-9\-.]{{1,64}})")),
    ("compartment", re.compile(rf"(?P<owner>[A-Z][A-Za-z]+/{_ID})/(?P<inner>[A-Z][A-Za-z]+|\*)")),
    ("operation", re.compile(rf"(?:{_TYPE}/(?:{_ID}/)?)?\$(?P<operation>[A-Za-z0-9\-]+)")),
)
"""What a URL below the base can be, tried in order."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the client sent it; `index` counts from 0."""

    index: int
    method: str
    kind: Kind
    request: Request
    full_url: str | None = None
    operation: str | None = None

    @property
    def path(self) -> str:
        """The FHIRPath of the entry."""
        return f"Bundle.entry[{self.index}]"


def entries_of(services: Services, request: Request) -> list[Any]:
    """Give the entries of the request's Bundle as sent.

    Raises TOO_LARGE for more than the settings allow.
    """
    body = request.body if isinstance(request.body, dict) else {}
    raw = body.get("entry", [])
    limit = services.settings.max_bundle_entries
    if not isinstance(raw, list):
        raise FhirError(Category.INVALID, "Bundle.entry is not an array", expression="Bundle.entry")
    if len(raw) > limit:
        text = f"The Bundle has {len(raw)} entries; this server takes {limit}"
        raise FhirError(Category.TOO_LARGE, text, expression="Bundle.entry")
    return raw


def read(outer: Request, index: int, raw: Any) -> Entry:
    """Read one entry; raises INVALID naming the element at fault."""
    path = f"Bundle.entry[{index}]"
    asked = raw.get("request") if isinstance(raw, dict) else None
    if not isinstance(asked, dict):
        raise FhirError(Category.INVALID, "The entry has no request", expression=path)
    for name in asked.keys() - ELEMENTS:
        if name.removeprefix("_") not in ELEMENTS:
            text = f"{name!r} is not an element of Bundle.entry.request"
            raise FhirError(Category.INVALID, text, expression=f"{path}.request")
    method, url = asked.get("method"), asked.get("url")
    if method not in METHODS:
        text = f"The method must be one of {', '.join(METHODS)}, not {method!r}"
        raise FhirError(Category.INVALID, text, expression=f"{path}.request.method")
    if not isinstance(url, str):
        text = "The entry's request has no url"
        raise FhirError(Category.INVALID, text, expression=f"{path}.request.url")
    kind, parts, query = _place(outer.base_url, url, path)
    full_url = raw.get("fullUrl")
    request = replace(
        outer,
        type=parts.get("type"),
        id=parts.get("id"),
        version=parts.get("version"),
        compartment=parts.get("owner"),
        query=pairs(query),
        body=_body(method, raw.get("resource"), path),
        conditions=_conditions(asked, f"{path}.request"),
        size=_size(outer, raw.get("resource")),
        locate=_locator(outer, f"{path}.resource"),
    )
    if kind == "compartment":
        inner = parts["inner"]
        request = replace(request, id=None, type=None if inner == "*" else inner)
    known = full_url if isinstance(full_url, str) else None
    return Entry(index, method, kind, request, known, parts.get("operation"))


def _size(outer: Request, resource: Any) -> int:
    """Give the size of the Bundle to an entry that is large itself, 0 to others."""
    waiting, seen = [resource] if outer.size >= LARGE else [], 0
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict | list):
            seen += 1
            waiting += inner.values() if isinstance(inner, dict) else inner
        if seen > MANY:
            return outer.size
    return 0


def _locator(outer: Request, path: str) -> Callable[[], Place | None] | None:
    """Find lines and columns of the entry's resource in the text of the Bundle."""
    locate = outer.locate
    if locate is None:
        return None

    def within() -> Place | None:
        whole = locate()
        return None if whole is None else whole.within(path)

    return within


def _place(base_url: str, url: str, path: str) -> tuple[Kind, dict[str, str], str]:
    local = url[len(base_url) :] if url.startswith(base_url + "/") else url
    where, _, query = local.lstrip("/").partition("?")
    for kind, pattern in PLACES:
        found = pattern.fullmatch(where)
        if found:
            parts = {name: value for name, value in found.groupdict().items() if value}
            return kind, parts, query
    text = f"{url!r} is no URL of the RESTful API below {base_url}"
    raise FhirError(Category.INVALID, text, expression=f"{path}.request.url")


def _body(method: str, resource: Any, path: str) -> Any:
    """Give the entry's resource; a JSON Patch travels inside a Binary."""
    is_binary = isinstance(resource, dict) and resource.get("resourceType") == "Binary"
    if method != "PATCH" or not is_binary:
        return resource
    try:
        return json.parse_any(base64.b64decode(resource.get("data", ""), validate=True))
    except (binascii.Error, TypeError):
        text = "The Binary of a PATCH must carry a JSON Patch in base64"
        raise FhirError(Category.INVALID, text, expression=f"{path}.resource.data") from None


def _conditions(asked: dict[str, Any], path: str) -> Conditions:
    for name in ("ifMatch", "ifNoneMatch", "ifModifiedSince", "ifNoneExist"):
        if not isinstance(asked.get(name, ""), str):
            text = f"{name} must be a string"
            raise FhirError(Category.INVALID, text, expression=f"{path}.{name}")
    return Conditions(
        if_match=_tag(asked.get("ifMatch")),
        if_none_match=_tags(asked.get("ifNoneMatch")),
        if_modified_since=_moment(asked.get("ifModifiedSince"), f"{path}.ifModifiedSince"),
        if_none_exist=asked.get("ifNoneExist"),
    )


def _tag(value: str | None) -> str | None:
    """Take the version out of `W/"3"`; bare versions are meant well."""
    return value.removeprefix("W/").strip('"') if value is not None else None


def _tags(value: str | None) -> tuple[str, ...]:
    return tuple(_tag(each.strip()) or "" for each in value.split(",")) if value else ()


def _moment(value: str | None, path: str) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise FhirError(Category.INVALID, f"{value!r} is not an instant", expression=path)
    return moment


@contextmanager
def at(entry: Entry) -> Iterator[None]:
    """Make errors within name the entry."""
    try:
        yield
    except FhirError as error:
        raise located(entry, error) from None


def located(entry: Entry, error: FhirError) -> FhirError:
    """Give an error of one entry as an error of the Bundle, its elements named from there."""
    found = tuple(_found(entry, issue) for issue in issues_of(error))
    return FhirError(error.category, error.diagnostics, issues=found, headers=error.headers)


def _found(entry: Entry, issue: Issue) -> Issue:
    """Name an issue's element from the Bundle, with line and column where it has none."""
    expression = _within(entry, issue.expression)
    resource = f"{entry.path}.resource"
    locate = entry.request.locate
    if locate is None or issue.line is not None or not expression.startswith(resource):
        return replace(issue, expression=expression)
    place = locate()
    if place is None:
        return replace(issue, expression=expression)
    line, column = place.find(f"Resource{expression[len(resource) :]}")
    return replace(issue, expression=expression, line=line, column=column)


def _within(entry: Entry, expression: str | None) -> str:
    if not expression:
        return entry.path
    if expression.startswith(f"{entry.path}.request"):
        return expression
    if expression.startswith("http."):
        conditional = entry.method == "POST" and entry.request.conditions.if_none_exist
        return f"{entry.path}.request.{'ifNoneExist' if conditional else 'url'}"
    first, _, rest = expression.partition(".")
    typed = first[:1].isupper()
    inner = rest if typed else expression
    return f"{entry.path}.resource.{inner}" if inner else f"{entry.path}.resource"


def render(entry: Entry, response: Response) -> bytes:
    """Write the entry of a response Bundle that answers `entry`."""
    wanted = entry.request.prefer.returns
    shown = entry.method == "GET" or wanted == "representation" or entry.kind == "operation"
    body = response.body
    if body is None and response.resource is not None:
        body = json.serialize(response.resource)
    about: dict[str, Any] = {"status": phrase(response.status)}
    if response.location:
        about["location"] = response.location
    if response.version is not None:
        about["etag"] = f'W/"{response.version}"'
    if response.last_updated is not None:
        about["lastModified"] = instant(response.last_updated)
    if wanted == "OperationOutcome" and not shown:
        about["outcome"] = operation_outcome(response.issues)
    full_url = None
    if response.type and response.id:
        full_url = f"{entry.request.base_url}/{response.type}/{response.id}"
    kept = body if shown and entry.method != "HEAD" else None
    return bundle.entry(full_url, kept or b"", response=about)


def render_error(error: FhirError) -> bytes:
    """Write the entry of a batch response whose request failed."""
    found: tuple[Issue, ...] = issues_of(error)
    about = {"status": phrase(status(error)), "outcome": operation_outcome(found)}
    return bundle.entry(None, b"", response=about)


def phrase(code: int) -> str:
    """Write a status as FHIR shows it: `201 Created`."""
    return f"{code} {HTTPStatus(code).phrase}"
