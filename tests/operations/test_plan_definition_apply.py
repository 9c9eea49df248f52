"""`PlanDefinition/$apply` over HTTP, and the pathway that follows."""

import asyncio
from typing import Any

import httpx
import pytest

from coordination.conftest import Record
from cordee.resource.types import Resource

NURSE = "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante"
START = "2026-12-01T09:00:00+01:00"


@pytest.fixture
async def record(http: httpx.AsyncClient) -> Record:
    """A person with a circle that has a nurse."""
    made = Record(http)
    await made.stored({"resourceType": "Patient", "id": "p", "gender": "female"})
    code = {"coding": [{"system": NURSE, "code": "60"}]}
    await made.stored({"resourceType": "PractitionerRole", "id": "nurse", "code": [code]})
    member = {"member": {"reference": "PractitionerRole/nurse"}}
    team = {"resourceType": "CareTeam", "id": "t", "status": "active", "participant": [member]}
    await made.stored(team | {"subject": {"reference": "Patient/p"}})
    return made


async def apply(record: Record, plan: str = "vigilans", **more: str) -> Resource:
    """Let the person enter a pathway; give the CarePlan."""
    rows = [{"name": "subject", "valueString": "Patient/p"}]
    rows += [{"name": name, "valueDateTime": value} for name, value in more.items()]
    body = {"resourceType": "Parameters", "parameter": rows}
    answer = await record.http.post(f"/PlanDefinition/{plan}/$apply", json=body)
    assert answer.status_code == 200, answer.text
    found: Resource = answer.json()
    return found


async def tasks(record: Record) -> dict[str, Resource]:
    """The person's tasks by step."""
    bundle = await record.get("/Task?patient=Patient/p&_count=100")
    rows = [entry["resource"] for entry in bundle["entry"]]
    return {row["identifier"][0]["value"].partition("/")[2]: row for row in rows}


async def end(record: Record, step: str, status: str = "completed") -> None:
    """Bring a step to its end."""
    await record.stored((await tasks(record))[step] | {"status": status})


async def statuses(record: Record) -> dict[str, str]:
    """How the steps stand."""
    return {step: task["status"] for step, task in (await tasks(record)).items()}


async def test_a_pathway_gives_dated_tasks_to_the_members_of_the_circle(record: Record) -> None:
    """The call is for the nurse, from the tenth to the twentieth day after the term of the card."""
    plan = await apply(record, start=START)
    assert plan["status"] == "active"
    assert plan["instantiatesCanonical"] == [
        "https://cordee.example/fhir/PlanDefinition/vigilans|1.0.0"
    ]
    found = await tasks(record)
    assert len(plan["activity"]) == len(found) + 1
    assert found["card"]["owner"]["reference"] == "PractitionerRole/nurse"
    assert found["card"]["restriction"]["period"]["start"] == START
    assert found["call"]["restriction"]["period"] == {
        "start": "2026-12-13T09:00:00+01:00",
        "end": "2026-12-23T09:00:00+01:00",
    }
    assert "owner" not in found["letter"]
    assert found["letter"]["performerType"][0]["coding"][0]["code"] == "10"


async def test_the_next_step_opens_when_one_ends(record: Record) -> None:
    """Until then it is a draft; who need not wait is asked at once."""
    await apply(record)
    assert (await statuses(record))["call"] == "draft"
    assert (await statuses(record))["letter"] == "requested"
    await end(record, "card")
    assert (await statuses(record))["call"] == "requested"
    assert (await statuses(record))["no-answer"] == "draft"


async def test_a_step_opens_under_its_condition(record: Record) -> None:
    """A call without answer goes to the general practitioner; an answered one does not."""
    await apply(record)
    await end(record, "card")
    await end(record, "call", "failed")
    assert (await statuses(record))["no-answer"] == "requested"


async def test_a_step_that_cannot_open_any_more_falls_away(record: Record) -> None:
    """What waited for it in vain is cancelled with it."""
    await apply(record)
    await end(record, "card")
    await end(record, "call")
    assert (await statuses(record))["no-answer"] == "cancelled"


