"""A task past its term raises an alert, once; the alert is closed when the task moves on.

The alert is a Flag that carries the task in its identifier, so that of several servers that notice
at once one raises it. Whoever coordinates is told, else the circle: an alert of which nobody takes
note in time is such a task, too. An alert that somebody closed is not raised again until the
task has moved on; the identifier of one that is over for good is `old`.

https://hl7.org/fhir/R4/flag.html
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, quote

import structlog

from cordee.coordination.circle import circle_of
from cordee.coordination.pathway.members import Members
from cordee.coordination.question import found
from cordee.coordination.thread_label import labelled, labels
from cordee.errors import Category, FhirError
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.guard import add
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource import json
from cordee.resource.date_interval import interval
from cordee.resource.reference import Reference
from cordee.resource.types import Resource
from cordee.search.parse import parse_query
from cordee.store.port import Query, Reader, WriteSession

LATE = "https://cordee.example/fhir/NamingSystem/late-task"
"""System of the identifier by which an alert knows its task: the task's id."""

ALERTS = "https://cordee.example/fhir/CodeSystem/coordination-alerts"
UNDERWAY = frozenset({"requested", "received", "accepted", "ready", "in-progress", "on-hold"})
EVERY = 60.0
"""Seconds between two looks at what has become late."""

COORDINATES = "330"
"""Code of who coordinates (TRE_R85)."""
BATCH = 100
AUTHORS = frozenset({"Device", "Organization", "Patient", "Practitioner", "PractitionerRole"})
"""Who may author a Flag; a Task may be a circle's, a relative's or a service's, too."""

Element = dict[str, Any]

log = structlog.get_logger()


async def watch(services: Services, seconds: float = EVERY) -> None:
    """Look for late tasks now and then, without end; an unreachable database is asked again."""
    while True:
        try:
            await raise_alerts(services)
        except FhirError as error:
            log.warning("late tasks could not be looked for", reason=str(error))
        await asyncio.sleep(seconds)


async def raise_alerts(services: Services) -> int:
    """Raise the alerts that are missing; give how many.

    A closed dossier gets none, nor does a task about nobody: a Flag is about somebody.
    """
    now = instant(services.clock())
    pairs = parse_qsl(f"status={','.join(sorted(UNDERWAY))}&due=eb{quote(now)}")
    late = parse_query(services.registry, "Task", pairs, "strict").filter
    batch: list[Resource] = []
    raised = 0
    async for version in services.store.stream(Query(("Task",), late, count=None)):
        batch.append(json.parse(version.body))
        if len(batch) == BATCH:
            raised += await _raise_missing(services, batch)
            batch.clear()
    return raised + await _raise_missing(services, batch)


async def _raise_missing(services: Services, tasks: Sequence[Resource]) -> int:
    if not tasks:
        return 0
    groups: dict[tuple[str, tuple[str, ...]], list[Resource]] = {}
    about = [task for task in tasks if task.get("for")]
    for task in await _untold(services, services.store, about):
        whose = task["for"].get("reference", "")
        groups.setdefault((whose, tuple(sorted(labels(task)))), []).append(task)
    return sum([await _raise(services, group) for group in groups.values()])


async def _raise(services: Services, tasks: Sequence[Resource]) -> int:
    """Raise the alerts of one person with one message, unless another server has just done so."""

    async def work(session: WriteSession) -> int:
        await session.lock_many([f"late {task['id']}" for task in tasks])
        late = await _untold(services, session, tasks)
        now = instant(services.clock())
        flags = [alert(task, now) | {"id": services.new_id()} for task in late]
        for resource in (*flags, *await _told(services, session, late, flags)):
            await add(services, session, Request(""), labelled(resource, labels(tasks[0])))
        return len(flags)

    try:
        return await services.store.write(work)
    except FhirError as error:
        if error.category in (Category.UNAVAILABLE, Category.TIMEOUT):
            raise
        # Whatever is wrong with these, all others are told.
        log.warning(
            "no alert for late tasks", tasks=[task["id"] for task in tasks], reason=str(error)
        )
        return 0


