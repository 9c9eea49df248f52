"""A client of the whole application, and short ways to write with it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from conftest import OpenClient
from cordee.app import services
from cordee.interactions.services import Services
from cordee.resource.types import Resource
from cordee.settings import Settings


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
async def record(open_client: OpenClient) -> Record:
    return Record(await open_client())


@pytest.fixture
async def guarded(
    mongodb_uri: str, mongodb_database: str, tmp_path: Path
) -> AsyncIterator[Services]:
    """The services of a server, with all rules of coordination."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=mongodb_database, data=tmp_path)
    async with services(settings) as opened:
        yield opened
