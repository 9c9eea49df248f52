"""What goes into an interaction and what comes out, free of HTTP.

The web layer fills a `Request` from headers and turns a `Response` into bytes; batch and
transaction make and read the same two shapes for their entries.

https://hl7.org/fhir/R4/http.html
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from cordee.access.caller import ANONYMOUS, Caller
from cordee.errors import Issue
from cordee.resource.locations import Place
from cordee.resource.types import Resource

Return = Literal["minimal", "representation", "OperationOutcome"]
Handling = Literal["strict", "lenient"]


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditional headers (https://hl7.org/fhir/R4/http.html#concurrency, #cond-update)."""

    if_match: str | None = None
    """The version id in `If-Match`, without `W/""`."""
    if_none_match: tuple[str, ...] = ()
    """The version ids in `If-None-Match`, or `*`."""
    if_modified_since: datetime | None = None
    if_none_exist: str | None = None
    """The query of `If-None-Exist`; `?`, `Patient?` or `[base]/Patient?` may stand before it."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """`Prefer` (https://hl7.org/fhir/R4/http.html#ops); None where the caller said nothing."""

    returns: Return | None = None
    handling: Handling | None = None
    respond_async: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One request to an interaction.

    `query` keeps the order and repetition of the URL's parameters (for POST _search: of the URL,
    then of the form). `base_url` has no trailing slash. `body` is a parsed resource, or for JSON
    Patch the list of operations. `compartment` is "Patient/1" for `Patient/1/Observation?…`, where
    `type` is the type searched, None for `*`.
    """

    base_url: str
    type: str | None = None
    id: str | None = None
    version: str | None = None
    query: tuple[tuple[str, str], ...] = ()
    body: Resource | list[object] | None = None
    conditions: Conditions = field(default_factory=Conditions)
    prefer: Preferences = field(default_factory=Preferences)
    compartment: str | None = None
    caller: Caller = ANONYMOUS
    request_id: str = ""
    """What ties the request, its log lines and its audit together (`X-Request-Id`)."""
    address: str | None = None
    """The network address the request came from."""
    language: str = "en"
    """The language for people, "en" or "fr"."""
    size: int = 0
    """Bytes of the text that `body` was read from; of an entry, if it is a large one."""
    deadline: float | None = None
    """When the request is given up, by the clock of the event loop."""
    locate: Callable[[], Place | None] | None = None
    """Finds where the elements of `body` stand in the text sent; asked only to tell of faults.

    None for a large text while others wait: ask in `background.beside`."""
    faults: tuple[Issue, ...] = ()
    """What was tolerated while `body` was read, for operations that tell of it."""


@dataclass(frozen=True, slots=True)
class Response:
    """One answer.

    Exactly one of `body` (stored JSON bytes, sent as they are) and `resource` carries content, or
    neither. `issues` are warnings and information to send as an OperationOutcome when the caller
    prefers one.
    """

    status: int
    body: bytes | None = None
    resource: Resource | None = None
    type: str | None = None
    id: str | None = None
    version: int | None = None
    last_updated: datetime | None = None
    location: str | None = None
    """Relative to the base: `Patient/1/_history/2`."""
    gone: tuple[tuple[str, str, int], ...] = ()
    """What a deletion deleted: type, id and the version that says so."""
    concerns: frozenset[str] = frozenset()
    """The patients whose records were shown or changed, as ids; for the audit."""
    issues: tuple[Issue, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
