"""What the tests of access share."""

import pytest

from cordee.definitions.repository import Repository
from cordee.search.registry import SearchRegistry


@pytest.fixture(scope="session")
def registry() -> SearchRegistry:
    """The search parameters of R4 core."""
    return SearchRegistry(Repository.load())