async def test_the_plan_ends_with_its_last_step(record: Record) -> None:
    """A card never handed out ends all that waited for it; the letter is then the last."""
    plan = await apply(record)
    await end(record, "card", "cancelled")
    assert (await record.get(f"/CarePlan/{plan['id']}"))["status"] == "active"
    await end(record, "letter")
    assert set((await statuses(record)).values()) == {"cancelled", "completed"}
    assert (await record.get(f"/CarePlan/{plan['id']}"))["status"] == "completed"


async def test_applying_twice_is_applying_once(record: Record) -> None:
    """Also at the same moment; after its end the pathway can be entered again."""
    first, *others = await asyncio.gather(*(apply(record) for _ in range(3)))
    assert {other["id"] for other in others} == {first["id"]}
    assert len(await tasks(record)) == 9
    for step in ("card", "letter"):
        await end(record, step, "cancelled")
    assert (await apply(record))["id"] != first["id"]


async def test_repeated_steps_are_dated_each(record: Record) -> None:
    """Four quarters of a year, with an owner for each where there is one."""
    await apply(record, "diabetes-follow-up", start=START)
    found = await tasks(record)
    starts = [found[name]["restriction"]["period"]["start"][:10] for name in QUARTERS]
    assert starts == ["2027-03-15", "2027-06-15", "2027-09-15", "2027-12-15"]


QUARTERS = ("hba1c", "hba1c-2", "hba1c-3", "hba1c-4")


async def test_a_repeated_step_keeps_its_distance(record: Record) -> None:
    """When the first step ends late, all times move with it."""
    await apply(record, "diabetes-follow-up", start="2020-01-01T09:00:00+01:00")
    await end(record, "opening")
    found = await tasks(record)
    months = [found[name]["restriction"]["period"]["start"][:7] for name in QUARTERS]
    assert len(set(months)) == 4
    assert min(months) > "2026"


async def test_what_does_not_apply_is_left_out(record: Record) -> None:
    """The early interview of pregnancy is not for a man."""
    await record.stored({"resourceType": "Patient", "id": "p", "gender": "male"})
    await apply(record, "perinatal")
    assert "interview" not in await tasks(record)


def definition(kind: str, **more: Any) -> dict[str, Any]:
    """An activity of our own."""
    url = "https://example.org/ActivityDefinition/visit"
    return {"resourceType": "ActivityDefinition", "id": "visit", "url": url} | {
        "status": "active",
        "kind": kind,
        "description": "Visite à domicile",
        **more,
    }


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("Appointment", "requestedPeriod"),
        ("ServiceRequest", "occurrencePeriod"),
        ("CommunicationRequest", "payload"),
        ("Task", "restriction"),
    ],
)
async def test_each_kind_of_activity_has_its_resource(record: Record, kind: str, text: str) -> None:
    """A plan of somebody else's is applied as well, with values that expressions fill."""
    expression = {"language": "text/fhirpath", "expression": "'Pour ' & %patient.id"}
    value = {"path": "note[0].text", "expression": expression}
    values = [] if kind == "Appointment" else [value]
    await record.stored(definition(kind))
    action = {"definitionCanonical": "https://example.org/ActivityDefinition/visit"}
    plan: dict[str, Any] = {"resourceType": "PlanDefinition", "id": "own", "status": "active"}
    await record.stored(plan | {"action": [action | ({"dynamicValue": values} if values else {})]})
    made = await apply(record, "own")
    reference = made["activity"][1]["reference"]["reference"]
    assert reference.startswith(f"{kind}/")
    found = await record.get(f"/{reference}")
    assert text in found
    if values:
        assert found["note"] == [{"text": "Pour p"}]


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([], 400),
        ([{"name": "subject", "valueString": "Practitioner/x"}], 400),
        ([{"name": "subject", "valueString": "Patient/nobody"}], 404),
    ],
)
async def test_without_a_person_nothing_is_made(
    record: Record, rows: list[dict[str, str]], status: int
) -> None:
    """The answer says what is missing; an unknown plan is not found."""
    body = {"resourceType": "Parameters", "parameter": rows}
    answer = await record.http.post("/PlanDefinition/vigilans/$apply", json=body)
    assert answer.status_code == status
    assert (await record.get("/CarePlan?_summary=count"))["total"] == 0


