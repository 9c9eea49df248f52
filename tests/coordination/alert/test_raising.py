"""Rules raise alerts from what comes in, once, to those concerned."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from coordination.conftest import Record
from cordee.resource.types import Resource

PERSON = {"reference": "Patient/p"}
WEIGHT = {"system": "http://loinc.org", "code": "29463-7"}
FALL = {"system": "http://snomed.info/sct", "code": "217082002"}
VITAL = {
    "system": "http://terminology.hl7.org/CodeSystem/observation-category",
    "code": "vital-signs",
}


def day(ago: float) -> str:
    """A moment so many days ago."""
    return (datetime.now(UTC) - timedelta(days=ago)).isoformat(timespec="seconds")


def weight(id: str, kilo: float, ago: float) -> dict[str, Any]:
    """The person was weighed."""
    value = {"value": kilo, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}
    made: dict[str, Any] = {"resourceType": "Observation", "id": id, "status": "final"}
    made |= {"category": [{"coding": [VITAL]}], "code": {"coding": [WEIGHT]}, "subject": PERSON}
    return made | {"effectiveDateTime": day(ago), "valueQuantity": value}


def fall(id: str = "fall") -> dict[str, Any]:
    """The person fell."""
    made: dict[str, Any] = {"resourceType": "Observation", "id": id, "status": "final"}
    return made | {"code": {"coding": [FALL]}, "subject": PERSON}


async def found(record: Record, url: str) -> list[Resource]:
    """What a search gives."""
    bundle = await record.get(url)
    return [entry["resource"] for entry in bundle.get("entry", ())]


@pytest.fixture
async def circle(record: Record) -> Record:
    """A person with a circle."""
    await record.stored({"resourceType": "Patient", "id": "p"})
    team = {"resourceType": "CareTeam", "id": "t", "status": "active", "subject": PERSON}
    await record.stored(team)
    return record


async def test_two_kilograms_in_three_days_raise_an_alert(circle: Record) -> None:
    """The circle is told, and a task asks somebody to take note."""
    await circle.stored(weight("a", 70, 2))
    assert await found(circle, "/Flag?patient=Patient/p") == []
    await circle.stored(weight("b", 72, 0))
    [flag] = await found(circle, "/Flag?patient=Patient/p")
    assert (flag["status"], flag["code"]["text"]) == ("active", "Prise de poids rapide")
    [message] = await found(circle, "/Communication?patient=Patient/p")
    assert message["recipient"] == [{"reference": "CareTeam/t"}]
    assert message["about"][0]["reference"] == f"Flag/{flag['id']}"
    [task] = await found(circle, "/Task?patient=Patient/p")
    assert task["focus"]["reference"] == f"Flag/{flag['id']}"


@pytest.mark.parametrize(("kilo", "ago"), [(71, 2), (80, 10)], ids=["too little", "too long ago"])
async def test_other_weights_raise_none(circle: Record, kilo: float, ago: float) -> None:
    """A kilogram, or two in ten days, is no alert."""
    await circle.stored(weight("a", 70, ago))
    await circle.stored(weight("b", kilo, 0))
    assert await found(circle, "/Flag?patient=Patient/p") == []


async def test_an_alert_in_force_is_not_raised_again(circle: Record) -> None:
    """Nobody is told twice; a correction of the same resource tells nobody either."""
    for id in ("one", "two", "one"):
        await circle.stored(fall(id))
    assert len(await found(circle, "/Flag?patient=Patient/p")) == 1
    assert len(await found(circle, "/Communication?patient=Patient/p")) == 1


async def test_a_closed_alert_can_come_back(circle: Record) -> None:
    """Unless it was muted: closed with an end that lies ahead."""
    await circle.stored(fall())
    [flag] = await found(circle, "/Flag?patient=Patient/p")
    muted = flag | {"status": "inactive", "period": flag["period"] | {"end": day(-2)}}
    await circle.stored(muted)
    await circle.stored(fall("second"))
    assert len(await found(circle, "/Flag?patient=Patient/p")) == 1
    await circle.stored(muted | {"period": {"start": day(9), "end": day(1)}})
    await circle.stored(fall("third"))
    assert len(await found(circle, "/Flag?patient=Patient/p")) == 2


async def test_a_missed_visit_is_told(circle: Record) -> None:
    """An appointment becomes an alert when the person was not there."""
    who = [{"actor": PERSON, "status": "accepted"}]
    visit = {"resourceType": "Appointment", "id": "v", "participant": who}
    times = {"start": day(1), "end": day(0.9)}
    await circle.stored(visit | times | {"status": "booked"})
    assert await found(circle, "/Flag?patient=Patient/p") == []
    await circle.stored(visit | times | {"status": "noshow"})
    assert len(await found(circle, "/Flag?patient=Patient/p")) == 1


async def test_a_rule_of_a_client_is_in_force_at_once(circle: Record) -> None:
    """And no longer once it is retired."""
    code = {"system": "http://loinc.org", "code": "72514-3"}
    filter = [{"path": "code", "code": [code]}]
    trigger = {"type": "data-added", "data": [{"type": "Observation", "codeFilter": filter}]}
    expression = {"language": "text/fhirpath", "expression": "value.ofType(integer) >= 7"}
    action: dict[str, Any] = {"title": "Douleur forte", "trigger": [trigger]}
    action["condition"] = [{"kind": "applicability", "expression": expression}]
    rule = {"coding": [{"system": RULE_TYPES, "code": "eca-rule"}]}
    plan: dict[str, Any] = {
        "resourceType": "PlanDefinition",
        "id": "pain",
        "status": "active",
        "type": rule,
    }
    plan |= {"url": "https://example.org/PlanDefinition/pain", "action": [action]}
    await circle.stored(plan)
    pain: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [code]},
    }
    pain |= {"subject": PERSON}
    await circle.stored(pain | {"id": "mild", "valueInteger": 3})
    assert await found(circle, "/Flag?patient=Patient/p") == []
    await circle.stored(pain | {"id": "strong", "valueInteger": 8})
    [flag] = await found(circle, "/Flag?patient=Patient/p")
    assert flag["code"]["text"] == "Douleur forte"
    await circle.stored(plan | {"status": "retired"})
    await circle.stored(flag | {"status": "inactive"})
    await circle.stored(pain | {"id": "again", "valueInteger": 9})
    assert len(await found(circle, "/Flag?patient=Patient/p&status=active")) == 0


RULE_TYPES = "http://terminology.hl7.org/CodeSystem/plan-definition-type"


async def test_an_alert_is_masked_as_what_raised_it(circle: Record) -> None:
    """Flag, message and task: they tell of it."""
    label = {"security": [{"code": "INVISIBLE_PATIENT"}]}
    await circle.stored(fall() | {"meta": label})
    for type in ("Flag", "Communication", "Task"):
        [made] = await found(circle, f"/{type}?patient=Patient/p")
        assert made["meta"]["security"] == label["security"]
