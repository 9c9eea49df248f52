"""`CarePlan/$progress` over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from coordination.conftest import Record

PERSON = {"reference": "Patient/p"}


def task(id: str, status: str, days: int | None) -> dict[str, Any]:
    """A task whose term is so many days from now."""
    made: dict[str, Any] = {"resourceType": "Task", "id": id, "status": status, "intent": "plan"}
    if days is not None:
        end = (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")
        made["restriction"] = {"period": {"end": end}}
    return made | {"for": PERSON}


TASKS = [
    task("done", "completed", -3),
    task("dropped", "cancelled", 3),
    task("late", "requested", -1),
    task("soon", "in-progress", 2),
    task("later", "accepted", 30),
    task("whenever", "accepted", None),
    task("next", "draft", -5),
]


@pytest.fixture
async def record(http: httpx.AsyncClient) -> Record:
    """A plan with one task of each kind, and one that is gone."""
    made = Record(http)
    for each in TASKS:
        await made.stored(each)
    names = [f"Task/{each['id']}" for each in TASKS] + ["Task/gone"]
    plan = {"resourceType": "CarePlan", "id": "plan", "status": "active", "intent": "plan"}
    activity = [{"reference": {"reference": name}} for name in names]
    await made.stored(plan | {"subject": PERSON, "activity": activity})
    return made


async def test_a_plan_tells_how_far_it_got(record: Record) -> None:
    """What is late is told from what is due; what is over is neither."""
    found = await record.get("/CarePlan/plan/$progress")
    counts = {row["name"]: row.get("valueInteger") for row in found["parameter"]}
    del counts["activity"]
    assert counts == {
        "total": 7, "done": 1, "ended": 1, "late": 1, "due": 1, "open": 2, "waiting": 1,
    }  # fmt: skip


async def test_each_activity_is_told(record: Record) -> None:
    """With its reference, so that somebody can go there."""
    found = await record.get("/CarePlan/plan/$progress")
    rows = [row["part"] for row in found["parameter"] if row["name"] == "activity"]
    states = {part[0]["valueReference"]["reference"]: part[2]["valueCode"] for part in rows}
    assert (states["Task/late"], states["Task/soon"]) == ("late", "due")


async def test_a_plan_without_activities_has_none(record: Record) -> None:
    """All counts are zero."""
    plan = {"resourceType": "CarePlan", "id": "empty", "status": "draft", "intent": "plan"}
    await record.stored(plan | {"subject": PERSON})
    found = await record.get("/CarePlan/empty/$progress")
    assert {row["valueInteger"] for row in found["parameter"]} == {0}
