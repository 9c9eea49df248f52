"""What the tests of access share."""

from collections.abc import Iterator

import pytest

from access.identity_provider import IdentityProvider, providing
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
