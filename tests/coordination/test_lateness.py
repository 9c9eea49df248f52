"""A late task raises one alert, which closes when the task moves on."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cordee.coordination.lateness import raise_alerts
from cordee.interactions.services import Services
from cordee.resource.types import Resource
from interactions.conftest import Client


def term(days: int) -> str:
    """A moment so many days from now."""
    return (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")


def task(id: str = "t", status: str = "requested", days: int = -1) -> dict[str, Any]:
    """A task whose term is so many days from now."""
    end = {"period": {"start": term(-30), "end": term(days)}}
    made = {"resourceType": "Task", "id": id, "status": status, "intent": "plan"}
    return made | {"for": {"reference": "Patient/p"}, "restriction": end, "description": "Peser"}


async def alerts(client: Client) -> list[Resource]:
    """The alerts that were ever raised."""
    found = await client.search("Flag")
    return [entry["resource"] for entry in found.get("entry", ())]


async def test_a_late_task_raises_one_alert(guarded: Services) -> None:
    """However often, and by however many servers, it is noticed."""
    client = Client(guarded)
    await client.update("Task/t", task())
    raised = await asyncio.gather(*(raise_alerts(guarded) for _ in range(4)))
    assert sum(raised) == 1
    assert await raise_alerts(guarded) == 0
    [flag] = await alerts(client)
    assert (flag["status"], flag["subject"]["reference"]) == ("active", "Patient/p")
    assert flag["code"]["text"] == "Tâche en retard : Peser"


@pytest.mark.parametrize(
    "other",
    [task(days=1), task(status="completed"), task(status="draft")],
    ids=["early", "done", "draft"],
)
async def test_other_tasks_raise_none(guarded: Services, other: dict[str, Any]) -> None:
    """What is not due yet, is done, or cannot begin yet is not late."""
    await Client(guarded).update("Task/t", other)
    assert await raise_alerts(guarded) == 0


@pytest.mark.parametrize(
    "moved", [task(status="completed"), task(days=5)], ids=["done", "given more time"]
)
async def test_the_alert_closes_when_the_task_moves_on(
    guarded: Services, moved: dict[str, Any]
) -> None:
    """It stays readable, with the time it lasted."""
    client = Client(guarded)
    await client.update("Task/t", task())
    await raise_alerts(guarded)
    await client.update("Task/t", moved)
    [flag] = await alerts(client)
    assert flag["status"] == "inactive"
    assert set(flag["period"]) == {"start", "end"}


async def test_a_task_that_is_late_again_is_told_again(guarded: Services) -> None:
    """A closed alert does not silence the next."""
    client = Client(guarded)
    await client.update("Task/t", task())
    await raise_alerts(guarded)
    await client.update("Task/t", task(days=5))
    await client.update("Task/t", task())
    assert await raise_alerts(guarded) == 1
    assert sorted(flag["status"] for flag in await alerts(client)) == ["active", "inactive"]


async def test_an_alert_that_somebody_closed_is_not_raised_again(guarded: Services) -> None:
    """Not before the task has moved on and is late once more."""
    client = Client(guarded)
    await client.update("Task/t", task())
    await raise_alerts(guarded)
    [flag] = await alerts(client)
    await client.update(f"Flag/{flag['id']}", flag | {"status": "inactive"})
    assert await raise_alerts(guarded) == 0
    await client.update("Task/t", task(days=5))
    await client.update("Task/t", task())
    assert await raise_alerts(guarded) == 1
    assert await raise_alerts(guarded) == 0


async def test_who_coordinates_is_told_of_what_is_late(guarded: Services) -> None:
    """Urgently of an alert that nobody took note of; who is kept from the task is kept from it."""
    client = Client(guarded)
    role = {"coding": [{"system": "https://example.org/roles", "code": "330"}]}
    rows = [
        {"member": {"reference": "PractitionerRole/nurse"}},
        {"member": {"reference": "PractitionerRole/coordinator"}, "role": [role]},
    ]
    team = {"resourceType": "CareTeam", "id": "c", "status": "active", "participant": rows}
    await client.update("CareTeam/c", team | {"subject": {"reference": "Patient/p"}})
    label = {"security": [{"code": "INVISIBLE_PATIENT"}]}
    code = {"coding": [{"code": "acknowledgement"}]}
    await client.update("Task/t", task() | {"meta": label, "code": code})
    for id in ("other", "third"):
        await client.update(f"Task/{id}", task(id))
    assert await raise_alerts(guarded) == 3
    assert await raise_alerts(guarded) == 0
    found = await client.search("Communication")
    told = {each["resource"]["priority"]: each["resource"] for each in found["entry"]}
    assert set(told) == {"urgent", "routine"}
    assert told["urgent"]["recipient"] == [{"reference": "PractitionerRole/coordinator"}]
    assert told["urgent"]["about"][1] == {"reference": "Task/t"}
    assert told["urgent"]["meta"]["security"] == label["security"]
    assert "security" not in told["routine"]["meta"]
    assert len(found["entry"]) == len(told)  # several tasks of one person are one message
    assert len(told["routine"]["payload"]) == 2


async def test_a_task_that_no_alert_can_be_made_of_silences_no_other(guarded: Services) -> None:
    """A circle's or a relative's tasks are told; those about nobody leave the others alone."""
    client = Client(guarded)
    nobody = {name: value for name, value in task("a").items() if name != "for"}
    await client.update("Task/a", nobody)
    inside = {"contained": [{"resourceType": "Patient", "id": "k"}], "for": {"reference": "#k"}}
    await client.update("Task/b", task("b") | inside)
    for id, owner in (("c", "CareTeam/c"), ("d", "RelatedPerson/d"), ("e", "Organization/o")):
        await client.update(f"Task/{id}", task(id) | {"owner": {"reference": owner}})
    assert await raise_alerts(guarded) == 3
    told = {flag["identifier"][0]["value"]: flag.get("author") for flag in await alerts(client)}
    assert told == {"c": None, "d": None, "e": {"reference": "Organization/o"}}
