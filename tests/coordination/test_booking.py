"""A slot is booked once."""

import asyncio
from typing import Any

import pytest

from coordination.conftest import Record


def slot(id: str = "s", status: str = "free") -> dict[str, Any]:
    """Half an hour of somebody's agenda."""
    times = {"start": "2026-12-01T09:00:00+01:00", "end": "2026-12-01T09:30:00+01:00"}
    schedule = {"schedule": {"reference": "Schedule/a"}}
    return {"resourceType": "Slot", "id": id, "status": status} | schedule | times


def appointment(id: str, *slots: str, status: str = "booked") -> dict[str, Any]:
    """An appointment in some slots."""
    who = [{"actor": {"reference": "Patient/p"}, "status": "accepted"}]
    times = {"start": "2026-12-01T09:00:00+01:00", "end": "2026-12-01T09:30:00+01:00"}
    return {
        "resourceType": "Appointment",
        "id": id,
        "status": status,
        "participant": who,
        "slot": [{"reference": f"Slot/{name}"} for name in slots],
    } | times


@pytest.fixture
async def agenda(record: Record) -> Record:
    """A record with two free slots."""
    for id in ("s", "later"):
        await record.stored(slot(id))
    return record


async def status(agenda: Record, id: str = "s") -> str:
    """How a slot stands."""
    return str((await agenda.get(f"/Slot/{id}"))["status"])


async def test_a_booked_slot_is_busy(agenda: Record) -> None:
    """And the second who wants it is told that it is taken."""
    await agenda.stored(appointment("one", "s"))
    assert await status(agenda) == "busy"
    refused = await agenda.put(appointment("two", "s"))
    assert refused.status_code == 409
    assert "Slot/s is taken" in refused.json()["issue"][0]["diagnostics"]


async def test_of_many_at_once_one_books(agenda: Record) -> None:
    """Whoever is first has it; nobody else's appointment is stored."""
    racing = [agenda.put(appointment(f"a{n}", "s")) for n in range(10)]
    answers = await asyncio.gather(*racing)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert (await agenda.get("/Appointment?_summary=count"))["total"] == 1


@pytest.mark.parametrize("ending", ["cancelled", "entered-in-error", "noshow"])
async def test_a_slot_let_go_is_free(agenda: Record, ending: str) -> None:
    """Whatever way the appointment ends."""
    await agenda.stored(appointment("one", "s"))
    await agenda.stored(appointment("one", "s", status=ending))
    assert await status(agenda) == "free"
    await agenda.stored(appointment("two", "s"))


async def test_moving_an_appointment_moves_its_slot(agenda: Record) -> None:
    """The old slot is free and the new one busy; deleting frees too."""
    await agenda.stored(appointment("one", "s"))
    await agenda.stored(appointment("one", "later"))
    assert (await status(agenda), await status(agenda, "later")) == ("free", "busy")
    await agenda.http.delete("/Appointment/one")
    assert await status(agenda, "later") == "free"


async def test_what_was_never_free_stays(agenda: Record) -> None:
    """A slot closed by its owner cannot be booked, and a proposal takes nothing."""
    await agenda.stored(slot(status="busy-unavailable"))
    assert (await agenda.put(appointment("one", "s"))).status_code == 409
    await agenda.stored(appointment("two", "s", status="proposed"))
    assert await status(agenda) == "busy-unavailable"


async def test_an_unknown_slot_is_an_error(agenda: Record) -> None:
    """The answer names the element."""
    refused = await agenda.put(appointment("one", "nowhere"))
    assert refused.status_code == 422
    assert refused.json()["issue"][0]["expression"] == ["Appointment.slot"]