async def _untold(services: Services, reader: Reader, tasks: Sequence[Resource]) -> list[Resource]:
    """Give the tasks that have no alert yet."""
    known = await _raised(services, reader, [task["id"] for task in tasks])
    named = {each["value"] for flag in known for each in flag["identifier"]}
    return [task for task in tasks if task["id"] not in named]


async def _raised(services: Services, reader: Reader, tasks: Sequence[str]) -> list[Resource]:
    """Give the alerts of some tasks, also those that somebody closed; not those that are old."""
    names = ",".join(f"{quote(LATE)}|{id}" for id in tasks)
    flags = await found(services, reader, "Flag", f"identifier={names}")
    return [flag for flag in flags if not any(row == _old(row) for row in flag["identifier"])]


def _old(identifier: Element) -> Element:
    return identifier | {"use": "old"}


async def _told(
    services: Services, session: WriteSession, tasks: Sequence[Resource], flags: Sequence[Resource]
) -> Sequence[Resource]:
    """Give the message to who coordinates, else to the circle; none where there is no circle."""
    whose = tasks[0].get("for", {}).get("reference", "") if tasks else ""
    circle = await circle_of(services, session, whose) if whose.startswith("Patient/") else None
    if circle is None:
        return ()
    members = await Members.of(services, session, whose, circle)
    names = members.having(COORDINATES, None) or [f"CareTeam/{circle['id']}"]
    codings = [row for task in tasks for row in task.get("code", {}).get("coding", ())]
    unread = any(row.get("code") == "acknowledgement" for row in codings)
    message = {
        "resourceType": "Communication",
        "status": "completed",
        "category": [{"text": "Alerte"}],
        "priority": "urgent" if unread else "routine",
        "subject": {"reference": whose},
        "about": [
            {"reference": f"{each['resourceType']}/{each['id']}"} for each in (*flags, *tasks)
        ],
        "sent": flags[0]["period"]["start"],
        "recipient": [{"reference": name} for name in names],
        "payload": [{"contentString": flag["code"]["text"]} for flag in flags],
    }
    return (message,)


def alert(task: Resource, now: str) -> Resource:
    """Make the alert that a task is late."""
    what = task.get("description") or task.get("code", {}).get("text") or f"Task/{task['id']}"
    made = {
        "resourceType": "Flag",
        "identifier": [{"system": LATE, "value": task["id"]}],
        "status": "active",
        "category": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/flag-category",
                        "code": "admin",
                    }
                ]
            }
        ],
        "code": {
            "coding": [{"system": ALERTS, "code": "late-task"}],
            "text": f"Tâche en retard : {what}",
        },
        "subject": task.get("for"),
        "period": {"start": now},
        "author": _author(task),
    }
    return {name: value for name, value in made.items() if value is not None}


def _author(task: Resource) -> Element | None:
    """Give who should have done it, else who asked, if they are of a type that authors a Flag."""
    parties: list[Element] = [task[name] for name in ("owner", "requester") if name in task]
    return next((each for each in parties if _type(each) in AUTHORS), None)


def _type(party: Element) -> str:
    return Reference.parse(party.get("reference", "")).type or ""


class LateNoMore:
    """Closes the alert of a task that has ended, or whose term was moved."""

    def concerns(self, change: Change) -> bool:
        """Look where a task that was late is so no longer, as far as the change can tell."""
        before = change.before
        if before is None or before.get("status") not in UNDERWAY:
            return False
        after = change.after
        return after is None or after.get("status") not in UNDERWAY or _term(before) != _term(after)

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Give the alert, closed; nothing for a task that is late under its new term as well."""
        del request
        after = change.after or {}
        if after.get("status") in UNDERWAY:
            bounds = interval(_term(after) or "")
            if bounds is not None and bounds[1] <= services.clock().timestamp() * 1000:
                return ()
        now = instant(services.clock())
        return [
            flag
            | {"status": "inactive", "period": {"end": now} | flag.get("period", {})}
            | {"identifier": [_old(row) for row in flag["identifier"]]}
            for flag in await _raised(services, session, [change.id])
        ]


def _term(task: Resource) -> str | None:
    found: str | None = task.get("restriction", {}).get("period", {}).get("end")
    return found
