"""A client of the whole application, and short ways to write with it."""

from typing import Any

import httpx
import pytest

from cordee.interactions.services import Services
from cordee.resource.types import Resource


class Record:
    """The record of one test, reached over HTTP."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def put(self, resource: dict[str, Any]) -> httpx.Response:
        """Update a resource under its own id."""
        url = f"/{resource['resourceType']}/{resource['id']}"
        return await self.http.put(url, json=resource)

    async def stored(self, resource: dict[str, Any]) -> Resource:
        """Update a resource, which must succeed; give it as stored."""
        answer = await self.put(resource)
        assert answer.is_success, answer.text
        found: Resource = answer.json()
        return found

    async def get(self, url: str) -> Resource:
        """Read a resource that must be there."""
        answer = await self.http.get(url)
        assert answer.status_code == 200, answer.text
        found: Resource = answer.json()
        return found


@pytest.fixture
async def record(http: httpx.AsyncClient) -> Record:
    """An empty record."""
    return Record(http)


@pytest.fixture
async def guarded(standing: tuple[Services, str], http: httpx.AsyncClient) -> Services:
    """The services of a server, with all rules of coordination, over an empty record."""
    del http
    return standing[0]
