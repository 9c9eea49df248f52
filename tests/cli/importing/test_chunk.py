"""What the rules of coordination keep out does not come in by an import either."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from cordee.cli.importing.chunk import Outcome, check_plans, store
from cordee.cli.importing.sources import Item
from cordee.coordination.intake import Intake
from cordee.interactions.services import Services
from cordee.resource import json

PERSON, OTHER = {"reference": "Patient/p"}, {"reference": "Patient/q"}
CIRCLE = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam"
PLAN = "https://cordee.example/fhir/StructureDefinition/coordination-care-plan"
NURSE = {"reference": "PractitionerRole/nurse"}


@pytest.fixture
async def services(standing: tuple[Services, str], http: httpx.AsyncClient) -> Services:
    """The services of a server whose record is empty."""
    del http
    return standing[0]


async def take(services: Services, *resources: dict[str, Any], later: float = 0) -> Outcome:
    """Import resources, so many seconds from now."""
    items = [Item("file", n, json.serialize(each)) for n, each in enumerate(resources, 1)]
    since = services.clock() + timedelta(seconds=later)
    return await store(services, items, Intake(services, since))


def reasons(outcome: Outcome) -> list[str]:
    """Why what was rejected was."""
    return [reject.issues[0].diagnostics for reject in outcome.rejects]


def circle(id: str, status: str = "active", whose: dict[str, str] = PERSON) -> dict[str, Any]:
    """A circle of care, which national software would describe further."""
    stay = {"member": NURSE, "period": {"start": "2026-01-01"}}
    team: dict[str, Any] = {"resourceType": "CareTeam", "id": id, "status": status, "name": "C"}
    team |= {"meta": {"profile": [CIRCLE]}, "subject": whose, "participant": [stay]}
    named = {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{id}"}
    return team | {"identifier": [named], "period": {"start": "2026-01-01"}}


async def test_a_second_circle_is_rejected(services: Services) -> None:
    """Beside one that is stored, and beside one of the same file; the others come in."""
    both = await take(services, circle("a"), circle("b"), circle("c", whose=OTHER))
    assert (both.stored, len(both.rejects)) == (2, 1)
    assert "Patient/p has CareTeam/a already" in reasons(both)[0]
    again = await take(services, circle("d"), circle("a"))
    assert (again.stored, again.unchanged, len(again.rejects)) == (0, 1, 1)


async def test_a_circle_may_take_the_place_of_another(services: Services) -> None:
    """Where the same file ends the first."""
    await take(services, circle("a"))
    outcome = await take(services, circle("b"), circle("a", "inactive"))
    assert (outcome.stored, reasons(outcome)) == (2, [])


async def test_a_slot_is_held_once(services: Services) -> None:
    """The second appointment is rejected; slots that are busy already are no reason."""
    slot: dict[str, Any] = {"resourceType": "Slot", "id": "s", "status": "busy"}
    slot |= {
        "start": "2099-12-01T09:00:00Z",
        "schedule": {"reference": "Schedule/x"},
        "end": "2099-12-01T09:30:00Z",
    }
    who = [{"actor": PERSON, "status": "accepted"}]

    def visit(id: str, status: str = "booked") -> dict[str, Any]:
        made: dict[str, Any] = {"resourceType": "Appointment", "id": id, "status": status}
        made |= {"start": "2099-12-01T09:00:00Z", "end": "2099-12-01T09:30:00Z"}
        return made | {"participant": who, "slot": [{"reference": "Slot/s"}]}

    outcome = await take(services, slot, visit("a"), visit("b"), visit("c", "cancelled"))
    assert (outcome.stored, len(outcome.rejects)) == (3, 1)
    assert reasons(await take(services, visit("d"))) == [
        "Slot/s has Appointment/a already, beside which Appointment/d cannot be"
    ]


async def test_a_referral_goes_forward(services: Services) -> None:
    """An old file does not open again what has ended."""
    task: dict[str, Any] = {
        "resourceType": "Task",
        "id": "t",
        "status": "completed",
        "intent": "order",
    }
    task["basedOn"] = [{"reference": "ServiceRequest/r"}]
    await take(services, task)
    outcome = await take(services, task | {"status": "requested"})
    assert "cannot become requested" in reasons(outcome)[0]


async def test_a_dossier_that_was_closed_stays_closed(services: Services) -> None:
    """One that comes in closed, in this import, brings what was in it along."""
    episode = {"resourceType": "EpisodeOfCare", "id": "e", "status": "finished", "patient": PERSON}
    message: dict[str, Any] = {"resourceType": "Communication", "id": "m", "status": "completed"}
    message |= {"subject": PERSON}
    together = await take(services, episode, message, later=-1)
    assert reasons(together) == []
    after = await take(services, message, message | {"id": "n"}, later=1)
    assert (after.unchanged, after.stored) == (1, 0)
    assert reasons(after) == [
        "The dossier of Patient/p is closed (EpisodeOfCare/e): it cannot be changed"
    ]
    free = {"resourceType": "Communication", "id": "f", "status": "completed", "subject": OTHER}
    assert (await take(services, free, later=1)).stored == 1


async def test_unsigned_plans_are_told(services: Services) -> None:
    """They are stored, and named in the end; signatures may come in any order."""
    plan = {
        "resourceType": "CarePlan",
        "meta": {"profile": [PLAN]},
        "status": "active",
        "intent": "plan",
        "category": [{"coding": [{"system": "http://loinc.org", "code": "18776-5"}]}],
        "title": "Plan",
        "subject": PERSON,
        "period": {"start": "2026-09-01"},
        "created": "2026-09-01",
        "author": NURSE,
        "careTeam": [{"reference": "CareTeam/a"}],
        "goal": [{"reference": "Goal/g"}],
        "activity": [{"reference": {"reference": "Task/t"}}],
    }
    kind = {"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.5"}
    signed = {"type": [kind], "when": "2026-09-02T10:00:00Z", "who": NURSE}
    provenance = {
        "resourceType": "Provenance",
        "id": "x",
        "target": [{"reference": "CarePlan/signed/_history/1"}],
        "recorded": "2026-09-02T10:00:00Z",
        "agent": [{"who": NURSE}],
        "signature": [signed],
    }
    plans = [plan | {"id": "signed"}, plan | {"id": "unsigned"}, plan | {"id": "draft"}]
    plans[2]["status"] = "draft"
    outcome = await take(services, *plans, circle("a"), provenance)
    assert (outcome.stored, sorted(outcome.plans)) == (5, ["signed", "unsigned"])
    told = await check_plans(services, outcome.plans)
    assert [reject.source for reject in told.rejects] == ["CarePlan/unsigned"]
    assert "needs a Provenance with a signature" in reasons(told)[0]
