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
