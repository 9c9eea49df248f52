"""A discharge from hospital opens the return home: a plan with tasks for the circle, once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from coordination.conftest import Record
from cordee.coordination.lateness import raise_alerts
from cordee.interactions.services import Services
from cordee.resource.types import Resource

PERSON = {"reference": "Patient/p"}
PROFESSIONS = "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
DISPOSITION = "http://terminology.hl7.org/CodeSystem/discharge-disposition"


def day(ago: float) -> str:
    """A moment so many days ago."""
    return (datetime.now(UTC) - timedelta(days=ago)).isoformat(timespec="seconds")


def stay(status: str = "finished", ago: float = 1, **more: Any) -> dict[str, Any]:
    """A stay in hospital that ended so many days ago."""
    made: dict[str, Any] = {"resourceType": "Encounter", "id": "stay", "status": status}
    made |= {"class": {"system": ACT, "code": "IMP"}, "subject": PERSON}
    return made | {"period": {"start": day(ago + 5), "end": day(ago)}} | more


def letter(id: str = "letter", ago: float = 1) -> dict[str, Any]:
    """A letter of liaison written so many days ago."""
    made: dict[str, Any] = {"resourceType": "DocumentReference", "id": id, "status": "current"}
    made["type"] = {"coding": [{"system": "http://loinc.org", "code": "11490-0"}]}
    content = {"attachment": {"contentType": "text/plain", "data": "T0s="}}
    return made | {"subject": PERSON, "date": day(ago), "content": [content]}


async def found(record: Record, url: str) -> list[Resource]:
    """What a search gives."""
    bundle = await record.get(url)
    return [entry["resource"] for entry in bundle.get("entry", ())]


@pytest.fixture
async def circle(record: Record) -> Record:
    """A person with a nurse and a general practitioner around them."""
    await record.stored({"resourceType": "Patient", "id": "p"})
    members = []
    for name, profession in (("gp", "10"), ("nurse", "60")):
        code = {"coding": [{"system": PROFESSIONS, "code": profession}]}
        await record.stored({"resourceType": "PractitionerRole", "id": name, "code": [code]})
        members.append({"member": {"reference": f"PractitionerRole/{name}"}})
    team = {"resourceType": "CareTeam", "id": "t", "status": "active", "subject": PERSON}
    await record.stored(team | {"participant": members})
    return record


async def tasks(record: Record) -> dict[str, Resource]:
    """The person's tasks by step."""
    rows = await found(record, "/Task?patient=Patient/p&_count=100")
    return {row["identifier"][0]["value"].partition("/")[2]: row for row in rows}


async def test_a_discharge_opens_the_return_home(circle: Record) -> None:
    """From the day of discharge on, each step for the member whose profession it asks for."""
    await circle.stored(stay("in-progress"))
    assert await found(circle, "/CarePlan?subject=Patient/p") == []
    await circle.stored(stay())
    [plan] = await found(circle, "/CarePlan?subject=Patient/p")
    assert plan["supportingInfo"] == [{"reference": "Encounter/stay"}]
    assert plan["instantiatesCanonical"][0].startswith(
        "https://cordee.example/fhir/PlanDefinition/return-home|"
    )
    steps = await tasks(circle)
    assert set(steps) == {"letter", "treatment", "home", "nurse", "gp", "call", "review"}
    assert steps["gp"]["owner"]["reference"] == "PractitionerRole/gp"
    assert steps["nurse"]["owner"]["reference"] == "PractitionerRole/nurse"
    assert "owner" not in steps["treatment"]
    begins = datetime.fromisoformat(steps["nurse"]["restriction"]["period"]["start"])
    assert abs(begins - datetime.now(UTC) + timedelta(days=1)) < timedelta(minutes=5)


async def test_a_letter_opens_it_as_well(circle: Record) -> None:
    """Where the hospital sends no Encounter."""
    await circle.stored(letter())
    [plan] = await found(circle, "/CarePlan?subject=Patient/p")
    assert plan["supportingInfo"] == [{"reference": "DocumentReference/letter"}]


async def test_one_discharge_opens_it_once(circle: Record) -> None:
    """Told again, by the letter too, or after the plan has ended."""
    await circle.stored(stay())
    await circle.stored(letter())
    await circle.stored(stay(length={"value": 5, "unit": "d"}))
    [plan] = await found(circle, "/CarePlan?subject=Patient/p")
    await circle.stored(plan | {"status": "completed"})
    await circle.stored(stay())
    assert len(await found(circle, "/CarePlan?subject=Patient/p")) == 1
    await circle.stored(stay(ago=0) | {"id": "second"})
    assert len(await found(circle, "/CarePlan?subject=Patient/p")) == 2


@pytest.mark.parametrize(
    "given",
    [
        stay(ago=60),
        stay("in-progress"),
        stay() | {"class": {"system": ACT, "code": "AMB"}},
        stay(
            hospitalization={
                "dischargeDisposition": {"coding": [{"system": DISPOSITION, "code": "exp"}]}
            }
        ),
        letter(ago=60),
        letter() | {"status": "superseded"},
    ],
    ids=["long ago", "going on", "ambulatory", "died", "old letter", "superseded letter"],
)
async def test_not_everything_opens_it(circle: Record, given: dict[str, Any]) -> None:
    """What is history, is no stay, or did not lead home."""
    await circle.stored(given)
    assert await found(circle, "/CarePlan?subject=Patient/p") == []


async def test_without_a_circle_nothing_opens(record: Record) -> None:
    """There is nobody to do it; nor in a dossier that is closed."""
    await record.stored({"resourceType": "Patient", "id": "p"})
    await record.stored(stay())
    assert await found(record, "/CarePlan?subject=Patient/p") == []


async def test_a_closed_dossier_stays_closed(circle: Record) -> None:
    """The discharge itself is stored."""
    episode = {"resourceType": "EpisodeOfCare", "id": "e", "status": "finished", "patient": PERSON}
    await circle.stored(episode)
    await circle.stored(stay())
    assert await found(circle, "/CarePlan?subject=Patient/p") == []


async def test_what_is_late_is_an_alert(circle: Record, guarded: Services) -> None:
    """Discharged three days ago, and no nurse came."""
    await circle.stored(stay(ago=3))
    await raise_alerts(guarded)
    flags = await found(circle, "/Flag?patient=Patient/p&status=active")
    told = {flag["code"]["text"] for flag in flags}
    assert "Tâche en retard : Première visite de l'infirmier à domicile" in told
    assert len(flags) == 4  # letter, treatment, home, nurse