async def test_one_activity_is_shown_for_a_person(record: Record) -> None:
    """`ActivityDefinition/$apply` gives the request and stores nothing."""
    await record.stored(definition("Task"))
    answer = await record.http.get("/ActivityDefinition/visit/$apply?subject=Patient/p")
    assert answer.status_code == 200
    task = answer.json()
    assert (task["resourceType"], task["status"]) == ("Task", "draft")
    assert task["for"]["reference"] == "Patient/p"
    assert "id" not in task
    assert (await record.get("/Task?_summary=count"))["total"] == 0


async def test_a_made_up_step_moves_nothing(record: Record) -> None:
    """A foreign task that names a step of the pathway does not end it."""
    await apply(record)
    card = (await tasks(record))["card"]
    forged = {key: card[key] for key in ("resourceType", "identifier", "intent")}
    await record.stored(forged | {"id": "forged", "status": "completed"})
    assert (await statuses(record))["call"] == "draft"


def stored_plan(id: str, *actions: dict[str, Any]) -> dict[str, Any]:
    """A plan of our own, that other plans can name."""
    url = f"https://example.org/PlanDefinition/{id}"
    plan = {"resourceType": "PlanDefinition", "id": id, "url": url, "status": "active"}
    return plan | {"action": [action | {"title": "Étape"} for action in actions]}


def naming(id: str, plan: str, **more: Any) -> dict[str, Any]:
    """An action that is a whole plan."""
    canonical = f"https://example.org/PlanDefinition/{plan}"
    return {"id": id, "definitionCanonical": canonical} | more


def after(id: str, **more: str) -> dict[str, Any]:
    """The relation of waiting for an action."""
    return {"relatedAction": [{"actionId": id, "relationship": "after-end"} | more]}


async def test_a_plan_may_hold_plans(record: Record) -> None:
    """Their steps take its place, and who waits for it waits for all of them."""
    await record.stored(stored_plan("wound", {"id": "look"}, {"id": "dress", **after("look")}))
    await record.stored(stored_plan("week", naming("wound", "wound"), {"id": "call"}))
    outer = (naming("first", "week"), naming("again", "wound", **after("first")))
    await record.stored(stored_plan("month", *outer))
    await apply(record, "month")
    assert await statuses(record) == {
        "first.wound.look": "requested",
        "first.wound.dress": "draft",
        "first.call": "requested",
        "again.look": "draft",
        "again.dress": "draft",
    }
    for step in ("first.wound.look", "first.call", "first.wound.dress"):
        assert (await statuses(record))["again.look"] == "draft"
        await end(record, step)
    assert (await statuses(record))["again.look"] == "requested"


async def test_plans_do_not_hold_one_another(record: Record) -> None:
    """Nor one that is not known; the answer shows the way, and nothing is stored."""
    await record.stored(stored_plan("a", naming("x", "b")))
    await record.stored(stored_plan("b", naming("y", "a")))
    await record.stored(stored_plan("c", naming("z", "missing")))
    for plan, text in (("a", "PlanDefinition/b > "), ("c", "missing is not known")):
        url = f"/PlanDefinition/{plan}/$apply?subject=Patient/p"
        answer = await record.http.post(url)
        assert answer.status_code == 422
        assert text in answer.json()["issue"][0]["diagnostics"]
    assert (await record.get("/CarePlan?_summary=count"))["total"] == 0


async def test_plans_are_not_nested_without_end(record: Record) -> None:
    """Eight deep is the limit."""
    for level in range(10):
        await record.stored(stored_plan(f"l{level}", naming("n", f"l{level + 1}")))
    answer = await record.http.post("/PlanDefinition/l0/$apply?subject=Patient/p")
    assert "more than 8 deep" in answer.json()["issue"][0]["diagnostics"]


