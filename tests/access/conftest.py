"""What the tests of access share."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from access.identity_provider import IdentityProvider, providing
from access.records import RECORD
from access.serving import Scene, Server
from cordee.definitions.repository import Repository
from cordee.search.registry import SearchRegistry


@pytest.fixture(scope="session")
def registry() -> SearchRegistry:
    """The search parameters of R4 core."""
    return SearchRegistry(Repository.load())


@pytest.fixture(scope="session")
def idp() -> Iterator[IdentityProvider]:
    """An identity provider that runs."""
    with providing() as running:
        yield running


@pytest.fixture
async def server(circles: Server) -> Scene:
    """A patient of this test's own, whose circle has a nurse and a social worker."""
    scene = Scene(circles, uuid4().hex[:8])
    await scene.load(*RECORD)
    return scene
