"""What the tests of search share."""

from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import pytest

from cordee.definitions.repository import Repository
from cordee.search.filter import Filter
from cordee.search.matching import matches
from cordee.search.parse import parse_query
from cordee.search.registry import SearchRegistry
from cordee.search.request import SearchRequest

Ask: TypeAlias = Callable[..., SearchRequest]
Finds: TypeAlias = Callable[[dict[str, Any], str], bool | None]


@pytest.fixture(scope="session")
def repository() -> Repository:
    """The definitions of R4 core, which no test changes."""
    return Repository.load()


@pytest.fixture(scope="session")
def registry(repository: Repository) -> SearchRegistry:
    """The search parameters of R4 core."""
    return SearchRegistry(repository, base_urls=("https://here.example/fhir",))


@pytest.fixture
def fresh_repository() -> Repository:
    """Definitions that a test may add to."""
    return Repository.load()


@pytest.fixture(scope="session")
def ask(registry: SearchRegistry) -> Ask:
    """Read `Type?query`; what stands before the question mark may be empty."""

    def read(url: str, handling: Any = None, **hooks: Any) -> SearchRequest:
        type, _, query = url.partition("?")
        pairs = parse_qsl(query, keep_blank_values=True)
        return parse_query(registry, type or None, pairs, handling, **hooks)

    return read


@pytest.fixture(scope="session")
def filter_of(ask: Ask) -> Callable[[str], Filter]:
    """Give the filter of `Type?query`, read strictly."""
    return lambda url: ask(url, "strict").filter


@pytest.fixture(scope="session")
def finds(registry: SearchRegistry) -> Finds:
    """Tell whether a search (`name=value&…`) finds a resource, by its index values alone."""

    def match(resource: dict[str, Any], query: str) -> bool | None:
        asked = parse_query(
            registry, resource["resourceType"], parse_qsl(query, keep_blank_values=True), "strict"
        )
        return matches(asked.filter, registry.extract(resource))

    return match
