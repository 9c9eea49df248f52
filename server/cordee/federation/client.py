"""FHIR requests to one peer: only ever to its own base, with little patience for much.

No address comes from what a peer says: redirects are answers like others, and links to further
pages must lead to the base that the settings name.

https://hl7.org/fhir/R4/http.html
"""

import ssl
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx

from cordee.errors import FhirError
from cordee.federation.credentials import Credentials, CredentialsError
from cordee.federation.limits import LARGEST
from cordee.federation.peer import Federation, Peer
from cordee.resource import json
from cordee.resource.types import Resource

FHIR = "application/fhir+json"
SECONDS = 20.0
MOST_PAGES = 2_000


class PeerError(Exception):
    """A peer cannot be reached, refuses, or answers what is no answer.

    `status` is its HTTP status; None if it did not answer, so that there is no use in going on.
    """

    def __init__(self, text: str, status: int | None = None) -> None:
        """Say what happened."""
        super().__init__(text)
        self.status = status


class PeerClient:
    """The way to one peer."""

    def __init__(
        self,
        federation: Federation,
        peer: Peer,
        scopes: str,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Read certificates, unless there is another way than the network.

        Raises `OSError` or `ssl.SSLError` for those that cannot be used.
        """
        self.peer = peer
        tls = ssl.create_default_context()
        if peer.authority is not None:
            tls.load_verify_locations(federation.file(peer.authority))
        if peer.certificate is not None:
            key = federation.file(peer.key) if peer.key else None
            tls.load_cert_chain(federation.file(peer.certificate), key)
        self._credentials = Credentials(federation, peer, scopes)
        self._http = httpx.AsyncClient(
            verify=tls,
            timeout=SECONDS,
            follow_redirects=False,
            trust_env=False,
            transport=transport,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def read(self, path: str) -> Resource:
        """Give a resource below the base. Raises `PeerError`."""
        return await self._ask("GET", f"{self.peer.base}/{path}")

    async def search(self, type: str, query: Mapping[str, str]) -> AsyncIterator[Resource]:
        """Give what a search finds, page after page; by POST, so that no log keeps the question.

        Raises `PeerError`.
        """
        url = f"{self.peer.base}/{type}/_search"
        page = await self._ask("POST", url, form=query)
        for _ in range(MOST_PAGES):
            for entry in page.get("entry", ()):
                if isinstance(entry.get("resource"), dict):
                    yield entry["resource"]
            links = page.get("link", ())
            following = [row["url"] for row in links if row.get("relation") == "next"]
            if not following:
                return
            page = await self._ask("GET", self._within(following[0]))
        raise PeerError("a list without end")

    async def send(
        self, method: str, path: str, resource: Resource, match: str | None = None
    ) -> Resource:
        """Write a resource, `match` being the version it follows, or call an operation.

        Raises `PeerError`.
        """
        url, body = f"{self.peer.base}/{path}", json.serialize(resource)
        headers = {"If-Match": f'W/"{match}"'} if match is not None else {}
        return await self._ask(method, url, body=body, more=headers)

    def _within(self, url: Any) -> str:
        if not isinstance(url, str) or not url.startswith(
            (self.peer.base + "/", self.peer.base + "?")
        ):
            raise PeerError("a link leads away from the server")
        return url

    async def _ask(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        body: bytes | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Resource:
        headers = {"Accept": FHIR, "User-Agent": "cordee", "Prefer": "return=representation"}
        headers |= dict(more or {})
        if body is not None:
            headers["Content-Type"] = FHIR
        try:
            headers |= await self._credentials.headers(self._http)
            status, data = await self._answer(method, url, headers, form, body)
        except CredentialsError as error:
            raise PeerError(str(error)) from error
        except httpx.HTTPError as error:
            raise PeerError(f"cannot be reached: {type(error).__name__}") from error
        if status == 401:
            self._credentials.forget()
        if not 200 <= status < 300:
            raise PeerError(f"answers {status} to {method}", status)
        if not data:
            return {"resourceType": "Parameters"}
        try:
            return json.parse(data)
        except FhirError as error:
            raise PeerError("answers what is no FHIR", status) from error

    async def _answer(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None,
        body: bytes | None,
    ) -> tuple[int, bytes]:
        data = b""
        request = self._http.build_request(method, url, headers=headers, data=form, content=body)
        answer = await self._http.send(request, stream=True)
        try:
            async for piece in answer.aiter_bytes():
                data += piece
                if len(data) > LARGEST:
                    raise PeerError("answers more than it may", answer.status_code)
        finally:
            await answer.aclose()
        return answer.status_code, data
