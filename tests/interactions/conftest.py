"""Services on a fresh database, and a client that calls interactions as the web layer would."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, Self, TypeAlias
from urllib.parse import urlsplit

import pytest

from cordee.definitions.repository import Repository
from cordee.errors import Category, FhirError
from cordee.interactions import create, delete, history, patch, read, search, update, vread
from cordee.interactions.batch import batch
from cordee.interactions.conditional import pairs
from cordee.interactions.exchange import Conditions, Preferences, Request, Response
from cordee.interactions.services import Services
from cordee.interactions.transaction import transaction
from cordee.resource import json
from cordee.search.registry import SearchRegistry
from cordee.settings import Settings
from cordee.store.mongo_store import MongoStore
from cordee.terminology import Terminology
from cordee.validation.validator import Validator

BASE = "https://example.org/fhir"

Json: TypeAlias = dict[str, Any]


class Client:
    """Short ways to call the interactions."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def configured(self, **settings: Any) -> "Client":
        """The same server under other settings."""
        changed = self.services.settings.model_copy(update=settings)
        return Client(replace(self.services, settings=changed))

    async def create(self, resource: Json, **conditions: Any) -> Response:
        request = _request(resource["resourceType"], body=resource, **conditions)
        return await create.create(self.services, request)

    async def read(self, url: str, **conditions: Any) -> Response:
        return await read.read(self.services, _request(url, **conditions))

    async def vread(self, url: str) -> Response:
        local, _, version = url.partition("/_history/")
        return await vread.vread(self.services, _request(local, version=version))

    async def update(self, url: str, resource: Json, **conditions: Any) -> Response:
        return await update.update(self.services, _request(url, body=resource, **conditions))

    async def patch(self, url: str, body: Any, **conditions: Any) -> Response:
        return await patch.patch(self.services, _request(url, body=body, **conditions))

    async def delete(self, url: str, **conditions: Any) -> Response:
        return await delete.delete(self.services, _request(url, **conditions))

    async def history(self, url: str = "") -> Json:
        return content(await history.history(self.services, _request(url)))

    async def search(self, url: str, **more: Any) -> Json:
        return content(await search.search(self.services, _request(url, **more)))

    async def transaction(self, *entries: Json, prefer: Preferences | None = None) -> list[Json]:
        body = {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}
        request = Request(BASE, body=body, prefer=prefer or Preferences())
        return rows(content(await transaction(self.services, request)))

    async def batch(self, *entries: Json) -> list[Json]:
        body = {"resourceType": "Bundle", "type": "batch", "entry": list(entries)}
        return rows(content(await batch(self.services, Request(BASE, body=body))))


def _request(url: str, **more: Any) -> Request:
    """Make a request of `Type/id?query`; conditional headers go by their own names."""
    parts = urlsplit(url)
    names = parts.path.split("/") if parts.path else []
    conditions = {name: more.pop(name) for name in Conditions.__dataclass_fields__ if name in more}
    return Request(
        BASE,
        type=names[0] if names else None,
        id=names[1] if len(names) > 1 else None,
        query=pairs(parts.query),
        conditions=Conditions(**conditions),
        **more,
    )


def content(response: Response) -> Json:
    """The resource a response carries."""
    assert response.body is not None
    return json.parse(response.body)


def rows(bundle: Json) -> list[Json]:
    """The entries of a Bundle."""
    found: list[Json] = bundle.get("entry", [])
    return found


def found_ids(bundle: Json, mode: str = "match") -> list[str]:
    """The `Type/id` of the entries of a searchset, in order."""
    return [
        f"{row['resource']['resourceType']}/{row['resource']['id']}"
        for row in rows(bundle)
        if row["search"]["mode"] == mode
    ]


def patient(family: str = "Durand", **more: Any) -> Json:
    """A small patient."""
    return {"resourceType": "Patient", "name": [{"family": family}], **more}


def observation(subject: str, **more: Any) -> Json:
    """A small observation."""
    made: Json = {"resourceType": "Observation", "status": "final", "code": {"text": "weight"}}
    return made | {"subject": {"reference": subject}} | more


def entry(method: str, url: str, resource: Json | None = None, **more: Any) -> Json:
    """An entry of a batch or transaction; `fullUrl` goes by its name, the rest to the request."""
    made: Json = {}
    if "fullUrl" in more:
        made["fullUrl"] = more.pop("fullUrl")
    if resource is not None:
        made["resource"] = resource
    return made | {"request": {"method": method, "url": url, **more}}


class Refusal:
    """What a refused request said."""

    def __init__(self) -> None:
        self.category: Category | None = None
        self.expressions: Sequence[str | None] = ()
        self.text = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, FhirError):
            assert error is not None, "the request was not refused"
            return False
        self.category = error.category
        issues = error.issues
        self.expressions = [issue.expression for issue in issues] or [error.expression]
        self.text = " ".join([str(error), *(issue.diagnostics for issue in issues)])
        return True


@pytest.fixture(scope="session")
def repository() -> Repository:
    """R4 core."""
    return Repository.load()


@pytest.fixture(scope="session")
def validator(repository: Repository) -> Validator:
    """A validator that compiles each definition once for all tests."""
    return Validator(repository, Terminology(repository))


@pytest.fixture
async def services(
    repository: Repository, validator: Validator, mongodb_uri: str, mongodb_database: str
) -> AsyncIterator[Services]:
    """Everything interactions work with, on a fresh database."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=mongodb_database)
    terminology = Terminology(repository)
    registry = SearchRegistry(repository, codes=terminology.codes, hierarchy=terminology.hierarchy)
    store = await MongoStore.open(mongodb_uri, registry, settings)
    yield Services(
        repository=repository,
        registry=registry,
        store=store,
        validator=validator,
        terminology=terminology,
        settings=settings,
    )
    await store.close()


@pytest.fixture
def client(services: Services) -> Client:
    """A client of those services."""
    return Client(services)
