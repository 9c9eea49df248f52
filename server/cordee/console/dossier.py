"""`/dossier/{id}`: a person's record on one page, from the public API in at most six calls.

`Patient/[id]/$dossier`, `CarePlan/[id]/$progress`, the practices of the circle with their
structures, its relatives, and who opened the record.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.responses import Response

from cordee.console import circle, plan, thread, treatment
from cordee.console.api import entries, known_id
from cordee.console.opening import openings
from cordee.console.page import Reader, text_of
from cordee.console.person import Person

OPENED_DAYS = 90
OPENED = 200
"""Lines of the audit that are summed up, the newest."""
FIRST_ALERTS = 6
"""Alerts that are seen at once; the others unfold."""
FIRST_CARDS = 8
"""Cards of a column of the board that are seen at once."""
Known = Mapping[str, Mapping[str, Any]]


async def dossier(reader: Reader) -> Response:
    """Show the record. Raises `RefusedError` as the API refuses it."""
    id = known_id(reader.request.path_params["id"])
    answer = await reader.api.get(f"/fhir/Patient/{id}/$dossier")
    resources = entries(answer.resource())
    patient = next(one for one in resources if one["resourceType"] == "Patient")
    now = datetime.now(UTC)
    plans = _of(resources, "CarePlan")
    current = next((one for one in plans if one.get("status") == "active"), None) or next(
        iter(plans), None
    )
    since = (now - timedelta(days=OPENED_DAYS)).date().isoformat()
    progress, practices, relatives, opened = await reader.api.all(
        f"/fhir/CarePlan/{current['id']}/$progress" if current else None,
        _practices(resources),
        _relatives(resources),
        f"/fhir/AuditEvent?patient=Patient/{id}&date=ge{since}&_sort=-date&_count={OPENED}",
    )
    known = _known([*resources, *entries(practices), *entries(relatives)])
    people = circle.members(_of(resources, "CareTeam"), known, now.date().isoformat())
    activities = _of(resources, "Goal", "Task", "ServiceRequest", "Appointment")
    return reader.show(
        "dossier.html",
        person=Person.of(patient),
        today=now.date(),
        episode=next(iter(_of(resources, "EpisodeOfCare")), None),
        teams=_of(resources, "CareTeam"),
        members=people,
        circle=circle.drawing(people),
        plan=current,
        counts=_counts(progress),
        timeline=plan.timeline(activities, plan.states(progress), now.date()),
        thread=thread.thread(_of(resources, "Communication", "DocumentReference"), known),
        alerts=[_alert(one) for one in _of(resources, "Flag")],
        problems=[text_of(one.get("code")) for one in _of(resources, "Condition")],
        lists={
            "treatments": treatment.treatments(resources),
            "vaccinations": treatment.vaccinations(resources),
            "papers": treatment.papers(resources),
        },
        agenda=[_appointment(one) for one in _of(resources, "Appointment")],
        board=plan.board(_of(resources, "ServiceRequest", "Task")),
        first_alerts=FIRST_ALERTS,
        first_cards=FIRST_CARDS,
        opened=None if opened is None else openings(entries(opened), reader.zone),
        since=since,
        lines=OPENED if opened and len(opened.get("entry", ())) == OPENED else 0,
    )


async def messages(reader: Reader) -> Response:
    """Give the thread alone, for a page that is open already."""
    id = known_id(reader.request.path_params["id"])
    query = f"subject=Patient/{id}&status:not=entered-in-error"
    told = await reader.api.get(f"/fhir/Communication?{query}&_sort=-sent&_count=20")
    notes = await reader.api.get(
        f"/fhir/DocumentReference?subject=Patient/{id}&status=current&_sort=-date&_count=20"
    )
    found = [*entries(told.resource()), *entries(notes.resource())]
    return reader.show("thread.html", thread=thread.thread(found, {}))


def _of(resources: Sequence[dict[str, Any]], *types: str) -> list[dict[str, Any]]:
    return [one for one in resources if one["resourceType"] in types]


def _known(resources: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {f"{one['resourceType']}/{one.get('id')}": one for one in resources}


def _practices(resources: Sequence[Mapping[str, Any]]) -> str | None:
    """Give the search for the practices of the circle, with persons and structures."""
    wanted = [one["id"] for one in resources if one["resourceType"] == "PractitionerRole"]
    if not wanted:
        return None
    return (
        f"/fhir/PractitionerRole?_id={','.join(wanted)}&_count={len(wanted)}"
        "&_include=PractitionerRole:organization&_include=PractitionerRole:practitioner"
    )


def _relatives(resources: Sequence[Mapping[str, Any]]) -> str | None:
    """Give the search for the relatives in the circle."""
    members = (
        str(row.get("member", {}).get("reference", ""))
        for one in resources
        if one["resourceType"] == "CareTeam"
        for row in one.get("participant", ())
    )
    ids = [name.partition("/")[2] for name in members if name.startswith("RelatedPerson/")]
    return f"/fhir/RelatedPerson?_id={','.join(sorted(set(ids)))}" if ids else None


def _counts(progress: Mapping[str, Any] | None) -> dict[str, int]:
    rows = (progress or {}).get("parameter", ())
    return {row["name"]: row["valueInteger"] for row in rows if "valueInteger" in row}


def _alert(flag: Mapping[str, Any]) -> dict[str, str]:
    category: Mapping[str, Any] = next(iter(flag.get("category", ())), {})
    return {
        "text": text_of(flag.get("code")),
        "category": text_of(category),
        "code": next((row.get("code", "") for row in category.get("coding", ())), ""),
        "since": str(flag.get("period", {}).get("start", "")),
        "who": str(flag.get("author", {}).get("display", "")),
        "reference": f"Flag/{flag.get('id')}",
    }


def _appointment(one: Mapping[str, Any]) -> dict[str, str]:
    return {
        "title": plan.title(one),
        "start": str(one.get("start", "")),
        "who": plan.who(one),
        "status": str(one.get("status", "")),
        "reference": f"Appointment/{one.get('id')}",
    }
