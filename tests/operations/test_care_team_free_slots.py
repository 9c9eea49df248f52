"""`CareTeam/$free-slots`: when members of a circle are free."""

from typing import Any

import httpx
import pytest

PERIOD = "start=2099-12-01&end=2099-12-01"
NURSE = "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante"


def reference(name: str) -> dict[str, Any]:
    return {"reference": name}


async def put(http: httpx.AsyncClient, resource: dict[str, Any]) -> None:
    """Store a resource, which must succeed."""
    answer = await http.put(f"/{resource['resourceType']}/{resource['id']}", json=resource)
    assert answer.is_success, answer.text


async def agenda(http: httpx.AsyncClient, name: str, *hours: int) -> None:
    """A professional with an agenda that has half an hour free at some hours."""
    code = [{"coding": [{"system": NURSE, "code": "60" if name == "nurse" else "10"}]}]
    await put(http, {"resourceType": "PractitionerRole", "id": name, "code": code})
    actor = [reference(f"PractitionerRole/{name}")]
    await put(http, {"resourceType": "Schedule", "id": name, "actor": actor})
    for hour in hours:
        times = {
            "start": f"2099-12-01T{hour:02}:00:00+01:00",
            "end": f"2099-12-01T{hour:02}:30:00+01:00",
        }
        slot = {"resourceType": "Slot", "id": f"{name}-{hour}", "status": "free"}
        await put(http, slot | times | {"schedule": reference(f"Schedule/{name}")})


@pytest.fixture
async def circle(http: httpx.AsyncClient) -> httpx.AsyncClient:
    """A nurse and a doctor with agendas, a relative without one."""
    await agenda(http, "nurse", 8, 9, 14)
    await agenda(http, "gp", 9, 14, 16)
    names = ("PractitionerRole/nurse", "PractitionerRole/gp", "RelatedPerson/r")
    members: list[dict[str, Any]] = [{"member": reference(name)} for name in names]
    gone = {"member": reference("PractitionerRole/gone"), "period": {"end": "2026-01-01"}}
    team: dict[str, Any] = {"resourceType": "CareTeam", "id": "t", "status": "active"}
    team |= {"subject": reference("Patient/p"), "participant": [*members, gone]}
    await put(http, team)
    return http


async def found(http: httpx.AsyncClient, query: str = "") -> list[dict[str, Any]]:
    """The appointments proposed."""
    answer = await http.get(f"/CareTeam/t/$free-slots?{PERIOD}&{query}")
    assert answer.status_code == 200, answer.text
    return [entry["resource"] for entry in answer.json().get("entry", ())]


def hours(proposals: list[dict[str, Any]]) -> list[str]:
    """When they begin."""
    return [one["start"][11:16] for one in proposals]


async def test_times_common_to_all_who_have_an_agenda(circle: httpx.AsyncClient) -> None:
    """A day stands for all of it; each is an Appointment that books its slots when stored."""
    proposals = await found(circle)
    assert hours(proposals) == ["09:00", "14:00"]
    first = proposals[0] | {"status": "booked"}
    assert (await circle.post("/Appointment", json=first)).status_code == 201
    assert hours(await found(circle)) == ["14:00"]
    actors = [each["actor"]["reference"] for each in first["participant"]]
    assert actors == ["Patient/p", "PractitionerRole/nurse", "PractitionerRole/gp"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("mode=any", ["08:00", "09:00", "09:00", "14:00", "14:00", "16:00"]),
        ("mode=any&count=2", ["08:00", "09:00"]),
        ("participant=PractitionerRole/nurse", ["08:00", "09:00", "14:00"]),
        ("role=60", ["08:00", "09:00", "14:00"]),
        (f"role={NURSE}|10", ["09:00", "14:00", "16:00"]),
        (f"role={NURSE}|10&participant=PractitionerRole/nurse", ["09:00", "14:00"]),
        ("participant=RelatedPerson/r", []),
        ("participant=RelatedPerson/r&mode=any", []),
        ("duration=31", []),
        ("duration=20", ["09:00", "14:00"]),
    ],
)
async def test_members_are_chosen(
    circle: httpx.AsyncClient, query: str, expected: list[str]
) -> None:
    """By name or role, together or each for themselves."""
    assert hours(await found(circle, query)) == expected


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("start=2099-12-01", 400),
        ("start=2099-12-01&end=2099-11-01", 400),
        ("start=2099-12-01&end=2100-12-01", 400),
        (f"{PERIOD}&duration=0", 400),
        (f"{PERIOD}&mode=some", 400),
        (f"{PERIOD}&role=pilot", 422),
        (f"{PERIOD}&participant=PractitionerRole/gone", 422),
    ],
)
async def test_what_has_no_meaning_is_refused(
    circle: httpx.AsyncClient, query: str, status: int
) -> None:
    """Periods without bounds, roles nobody has, people who have left."""
    assert (await circle.get(f"/CareTeam/t/$free-slots?{query}")).status_code == status


@pytest.mark.parametrize(
    "period",
    [
        "start=9999-12-31&end=9999-12-31",
        "start=0001&end=0001-01-02",
        "start=0001&end=9999",
        "start=9999-12-31T23:59:59-14:00&end=9999-12-31T23:59:59-14:00",
    ],
)
async def test_periods_at_the_ends_of_time_are_refused(
    circle: httpx.AsyncClient, period: str
) -> None:
    """The first and the last days that can be written are read, or refused by name."""
    answer = await circle.get(f"/CareTeam/t/$free-slots?{period}")
    assert answer.status_code in {200, 400}, answer.text
    assert answer.status_code == 200 or "end" in answer.text or "start" in answer.text
