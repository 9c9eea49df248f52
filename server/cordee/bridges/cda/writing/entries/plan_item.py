"""What is planned (section Plan de soins): goals, requests, tasks, appointments.

The official map from CarePlan is narrower than CDA: goals and activities become requests for
follow-up (FR-Demande-d-examen-ou-de-suivi), appointments encounters (FR-Rencontre).

https://hl7.org/fhir/R4/careplan.html
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from cordee.bridges.cda.writing.concepts import concept, text_of
from cordee.bridges.cda.writing.element import Element, el, null, period, reference, templates
from cordee.bridges.cda.writing.entries.vocabulary import CCD, FR, PCC
from cordee.bridges.cda.writing.people import professional
from cordee.bridges.cda.writing.record import Record, rows
from cordee.bridges.cda.writing.section import Anchor, Content, Entry, Row
from cordee.bridges.cda.writing.times import spoken, time
from cordee.resource.types import Resource

_CLOSED = frozenset({"cancelled", "entered-in-error", "rejected", "revoked", "noshow"})
_DONE = frozenset({"completed", "fulfilled", "achieved"})


def plan(record: Record) -> Content:
    """Give what is planned for a patient."""
    found = [*_items(record, "Goal"), *_items(record, "ServiceRequest"), *_items(record, "Task")]
    found += [*_items(record, "Appointment"), *_activities(record)]
    return Content(("Prévu", "Quand", "Par", "État"), tuple(found))


def plan_in_words(record: Record) -> Content:
    """Give the same for models whose short lists of codes know nothing of ours."""
    content = plan(record)
    told = tuple(Row(row.cells, partial(_in_words, row.entry)) for row in content.rows if row.entry)
    return Content(content.headings, told)


def _in_words(entry: Entry, anchor: Anchor) -> Element:
    made = entry(anchor)
    for code in made.findall("{*}code"):
        made.replace(code, concept("code", None, anchor.name))
    return made


def goals(record: Record) -> Content:
    """Give the goals alone."""
    return Content(("Objectif", "Depuis", "Par", "État"), tuple(_items(record, "Goal")))


def actions(record: Record) -> Content:
    """Give what is to be done, goals aside."""
    found = [*_items(record, "ServiceRequest"), *_items(record, "Task")]
    found += [*_items(record, "Appointment"), *_activities(record)]
    return Content(("Action", "Quand", "Par", "État"), tuple(found))


def _items(record: Record, type: str) -> Iterator[Row]:
    told, made = SHAPES[type]
    for item in record.all(type):
        status = item.get("lifecycleStatus") or item.get("status")
        if status not in _CLOSED and not item.get("doNotPerform"):
            yield Row(told(record, item), partial(made, item))


def plans(record: Record) -> Iterator[Resource]:
    """Give the plans that still hold, and the one that the document is about."""
    for careplan in record.all("CarePlan"):
        if careplan is record.focus or careplan.get("status") not in _CLOSED:
            yield careplan


def _activities(record: Record) -> Iterator[Row]:
    """Give the activities that stand in the plan itself."""
    for careplan in plans(record):
        for activity in rows(careplan, "activity"):
            detail = activity.get("detail")
            open_ = detail and detail.get("status") not in _CLOSED
            if open_ and not detail.get("doNotPerform"):
                yield Row(
                    _detail_cells(record, detail), partial(_request, detail, detail.get("code"))
                )


def _detail_cells(record: Record, detail: Mapping[str, Any]) -> tuple[str, ...]:
    when = detail.get("scheduledPeriod") or {}
    words = text_of(detail.get("code")) or str(detail.get("description", ""))
    told = spoken(when.get("start")) or str(detail.get("scheduledString", ""))
    return words, told, _people(record, rows(detail, "performer")), _state(detail)


def _state(item: Mapping[str, Any]) -> str:
    return STATES.get(str(item.get("lifecycleStatus") or item.get("status")), "")


STATES = {
    "accepted": "accepté",
    "active": "en cours",
    "booked": "pris",
    "completed": "fait",
    "fulfilled": "fait",
    "in-progress": "en cours",
    "not-started": "à faire",
    "on-hold": "suspendu",
    "planned": "prévu",
    "proposed": "proposé",
    "requested": "demandé",
    "scheduled": "programmé",
}
"""State of an item → its word in French."""


def _people(record: Record, references: list[Any]) -> str:
    found = (professional(record, row).name or row.get("display", "") for row in references)
    return ", ".join(filter(None, found))


def _goal_cells(record: Record, goal: Resource) -> tuple[str, ...]:
    by = _people(record, rows(goal, "expressedBy"))
    return text_of(goal.get("description")), spoken(goal.get("startDate")), by, _state(goal)


def _request_cells(record: Record, request: Resource) -> tuple[str, ...]:
    when = request.get("occurrenceDateTime") or request.get("authoredOn")
    by = _people(record, rows(request, "performer"))
    return text_of(request.get("code")), spoken(when), by, _state(request)


def _task_cells(record: Record, task: Resource) -> tuple[str, ...]:
    due = ((task.get("restriction") or {}).get("period") or {}).get("end")
    words = str(task.get("description", "")) or text_of(task.get("code"))
    return (
        words,
        spoken(due or task.get("authoredOn")),
        _people(record, rows(task, "owner")),
        _state(task),
    )


def _appointment_cells(record: Record, appointment: Resource) -> tuple[str, ...]:
    actors = [row.get("actor") for row in rows(appointment, "participant")]
    by = _people(
        record, [row for row in actors if row and "Patient/" not in str(row.get("reference"))]
    )
    words = str(appointment.get("description", "")) or text_of(appointment.get("appointmentType"))
    return words or "Rendez-vous", spoken(appointment.get("start")), by, _state(appointment)


def _goal(goal: Resource, anchor: Anchor) -> Element:
    return _observation(anchor, "GOL", goal.get("description"), time(goal.get("startDate")), goal)


def _task(task: Resource, anchor: Anchor) -> Element:
    due = ((task.get("restriction") or {}).get("period") or {}).get("end")
    return _observation(anchor, "INT", task.get("code"), time(due), task)


def _service(request: Resource, anchor: Anchor) -> Element:
    return _request(request, request.get("code"), anchor)


def _request(item: Mapping[str, Any], code: Mapping[str, Any] | None, anchor: Anchor) -> Element:
    when = item.get("occurrenceDateTime") or (item.get("scheduledPeriod") or {}).get("start")
    return _observation(anchor, "INT", code, time(when), item)


def _observation(
    anchor: Anchor,
    mood: str,
    code: Mapping[str, Any] | None,
    when: str | None,
    item: Mapping[str, Any],
) -> Element:
    status = str(item.get("lifecycleStatus") or item.get("status"))
    return el(
        "observation",
        *templates(f"{CCD}25", f"{PCC}1.20.3.1", f"{FR}3.27"),
        anchor.id(),
        concept("code", code, anchor.name),
        reference("text", anchor.name),
        el("statusCode", code="completed" if status in _DONE else "active"),
        el("effectiveTime", value=when) if when else null("effectiveTime"),
        classCode="OBS",
        moodCode=mood,
    )


def _appointment(appointment: Resource, anchor: Anchor) -> Element:
    start, end = time(appointment.get("start")), time(appointment.get("end"))
    return el(
        "encounter",
        *templates(f"{CCD}25", f"{PCC}4.14", f"{FR}3.58"),
        anchor.id(),
        reference("text", anchor.name),
        period("effectiveTime", start, end),
        classCode="ENC",
        moodCode="APT",
    )


Told = Callable[[Record, Resource], tuple[str, ...]]
Made = Callable[[Resource, Anchor], Element]

SHAPES: dict[str, tuple[Told, Made]] = {
    "Goal": (_goal_cells, _goal),
    "ServiceRequest": (_request_cells, _service),
    "Task": (_task_cells, _task),
    "Appointment": (_appointment_cells, _appointment),
}
"""Resource type of something planned → its line, its entry."""
