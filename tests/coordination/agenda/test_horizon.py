"""Slots follow the agenda they are made of."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from coordination.agenda.writing import availability, schedule, service
from coordination.conftest import Record
from cordee.coordination.agenda import horizon
from cordee.interactions.services import Services

PARIS = ZoneInfo("Europe/Paris")


def tomorrow(hour: int, minute: int = 0, days: int = 1) -> str:
    """A time of tomorrow, or of a later day, on the wall."""
    day = datetime.now(PARIS).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS).isoformat()


def morning(days: int = 1, **rule: Any) -> dict[str, Any]:
    """An opening from nine to eleven."""
    return availability(tomorrow(9, days=days), tomorrow(11, days=days), **rule)


async def slots(record: Record, agenda: str = "a", status: str = "free") -> list[Any]:
    """The slots of an agenda in a state, in order."""
    query = f"schedule=Schedule/{agenda}&status={status}&_sort=start&_count=500"
    bundle = await record.get(f"/Slot?{query}")
    return [entry["resource"] for entry in bundle.get("entry", ())]


def times(found: list[Any]) -> list[str]:
    """When slots begin, on the wall."""
    return [slot["start"][11:16] for slot in found]


async def test_an_agenda_makes_its_slots(record: Record) -> None:
    """As long as its service takes; again makes none twice; without a service one an opening."""
    agenda = schedule(morning(), service(30))
    await record.stored(agenda)
    made = await slots(record)
    assert times(made) == ["09:00", "09:30", "10:00", "10:30"]
    assert made[0]["serviceType"] == [{"text": "Soins"}]
    await record.stored(agenda | {"comment": "Cabinet"})
    await record.stored(agenda | {"active": True})
    assert await slots(record) == made
    await record.stored(schedule(morning(), id="b"))
    assert times(await slots(record, "b")) == ["09:00"]


async def test_recurring_slots_reach_the_horizon(record: Record, guarded: Services) -> None:
    """Every day until then, and more of them as time goes, none twice."""
    await record.stored(schedule(morning(freq="DAILY"), service(60)))
    days = guarded.settings.slot_horizon_days
    before = len(await slots(record))
    assert 2 * (days - 2) <= before <= 2 * days
    assert await horizon.extend(guarded) == 0
    later = replace(guarded, clock=lambda: datetime.now(UTC) + timedelta(days=3))
    made = await asyncio.gather(horizon.extend(later), horizon.extend(later))
    assert sum(made) == 6
    assert len(await slots(record)) == before + 6


async def test_slots_follow_a_change_of_mind(record: Record) -> None:
    """A closure takes free ones back and its end gives them again; what is taken stays."""
    agenda = schedule(morning(), service(30))
    await record.stored(agenda)
    taken = (await slots(record))[1]
    await record.stored(taken | {"status": "busy"})
    shut = availability(tomorrow(9), tomorrow(10, 15), kind="busy-unavailable")
    await record.stored(schedule(morning(), shut, service(30)))
    assert times(await slots(record)) == ["10:30"]
    assert times(await slots(record, status="busy")) == ["09:30"]
    await record.stored(agenda)
    assert times(await slots(record)) == ["09:00", "10:00", "10:30"]
    await record.stored(schedule(morning(), service(40)))
    assert times(await slots(record)) == ["10:20"]
    assert (await record.http.delete("/Schedule/a")).status_code == 204
    assert await slots(record) == []
    assert len(await slots(record, status="busy")) == 1


async def test_nobody_is_in_two_places(record: Record) -> None:
    """A slot made by hand blocks those at its time, and of two at once one is booked."""
    await record.stored(schedule(morning(), service(30)))
    own = {"resourceType": "Slot", "id": "own", "schedule": {"reference": "Schedule/a"}}
    period = {"start": tomorrow(9, 45), "end": tomorrow(10, 15)}
    await record.stored(own | period | {"status": "free"})
    first = next(slot for slot in await slots(record) if slot["start"][11:16] == "09:30")

    def visit(id: str, slot: str) -> dict[str, Any]:
        who = [{"actor": {"reference": "Patient/p"}, "status": "accepted"}]
        made = {"resourceType": "Appointment", "id": id, "status": "booked", "participant": who}
        return made | period | {"slot": [{"reference": f"Slot/{slot}"}]}

    racing = [visit(f"v{n}", id) for n in range(4) for id in ("own", first["id"])]
    named = [one | {"id": f"{one['id']}-{place}"} for place, one in enumerate(racing)]
    answers = await asyncio.gather(*[record.put(one) for one in named])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert len(await slots(record, status="busy")) == 1


async def test_a_series_is_booked_whole_or_not_at_all(record: Record) -> None:
    """A transaction of visits; cancelling them frees every slot."""
    await record.stored(schedule(morning(freq="DAILY", count=3), service(120)))
    made = await slots(record)

    def series(*chosen: Any, status: str = "booked") -> dict[str, Any]:
        who = [{"actor": {"reference": "Patient/p"}, "status": "accepted"}]
        visits = [
            {
                "resourceType": "Appointment",
                "id": f"visit-{place}",
                "status": status,
                "start": slot["start"],
                "end": slot["end"],
                "slot": [{"reference": f"Slot/{slot['id']}"}],
                "participant": who,
            }
            for place, slot in enumerate(chosen)
        ]
        entries = [
            {"resource": one, "request": {"method": "PUT", "url": f"Appointment/{one['id']}"}}
            for one in visits
        ]
        return {"resourceType": "Bundle", "type": "transaction", "entry": entries}

    await record.stored(made[2] | {"status": "busy-unavailable"})
    assert (await record.http.post("", json=series(*made))).status_code == 409
    assert len(await slots(record)) == 2
    assert (await record.http.post("", json=series(*made[:2]))).status_code == 200
    assert len(await slots(record, status="busy")) == 2
    cancelled = series(*made[:2], status="cancelled")
    assert (await record.http.post("", json=cancelled)).status_code == 200
    assert len(await slots(record)) == 2


@pytest.mark.parametrize(
    "extension",
    [
        availability("2026-01-05T09:00:00Z", "2026-01-05T08:00:00Z"),
        availability("2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z", freq="DAILY"),
    ],
)
async def test_an_agenda_that_cannot_be_is_refused(record: Record, extension: Any) -> None:
    """A rule without a meaning, or more slots than anybody has."""
    answer = await record.put(schedule(extension, service(5)))
    assert answer.status_code == 422
    assert answer.json()["issue"][0]["expression"] == ["Schedule.extension"]
