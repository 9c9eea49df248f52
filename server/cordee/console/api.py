"""The public API of this server as a page calls it: in process, as the one who asked for the page.

A page learns nothing that its reader could not ask the API for; the rules of access, the audit and
the limits are those of any other call. `docs/decisions/0170-console-over-the-public-api.md`
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from cordee.errors import FhirError
from cordee.resource import json

FORWARDED = (
    "authorization",
    "forwarded",
    "host",
    "x-emergency-access",
    "x-forwarded-for",
    "x-situation-exercice",
)
"""Headers of the reader that go on to the API; those of negotiation are the page's own.

Those of proxies tell that the reader is elsewhere, as the measures want to know.
"""

JSON = "application/fhir+json"
_ID = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9\-.]{1,64}")
Pairs = Sequence[tuple[str, str]]


class RefusedError(Exception):
    """The API did not give what a page is made of."""

    def __init__(self, status: int, outcome: Mapping[str, Any]) -> None:
        """Keep the status and the OperationOutcome."""
        super().__init__(status)
        self.status = status
        self.outcome = outcome

    @property
    def reasons(self) -> list[str]:
        """Give the texts of the outcome."""
        rows = self.outcome.get("issue", ())
        return [str(row["diagnostics"]) for row in rows if row.get("diagnostics")]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API said: parsed on demand."""

    status: int
    content: bytes
    headers: Mapping[str, str]

    def parsed(self) -> dict[str, Any]:
        """Give what was sent, be it an OperationOutcome; empty where it is no resource."""
        try:
            return json.parse(self.content)
        except FhirError:
            return {}

    def resource(self) -> dict[str, Any]:
        """Give the resource. Raises `RefusedError` unless the call succeeded."""
        parsed = self.parsed()
        if self.status >= 400:
            raise RefusedError(self.status, parsed)
        return parsed


@dataclass(slots=True)
class Api:
    """The API for one page; it counts its calls."""

    app: ASGIApp
    request: Request
    language: str
    token: str | None = None
    """The access token of the reader's session, if the request carries none itself."""
    calls: list[str] = field(default_factory=list)

    async def get(self, path: str, query: Pairs = (), *, accept: str = JSON) -> Answer:
        """Read something below the server's root: `/fhir/Patient/1`."""
        return await self._call("GET", path, query, accept=accept)

    async def post(self, path: str, body: bytes, media_type: str, query: Pairs = ()) -> Answer:
        """Send a body, for an answer in JSON."""
        return await self._call("POST", path, query, body=body, media_type=media_type)

    async def all(self, *paths: str | None) -> list[dict[str, Any] | None]:
        """Read several at once; None where nothing is asked, or the API gives nothing."""
        return list(await asyncio.gather(*(self._perhaps(path) for path in paths)))

    async def _perhaps(self, path: str | None) -> dict[str, Any] | None:
        if path is None:
            return None
        answer = await self.get(path)
        return answer.parsed() if answer.status < 400 else None

    async def _vouched(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on with the certificate of its reader, to whom a token may be bound."""
        told = self.request.scope.get("extensions", {}).get("tls")
        more = {"extensions": {"tls": told}} if told else {}
        await self.app({**scope, **more}, receive, send)

    async def _call(
        self,
        method: str,
        path: str,
        query: Pairs,
        *,
        accept: str = JSON,
        body: bytes = b"",
        media_type: str | None = None,
    ) -> Answer:
        asked = self.request
        headers = {name: asked.headers[name] for name in FORWARDED if name in asked.headers}
        if self.token is not None:
            headers.setdefault("authorization", f"Bearer {self.token}")
        headers |= {"accept": accept, "accept-language": self.language}
        headers["accept-encoding"] = "identity"
        # What a search does not know is told to people, not passed over.
        headers["prefer"] = "handling=strict"
        if media_type:
            headers["content-type"] = media_type
        given = asked.client
        address = (given.host, given.port) if given else ("127.0.0.1", 0)
        transport = httpx.ASGITransport(self._vouched, raise_app_exceptions=False, client=address)
        base = f"{asked.scope['scheme']}://console.invalid"
        self.calls.append(f"{method} {path}")
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            answer = await client.request(
                method, path, params=list(query) or None, content=body or None, headers=headers
            )
        return Answer(answer.status_code, answer.content, answer.headers)


def known_id(text: str) -> str:
    """Give an id as it stands in an address; raises `RefusedError` for what is none.

    So that no address of a page calls an operation (`$export`) in its reader's name.
    """
    if _ID.fullmatch(text) is None:
        raise RefusedError(404, {"issue": [{"diagnostics": f"{text[:64]!r} is no id"}]})
    return text


def entries(bundle: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Give the resources of a Bundle, each once."""
    rows = (bundle or {}).get("entry", ())
    found = [row["resource"] for row in rows if isinstance(row.get("resource"), dict)]
    return list({(one.get("resourceType"), one.get("id")): one for one in found}.values())