@pytest.mark.parametrize(
    ("behaviour", "reason", "then"),
    [
        ("must", False, "cancelled"),
        ("must", True, "cancelled"),
        ("could", False, "requested"),
        ("must-unless-documented", False, "cancelled"),
        ("must-unless-documented", True, "requested"),
    ],
)
async def test_a_dispensable_step_holds_nobody_up(
    record: Record, behaviour: str, reason: bool, then: str
) -> None:
    """What waits for a step that was not done goes on as `requiredBehavior` says."""
    first = {"id": "first", "requiredBehavior": behaviour}
    plan = stored_plan("own", first, {"id": "then", **after("first")}, {"id": "other"})
    await record.stored(plan)
    await apply(record, "own")
    told = {"statusReason": {"text": "Refus"}} if reason else {}
    await record.stored((await tasks(record))["first"] | {"status": "cancelled"} | told)
    assert (await statuses(record))["then"] == then


async def test_a_group_stays_one(record: Record) -> None:
    """The RequestGroup shows it as the plan does; dispensable, no step of it holds others up."""
    behaviours = {
        "groupingBehavior": "logical-group",
        "selectionBehavior": "one-or-more",
        "requiredBehavior": "could",
        "cardinalityBehavior": "single",
    }
    inner = [{"title": name, "id": name, "precheckBehavior": "yes"} for name in ("a", "b")]
    left = {"title": "c", "id": "c"}
    group = {"id": "g", **behaviours, "action": [*inner, left]}
    await record.stored(stored_plan("own", group, {"id": "then", **after("g")}, {"id": "other"}))
    care_plan = await apply(record, "own")
    (name,) = [
        each["reference"]["reference"]
        for each in care_plan["activity"]
        if each["reference"]["reference"].startswith("RequestGroup/")
    ]
    first, *others = (await record.get(f"/{name}"))["action"]
    assert {key: first[key] for key in behaviours} == behaviours
    assert (first["id"], first["title"]) == ("g", "Étape")
    assert [each["id"] for each in first["action"]] == ["a", "b"]
    assert {each["requiredBehavior"] for each in first["action"]} == {"could"}
    assert [each["id"] for each in others] == ["then", "other"]
    await end(record, "a")
    assert (await statuses(record))["then"] == "draft"
    await end(record, "b", "cancelled")
    assert (await statuses(record))["then"] == "requested"
    for step in ("then", "other"):
        await end(record, step)
    assert (await record.get(f"/{name}"))["status"] == "completed"


async def test_a_step_stops_under_its_condition(record: Record) -> None:
    """Open or waiting, it is cancelled when its `stop` conditions hold as another ends."""
    expression = {"language": "text/fhirpath", "expression": "%previous.status = 'failed'"}
    stop = {"condition": [{"kind": "stop", "expression": expression}]}
    await record.stored(stored_plan("own", {"id": "try"}, {"id": "go-on", **stop}, {"id": "also"}))
    await apply(record, "own")
    await end(record, "also")
    assert (await statuses(record))["go-on"] == "requested"
    await end(record, "try", "failed")
    assert (await statuses(record))["go-on"] == "cancelled"


async def test_a_stored_plan_without_a_url_is_entered_once(record: Record) -> None:
    """It is known by where it is stored."""
    plan = {
        "resourceType": "PlanDefinition",
        "id": "own",
        "status": "active",
        "action": [{"title": "A"}],
    }
    await record.stored(plan)
    first = await apply(record, "own")
    assert first["instantiatesUri"] == ["PlanDefinition/own"]
    assert (await apply(record, "own"))["id"] == first["id"]


async def test_a_retried_apply_is_one_under_a_storm(record: Record) -> None:
    """Of many who apply a nested plan at once all get the same CarePlan."""
    await record.stored(stored_plan("inner", {"id": "a"}, {"id": "b"}))
    await record.stored(stored_plan("outer", naming("in", "inner")))
    made = await asyncio.gather(*(apply(record, "outer") for _ in range(6)))
    assert len({plan["id"] for plan in made}) == 1
    assert len(await tasks(record)) == 2
