"""Professionals who are no longer active leave the circles of care."""

from typing import Any

from coordination.conftest import Record

PAST, FUTURE = "2020-01-01", "2199-01-01"


def stay(member: str, **period: str) -> dict[str, Any]:
    """Make a participation."""
    return {"member": {"reference": member}} | ({"period": period} if period else {})


def team(id: str, *stays: dict[str, Any], status: str = "active") -> dict[str, Any]:
    """Make a CareTeam."""
    return {
        "resourceType": "CareTeam",
        "id": id,
        "status": status,
        "subject": {"reference": "Patient/p"},
        "participant": list(stays),
    }


async def professional(record: Record) -> dict[str, Any]:
    """Store a person with one role; give the person."""
    person = {"resourceType": "Practitioner", "id": "dr", "active": True}
    await record.stored(person)
    role = {
        "resourceType": "PractitionerRole",
        "id": "r",
        "practitioner": {"reference": "Practitioner/dr"},
    }
    await record.stored(role)
    return person


async def ends(record: Record, id: str) -> list[str | None]:
    """Give the ends of a team's participations, only the day of those that ended today."""
    found = await record.get(f"/CareTeam/{id}")
    return [row.get("period", {}).get("end") for row in found["participant"]]


async def test_a_deactivated_person_leaves_with_a_trace(record: Record) -> None:
    """Running stays of the person and their roles end now; everybody else's stay as they are."""
    person = await professional(record)
    stays = (
        stay("Practitioner/dr", start=PAST),
        stay("PractitionerRole/r"),
        stay("PractitionerRole/other", start=PAST),
        stay("Practitioner/dr", start=PAST, end="2021-01-01"),
        stay("PractitionerRole/r", start=FUTURE),
    )
    await record.stored(team("t", *stays))
    await record.stored(team("closed", stays[0], status="inactive"))
    stored = await record.stored(person | {"active": False})
    now = stored["meta"]["lastUpdated"][:10]
    first, second, other, former, planned = await ends(record, "t")
    assert first
    assert first.startswith(now)
    assert second == first
    assert (other, former, planned) == (None, "2021-01-01", FUTURE)
    assert await ends(record, "closed") == [None]
    traces = await record.get("/Provenance?target=CareTeam/t")
    (trace,) = [entry["resource"] for entry in traces["entry"]]
    assert trace["activity"]["coding"][0]["code"] == "leave"
    assert trace["entity"][0]["what"]["reference"] == "Practitioner/dr"


async def test_a_role_that_ends_leaves_alone(record: Record) -> None:
    """The person stays in circles by other roles; who stays inactive changes nothing again."""
    await professional(record)
    await record.stored(team("t", stay("PractitionerRole/r"), stay("Practitioner/dr")))
    role = {
        "resourceType": "PractitionerRole",
        "id": "r",
        "active": False,
        "practitioner": {"reference": "Practitioner/dr"},
    }
    await record.stored(role)
    gone, there = await ends(record, "t")
    assert gone is not None
    assert there is None
    await record.stored(role | {"availabilityExceptions": "none"})
    assert (await record.get("/CareTeam/t"))["meta"]["versionId"] == "2"
