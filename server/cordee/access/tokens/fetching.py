"""HTTP to identity providers: JSON over TLS, short answers, no redirects."""

import asyncio
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from cordee.access.tokens.claims import parsed
from cordee.access.tokens.refusal import unreachable
from cordee.errors import Category, FhirError

SECONDS = 5.0
"""For one answer, however slowly it comes: others wait for it."""
LARGEST = 1024 * 1024
"""Bytes of an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered."""

    status: int
    content_type: str
    body: bytes

    def json(self) -> Any:
        """Read the body as JSON; None when it is none."""
        return parsed(self.body)


class Fetching:
    """A client with the server's own certificates and rules."""

    def __init__(
        self,
        *,
        allow_http: bool = False,
        authorities: Path | None = None,
        certificate: Path | None = None,
        key: Path | None = None,
    ) -> None:
        """Read the certificates: those trusted beside the system's, and the server's own."""
        context = ssl.create_default_context()
        if authorities is not None:
            context.load_verify_locations(authorities)
        if certificate is not None:
            context.load_cert_chain(certificate, key)
        self._allow_http = allow_http
        self._client = httpx.AsyncClient(verify=context, timeout=SECONDS, follow_redirects=False)

    async def get(self, url: str, bearer: str | None = None) -> Answer:
        """Fetch a document; raises UNAVAILABLE when nothing usable comes."""
        headers = {"Accept": "application/json, application/jwt;q=0.9"}
        if bearer is not None:
            headers["Authorization"] = f"Bearer {bearer}"
        return await self._send(httpx.Request("GET", self._checked(url), headers=headers))

    async def post(
        self, url: str, form: dict[str, str], basic: tuple[str, str] | None = None
    ) -> Answer:
        """Send a form, perhaps with the client's own secret."""
        request = httpx.Request("POST", self._checked(url), data=form)
        request.headers["Accept"] = "application/json"
        if basic is not None:
            request = next(httpx.BasicAuth(*basic).auth_flow(request))
        return await self._send(request)

    async def json(self, url: str) -> Any:
        """Fetch a public document, which must be JSON."""
        answer = await self.get(url)
        found = answer.json() if answer.status == 200 else None
        if found is None:
            raise unreachable(f"The identity provider at {urlsplit(url).hostname}")
        return found

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _checked(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (self._allow_http and parts.scheme == "http"):
            text = f"The identity provider at {parts.hostname} must be spoken to over https"
            raise FhirError(Category.UNAVAILABLE, f"{text} (CORDEE_OIDC_ALLOW_HTTP)")
        return url

    async def _send(self, request: httpx.Request) -> Answer:
        try:
            async with asyncio.timeout(SECONDS):
                return await self._answered(request)
        except (httpx.HTTPError, TimeoutError) as error:
            raise unreachable(f"The identity provider at {request.url.host}") from error

    async def _answered(self, request: httpx.Request) -> Answer:
        async with self._client.stream(
            request.method, request.url, headers=request.headers, content=request.content
        ) as response:
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > LARGEST:
                    break
        return Answer(response.status_code, response.headers.get("content-type", ""), body)
