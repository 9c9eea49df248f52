"""https://hl7.org/fhir/R4/http.html#transaction, for batches."""

import asyncio
from dataclasses import replace

import pytest

from cordee.errors import Category
from cordee.interactions import batch as module
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import OperationEntry, Services
from interactions.conftest import (
    BASE,
    Client,
    Refusal,
    content,
    entry,
    found_ids,
    patient,
    rows,
)


async def test_entries_stand_for_themselves(client: Client) -> None:
    """Each entry has its own answer, in the order of the request; failures harm no other."""
    found = await client.batch(
        entry("GET", "Patient/none"),
        entry("POST", "Patient", patient()),
        {"resource": patient()},
        entry("POST", "Patient", patient(birthDate="x")),
        entry("PUT", "Patient/a", patient(id="a")),
        entry("GET", "Patient/a"),
        entry("DELETE", "Patient/b"),
        entry("GET", "metadata"),
        entry("GET", "https://example.org/fhir/Patient?_id=a"),
        entry("PATCH", "metadata"),
    )
    assert [row["response"]["status"].partition(" ")[0] for row in found] == [
        "404", "201", "400", "422", "201", "200", "204", "200", "200", "405",
    ]  # fmt: skip
    issue = found[3]["response"]["outcome"]["issue"][0]
    assert issue["expression"] == ["Bundle.entry[3].resource.birthDate"]
    assert found[5]["resource"]["id"] == "a"
    assert found[7]["resource"]["resourceType"] == "CapabilityStatement"
    assert found_ids(found[8]["resource"]) == ["Patient/a"]


async def test_conditions_count_inside(client: Client) -> None:
    """Conditional headers of an entry work as they do alone."""
    await client.update("Patient/a", patient(id="a"))
    found = await client.batch(
        entry("GET", "Patient/a", ifNoneMatch='W/"1"'),
        entry("POST", "Patient", patient(), ifNoneExist="family=durand"),
        entry("PUT", "Patient/a", patient(id="a"), ifMatch='W/"7"'),
        entry("GET", "Patient/a", ifModifiedSince="2999-01-01T00:00:00Z"),
    )
    assert [row["response"]["status"] for row in found] == [
        "304 Not Modified",
        "200 OK",
        "412 Precondition Failed",
        "304 Not Modified",
    ]


async def test_operations_can_be_called(services: Services) -> None:
    """An operation of the registry is called at its level, and only there."""

    async def run(_: Services, request: Request) -> Response:
        basic = {"resourceType": "Basic", "id": request.id or "type", "code": {"text": "x"}}
        return Response(200, resource=basic)

    entries = (
        OperationEntry("echo", "urn:echo", run, types=("Patient",), instance_level=True),
        OperationEntry(
            "do", "urn:do", run, types=("Resource",), type_level=True, affects_state=True
        ),
    )
    client = Client(replace(services, operations=entries))
    found = await client.batch(
        entry("GET", "Patient/a/$echo"),
        entry("GET", "Patient/$echo"),
        entry("POST", "Group/$do"),
        entry("GET", "Group/$do"),
    )
    assert [row["response"]["status"].partition(" ")[0] for row in found] == [
        "200",
        "404",
        "200",
        "405",
    ]
    assert found[0]["resource"]["id"] == "a"
    with Refusal() as refusal:
        await client.transaction(entry("POST", "Group/$do"))
    assert refusal.category is Category.UNSUPPORTED
    told = await client.transaction(entry("POST", "Patient/a/$echo"))
    assert told[0]["resource"]["id"] == "a"


async def test_what_there_is_no_time_for_says_so_itself(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time is up after the first entries: theirs are done and told, the others were not begun."""
    moment = asyncio.get_running_loop().time()

    async def run(_: Services, __: Request) -> Response:
        monkeypatch.setattr(module, "_now", lambda: moment + 900)
        return Response(200, resource={"resourceType": "Basic", "id": "x", "code": {"text": "x"}})

    late = OperationEntry(
        "late", "urn:late", run, types=("Patient",), type_level=True, affects_state=True
    )
    entries = [
        entry("PUT", "Patient/b", patient(id="b")),
        entry("POST", "Patient", patient()),
        entry("POST", "Patient/$late"),
        entry("GET", "Patient"),
    ]
    body = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    client = Client(replace(services, operations=(late,)))
    request = Request(BASE, body=body, deadline=moment + 1000)
    found = rows(content(await module.batch(client.services, request)))
    assert [row["response"]["status"].partition(" ")[0] for row in found] == [
        "504", "201", "200", "504",
    ]  # fmt: skip
    (issue,) = found[0]["response"]["outcome"]["issue"]
    assert (issue["code"], issue["expression"]) == ("timeout", ["Bundle.entry[0]"])
    assert "nothing of it was done" in issue["diagnostics"]
    with Refusal() as refusal:
        await client.read("Patient/b")
    assert refusal.category is Category.NOT_FOUND


async def test_an_entry_that_takes_too_long_is_given_up_alone(services: Services) -> None:
    """What is under way when the time is up fails by itself; who changes something is warned."""

    async def run(_: Services, __: Request) -> Response:
        await asyncio.Event().wait()
        raise AssertionError

    stuck = OperationEntry(
        "stuck", "urn:stuck", run, types=("Patient",), type_level=True, affects_state=True
    )
    entries = [entry("POST", "Patient/$stuck"), entry("POST", "Patient/$none")]
    body = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    client = Client(replace(services, operations=(stuck,)))
    request = Request(BASE, body=body, deadline=asyncio.get_running_loop().time() + 2)
    found = rows(content(await module.batch(client.services, request)))
    assert [row["response"]["status"].partition(" ")[0] for row in found] == ["504", "404"]
    assert "look whether" in found[0]["response"]["outcome"]["issue"][0]["diagnostics"]
