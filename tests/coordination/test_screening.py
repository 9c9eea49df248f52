"""A screening becomes a Task for who coordinates."""

from typing import Any

from coordination.conftest import Record

YES_NO = "http://terminology.hl7.org/CodeSystem/v2-0136"


def screening(status: str = "completed") -> dict[str, Any]:
    """Somebody finds a person frail."""
    answer = [{"valueCoding": {"system": YES_NO, "code": "Y"}}]
    items = [{"linkId": f"q{n}", "answer": answer} for n in range(1, 7)]
    form = "https://cordee.example/fhir/Questionnaire/frailty"
    made: dict[str, Any] = {"resourceType": "QuestionnaireResponse", "id": "r", "item": items}
    return made | {"questionnaire": form, "status": status, "subject": {"reference": "Patient/p"}}


async def test_a_screening_becomes_one_task(record: Record) -> None:
    """When it is completed, not before, and not again when it is corrected."""
    await record.stored(screening("in-progress"))
    assert (await record.get("/Task?patient=Patient/p"))["total"] == 0
    await record.stored(screening())
    await record.stored(screening("amended"))
    found = await record.get("/Task?patient=Patient/p")
    assert found["total"] == 1
    task = found["entry"][0]["resource"]
    assert task["focus"]["reference"] == "QuestionnaireResponse/r"
    assert task["description"] == "Inclusion à étudier : Repérage de la fragilité"


async def test_the_coordinator_of_the_circle_gets_it(record: Record) -> None:
    """Whoever has that role; without one the Task says which role it is for."""
    system = "https://mos.esante.gouv.fr/NOS/TRE_R85-RolePriseCharge/FHIR/TRE-R85-RolePriseCharge"
    role = {"coding": [{"system": system, "code": "330"}]}
    member = {"member": {"reference": "PractitionerRole/c"}, "role": [role]}
    team = {"resourceType": "CareTeam", "id": "t", "status": "active", "participant": [member]}
    await record.stored(team | {"subject": {"reference": "Patient/p"}})
    await record.stored(screening())
    [entry] = (await record.get("/Task?patient=Patient/p"))["entry"]
    assert entry["resource"]["owner"]["reference"] == "PractitionerRole/c"


async def test_an_ordinary_form_asks_nobody(record: Record) -> None:
    """Only forms that say so are screenings."""
    made = screening() | {"questionnaire": "https://example.org/Questionnaire/other"}
    await record.stored(made)
    assert (await record.get("/Task?patient=Patient/p"))["total"] == 0
