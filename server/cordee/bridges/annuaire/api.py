"""The directory's FHIR API: pages of what changed since the last time, with an API key.

https://ansforge.github.io/annuaire-sante-fhir-documentation/
"""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx

from cordee.errors import Category, FhirError
from cordee.resource import json
from cordee.resource.types import Resource

KEY = "ESANTE-API-KEY"
TYPES = ("Organization", "Practitioner", "PractitionerRole")
"""What is read, those first that the others refer to."""
PAGE = 200
TRIES = 5
AGAIN = frozenset(
    {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE}
)
LONGEST = 60.0


class Api:
    """A reader of one API."""

    def __init__(self, base: str, key: str, http: httpx.AsyncClient | None = None) -> None:
        """Take the base URL and the key; the key goes to that host alone."""
        self._base = base.rstrip("/")
        self._host = urlsplit(self._base)[:2]
        self._headers = {KEY: key, "Accept": "application/fhir+json"}
        self._http = http or httpx.AsyncClient(timeout=60)

    async def pages(
        self, type: str, since: str | None, start: str | None = None
    ) -> AsyncIterator[tuple[list[Resource], int | None, str | None]]:
        """Iterate over pages: resources, total, and the link to the next page.

        `since` is an instant; `start` a link to go on from. Raises UNAVAILABLE.
        """
        url: str | None = start or self._search(type, since)
        while url:
            bundle = await self._get(url)
            found = [
                cleaned(entry["resource"])
                for entry in bundle.get("entry", ())
                if entry.get("resource", {}).get("resourceType") == type
            ]
            url = self._next(bundle)
            yield found, bundle.get("total"), url

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def _search(self, type: str, since: str | None) -> str:
        query: dict[str, Any] = {"_count": PAGE}
        if since is not None:
            query["_lastUpdated"] = f"ge{since}"
        return f"{self._base}/{type}?{httpx.QueryParams(query)}"

    def _next(self, bundle: dict[str, Any]) -> str | None:
        links = (row["url"] for row in bundle.get("link", ()) if row.get("relation") == "next")
        url: str | None = next(links, None)
        if url is not None and urlsplit(url)[:2] != self._host:
            raise FhirError(Category.UNAVAILABLE, f"The directory's next page is elsewhere: {url}")
        return url

    async def _get(self, url: str) -> dict[str, Any]:
        """Read a page; reading is repeated, since it changes nothing."""
        for left in reversed(range(TRIES)):
            try:
                answer = await self._http.get(url, headers=self._headers)
            except httpx.HTTPError as error:
                reason, pause = str(error) or type(error).__name__, 1.0
            else:
                if answer.status_code == HTTPStatus.OK:
                    return json.parse(answer.content)
                reason, pause = f"HTTP {answer.status_code}", _pause(answer)
                if answer.status_code not in AGAIN:
                    break
            if left:
                await asyncio.sleep(pause)
        raise FhirError(Category.UNAVAILABLE, f"The directory does not answer: {reason}")


def cleaned(resource: Resource) -> Resource:
    """Leave out what another server wrote: versions, times, and profiles of releases not here."""
    kept = ("tag", "security", "source")
    meta = {name: value for name, value in resource.get("meta", {}).items() if name in kept}
    rest = {name: value for name, value in resource.items() if name != "meta"}
    return rest | ({"meta": meta} if meta else {})


def _pause(answer: httpx.Response) -> float:
    told = answer.headers.get("Retry-After", "")
    return min(float(told), LONGEST) if told.isdecimal() else 1.0
