"""Many clients at once, on two server processes: nothing twice, nothing lost, no version reused."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import chain
from typing import Any
from uuid import uuid4

import httpx
import pytest

from system.conftest import Running, free_port
from system.fhir_client import FHIR_JSON, JSON_PATCH, Json, entry

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("concurrency")]

SYSTEM = "urn:oid:1.2.250.1.999.5"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Two server processes over one database."""
    folder = tmp_path_factory.mktemp("cordee")
    running = Running(folder / "data", free_port(), {"CORDEE_MONGODB_CACHE_GB": "0.25"})
    running.start("--workers", "2")
    yield running
    running.stop()


@pytest.fixture
async def http(server: Running) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a hundred connections, which spread over both processes."""
    async with httpx.AsyncClient(
        base_url=server.base_url,
        timeout=60,
        headers={"Content-Type": FHIR_JSON},
        limits=httpx.Limits(max_connections=100),
    ) as client:
        yield client


def person(value: str, **more: Any) -> Json:
    """Make a Patient with one identifier."""
    identifier = [{"system": SYSTEM, "value": value}]
    return {"resourceType": "Patient", "identifier": identifier, **more}


async def race(
    number: int, request: Callable[[int], Awaitable[httpx.Response]]
) -> dict[int, list[httpx.Response]]:
    """Send requests all at once; give the answers by status."""
    found: dict[int, list[httpx.Response]] = {}
    for answer in await asyncio.gather(*map(request, range(number))):
        found.setdefault(answer.status_code, []).append(answer)
    return found


def counted(found: dict[int, list[httpx.Response]]) -> dict[int, int]:
    """Count the answers by status."""
    return {status: len(answers) for status, answers in found.items()}


async def number_of(http: httpx.AsyncClient, value: str) -> int:
    """Count the Patients with an identifier."""
    answer = await http.get(f"/Patient?identifier={SYSTEM}|{value}&_summary=count")
    return int(answer.json()["total"])


async def test_racing_conditional_creates_make_one(http: httpx.AsyncClient) -> None:
    """A hundred clients ask for the same identifier, half of them for more: one creates."""
    value = uuid4().hex
    queries = (f"identifier={SYSTEM}|{value}", f"active=true&identifier={SYSTEM}%7C{value}")

    def create(index: int) -> Awaitable[httpx.Response]:
        headers = {"If-None-Exist": queries[index % 2]}
        return http.post("/Patient", json=person(value, active=True), headers=headers)

    found = await race(100, create)
    assert counted(found) == {201: 1, 200: 99}
    assert len({answer.json()["id"] for answer in chain.from_iterable(found.values())}) == 1
    assert await number_of(http, value) == 1


async def test_racing_conditional_updates_make_one(http: httpx.AsyncClient) -> None:
    """The first creates, each of the others makes the next version of the same resource."""
    value = uuid4().hex
    url = f"/Patient?identifier={SYSTEM}|{value}"
    found = await race(40, lambda _: http.put(url, json=person(value)))
    assert counted(found) == {201: 1, 200: 39}
    assert await number_of(http, value) == 1


async def test_racing_transactions_make_one(http: httpx.AsyncClient) -> None:
    """`ifNoneExist` inside transactions: one Patient, to which every Observation is linked."""
    value = uuid4().hex

    def send(_: int) -> Awaitable[httpx.Response]:
        full_url = f"urn:uuid:{uuid4()}"
        condition = {"ifNoneExist": f"identifier={SYSTEM}|{value}"}
        finding = {
            "resourceType": "Observation",
            "status": "final",
            "code": {"text": "x"},
            "subject": {"reference": full_url},
        }
        entries = [
            entry("POST", "Patient", person(value), full_url, **condition),
            entry("POST", "Observation", finding),
        ]
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        return http.post("", json=bundle)

    assert counted(await race(30, send)) == {200: 30}
    assert await number_of(http, value) == 1
    linked = await http.get(f"/Observation?patient.identifier={SYSTEM}|{value}&_summary=count")
    assert linked.json()["total"] == 30


async def test_transactions_over_the_same_resources_in_other_orders(
    http: httpx.AsyncClient,
) -> None:
    """They wait for one another instead of failing, and none half-done is seen."""
    ring = [uuid4().hex for _ in range(3)]

    def send(index: int) -> Awaitable[httpx.Response]:
        order = [ring[(index + step) % 3] for step in range(3)]
        entries = [entry("PUT", f"Patient/{id}", person(str(index), id=id)) for id in order]
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        return http.post("", json=bundle)

    assert counted(await race(20, send)) == {200: 20}
    found = await http.get(f"/Patient?_id={','.join(ring)}")
    last = {each["resource"]["identifier"][0]["value"] for each in found.json()["entry"]}
    assert len(last) == 1


async def test_one_of_many_updates_of_a_version_wins(http: httpx.AsyncClient) -> None:
    """With If-Match, the others learn that they came too late."""
    path = f"/Patient/{uuid4().hex}"
    body = person("x", id=path.rpartition("/")[2])
    tag = (await http.put(path, json=body)).headers["etag"]
    found = await race(40, lambda _: http.put(path, json=body, headers={"If-Match": tag}))
    assert counted(found) == {200: 1, 412: 39}


async def test_one_of_many_creations_at_an_id_is_first(http: httpx.AsyncClient) -> None:
    """An update that creates does so once; with If-None-Match: * the others are refused."""
    for headers, others in (({}, 200), ({"If-None-Match": "*"}, 412)):
        path = f"/Patient/{uuid4().hex}"
        body = person("x", id=path.rpartition("/")[2])
        found = await race(20, lambda _: http.put(path, json=body, headers=headers))  # noqa: B023 - awaited here
        assert counted(found) == {201: 1, others: 19}


async def test_history_has_no_hole_after_a_storm(http: httpx.AsyncClient) -> None:
    """Updates, patches and deletions of one resource at once: every version once, in a row."""
    path = f"/Patient/{uuid4().hex}"
    body = person("x", id=path.rpartition("/")[2])
    patch = [{"op": "add", "path": "/active", "value": True}]
    await http.put(path, json=body)

    def write(index: int) -> Awaitable[httpx.Response]:
        if index % 3 == 0:
            return http.delete(path)
        if index % 3 == 1:
            return http.put(path, json=body)
        return http.patch(path, json=patch, headers={"Content-Type": JSON_PATCH})

    found = await race(60, write)
    assert set(found) <= {200, 201, 204, 410}
    written = [
        int(answer.headers["etag"][3:-1])
        for status in (200, 201, 204)
        for answer in found.get(status, [])
        if "etag" in answer.headers
    ]
    assert max(Counter(written).values()) == 1
    history = (await http.get(f"{path}/_history?_count=1000")).json()
    versions = [int(each["response"]["etag"][3:-1]) for each in history["entry"]]
    assert versions == list(range(len(versions), 0, -1))
    assert set(written) | {1} == set(versions)
