"""The Task of a referral goes forward, and its end is its end."""

import re
from pathlib import Path
from typing import Any

import pytest

from coordination.conftest import Record
from cordee.coordination.referral import TRANSITIONS, transitions


def task(id: str, status: str, **more: Any) -> dict[str, Any]:
    """A Task based on a ServiceRequest."""
    based = {"basedOn": [{"reference": "ServiceRequest/r"}]}
    return {"resourceType": "Task", "id": id, "intent": "order", "status": status} | based | more


async def test_a_referral_is_followed_to_its_end(record: Record) -> None:
    """Each step of an ordinary life is accepted."""
    for status in ("requested", "received", "accepted", "in-progress", "on-hold", "completed"):
        await record.stored(task("t", status))


@pytest.mark.parametrize("end", ["completed", "failed", "cancelled", "rejected"])
async def test_an_end_is_an_end(record: Record, end: str) -> None:
    """Whatever wants to go on from there is a conflict; a mistake can still be said."""
    await record.stored(task("t", end))
    refused = await record.put(task("t", "in-progress"))
    assert refused.status_code == 409
    issue = refused.json()["issue"][0]
    assert issue["expression"] == ["Task.status"]
    assert end in issue["diagnostics"]
    await record.stored(task("t", end, note=[{"text": "Compte rendu joint"}]))
    await record.stored(task("t", "entered-in-error"))


async def test_there_is_no_way_back_nor_round(record: Record) -> None:
    """Neither an earlier state, nor letting go of the request on the way, nor a patch."""
    await record.stored(task("t", "in-progress"))
    assert (await record.put(task("t", "requested"))).status_code == 409
    await record.stored(task("t", "completed"))
    loose = task("t", "ready", basedOn=[{"display": "x"}])
    assert (await record.put(loose)).status_code == 409
    step = [{"op": "replace", "path": "/status", "value": "ready"}]
    headers = {"content-type": "application/json-patch+json"}
    assert (await record.http.patch("/Task/t", json=step, headers=headers)).status_code == 409


async def test_other_tasks_are_free(record: Record) -> None:
    """A Task of no ServiceRequest may be opened again."""
    free = {"resourceType": "Task", "id": "f", "intent": "order"}
    await record.stored(free | {"status": "completed"})
    await record.stored(free | {"status": "in-progress"})


def test_every_status_stands_in_the_table() -> None:
    """What the table leads to, it knows."""
    reached = set().union(*TRANSITIONS.values())
    assert reached <= TRANSITIONS.keys()


def test_the_page_shows_the_table() -> None:
    """The documentation has the transitions of the code, row for row."""
    page = Path(__file__).resolve().parents[2] / "docs" / "coordination.md"
    part = page.read_text("utf-8").partition("| from | to |\n|---|---|\n")[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in part.splitlines()]
    shown = [(was.strip("`"), tuple(re.findall(r"`([a-z-]+)`", becomes))) for was, becomes in rows]
    assert shown == transitions()
