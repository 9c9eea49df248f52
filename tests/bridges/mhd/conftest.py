"""A manager of shared documents, as its clients see it."""

from typing import Any, TypeAlias

import httpx
import pytest

from bridges.mhd.provided_bundle import patient, provided

Json: TypeAlias = dict[str, Any]


class Manager:
    """Who keeps documents, over HTTP, and one patient."""

    def __init__(self, http: httpx.AsyncClient, person: str) -> None:
        self.http = http
        self.person = person

    async def provide(self, bundle: Json, status: int = 200) -> Json:
        """Send a Bundle (ITI-65)."""
        answer = await self.http.post("", json=bundle)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    async def provided(self, **more: Any) -> tuple[str, str, str]:
        """Provide one document; give where the set, the document and its content are."""
        told = await self.provide(provided(self.person, **more))
        places = [entry["response"]["location"] for entry in told["entry"]]
        first, second, third = (place.partition("/_history")[0] for place in places)
        return first, second, third

    async def read(self, place: str) -> Json:
        """Read a resource."""
        answer = await self.http.get(f"/{place}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def found(self, query: str) -> list[str]:
        """Search strictly, by GET and by POST; give what both find."""
        headers = {"Prefer": "handling=strict"}
        answer = await self.http.get(f"/{query}", headers=headers)
        assert answer.status_code == 200, answer.text
        type, _, rest = query.partition("?")
        form = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        posted = await self.http.post(f"/{type}/_search", content=rest, headers=form)
        assert _names(posted.json()) == _names(answer.json())
        return _names(answer.json())


def _names(bundle: Json) -> list[str]:
    assert bundle["type"] == "searchset"
    rows = (row["resource"] for row in bundle.get("entry", ()))
    return [f"{each['resourceType']}/{each['id']}" for each in rows]


@pytest.fixture
async def manager(http: httpx.AsyncClient) -> Manager:
    """A manager that knows one patient."""
    answer = await http.post("/Patient", json=patient())
    assert answer.status_code == 201, answer.text
    return Manager(http, f"Patient/{answer.json()['id']}")
