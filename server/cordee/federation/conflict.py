"""What servers say differently of one participant, as a Task for who coordinates.

Each server raises its own. All that was said stands in the Task, and stays there: whichever version
is kept, none is lost. A Task is closed when the servers agree again, wherever that was decided.

https://hl7.org/fhir/R4/task.html
"""

import hashlib
from collections.abc import Sequence
from urllib.parse import quote

from cordee.coordination.invitation import SYSTEM
from cordee.coordination.lateness import UNDERWAY
from cordee.coordination.pathway.members import Members
from cordee.coordination.question import found
from cordee.coordination.screening import COORDINATOR
from cordee.federation.description import called
from cordee.federation.edition import Entry, stays, values
from cordee.federation.member import Element
from cordee.federation.participation import entries, member_of, rendered
from cordee.federation.record import CODES, Record
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource.types import Resource
from cordee.store.port import Reader, WriteSession

CODE = "federation-conflict"
IDENTIFIER = "https://cordee.example/fhir/NamingSystem/federation-conflict"
"""System of the identifier `record.participant` that all Tasks of one participant share."""
VERSION = {"coding": [{"system": CODES, "code": "version"}]}
KEPT = {"coding": [{"system": CODES, "code": "kept"}]}


def is_conflict(task: Resource | None) -> bool:
    """Tell whether a Task asks which version of a participant holds."""
    codings = (task or {}).get("code", {}).get("coding", ())
    return any((one.get("system"), one.get("code")) == (SYSTEM, CODE) for one in codings)


def name_of(record: Record, key: str) -> str:
    """Give the value of the identifier of a participant's conflicts."""
    return f"{record.id}.{hashlib.sha256(key.encode()).hexdigest()[:24]}"


async def raised(
    services: Services, session: WriteSession, record: Record, team: Resource
) -> list[Resource]:
    """Give the Tasks that conflicts lack: new ones, and open ones that learn of more versions."""
    made = []
    for key, several in sorted(record.state.conflicts().items()):
        known = await _open(services, session, record, key)
        if not known:
            made.append(await _task(services, session, record, key, team))
            continue
        versions = [each for task in known for each in _versions(record, task)]
        if any(value not in versions for value in several):
            made.append(_with_versions(known[0], record, key, versions))
    return made


async def settled(
    services: Services, session: WriteSession, before: Record, after: Record
) -> list[Resource]:
    """Give the open Tasks of what is no longer in conflict, closed."""
    conflicts = after.state.conflicts()
    made = []
    for key in sorted(before.state.conflicts()):
        if key not in conflicts:
            kept = after.state.winners()[key]
            tasks = await _open(services, session, after, key)
            made += [_closed(after, task, kept) for task in tasks]
    return made


async def _open(services: Services, reader: Reader, record: Record, key: str) -> list[Resource]:
    named = quote(f"{IDENTIFIER}|{name_of(record, key)}")
    query = f"identifier={named}&status={','.join(sorted(UNDERWAY))}"
    return await found(services, reader, "Task", query)


async def _task(
    services: Services, session: WriteSession, record: Record, key: str, team: Resource
) -> Resource:
    members = await Members.of(services, session, record.person, team)
    owner, _ = members.who([{"type": "practitioner", "role": COORDINATOR}])
    who = called(_person(record, key)) or "un participant"
    task = {
        "resourceType": "Task",
        "identifier": [{"system": IDENTIFIER, "value": name_of(record, key)}],
        "status": "requested",
        "intent": "proposal",
        "code": {"coding": [{"system": SYSTEM, "code": CODE}]},
        "description": f"Deux outils ne disent pas la même chose de la participation de {who}",
        "focus": {"reference": f"CareTeam/{record.circle}"},
        "for": {"reference": record.person},
        "authoredOn": instant(services.clock()),
        "performerType": None if owner else [COORDINATOR],
        "owner": owner,
    }
    made = {name: value for name, value in task.items() if value is not None}
    return _with_versions(made, record, key, [])


def _person(record: Record, key: str) -> Resource:
    told = record.known[member_of(key)].described
    shown = told.get("practitioner", {}).get("display")
    return {"name": shown} if shown else told


def _with_versions(task: Resource, record: Record, key: str, known: Sequence[bytes]) -> Resource:
    """Give a Task with the versions of a participant that it lacks."""
    entry = record.state.entries[key]
    new = [value for value in values(entry) if value not in known]
    first = len(task.get("contained", ())) + 1
    added = [_version(record, key, value, entry, first + n) for n, value in enumerate(new)]
    inputs = [
        {"type": VERSION, "valueReference": {"reference": f"#{each['id']}"}} for each in added
    ]
    return task | {
        "contained": [*task.get("contained", ()), *added],
        "input": [*task.get("input", ()), *inputs],
    }


def _version(record: Record, key: str, value: bytes, entry: Entry, number: int) -> Resource:
    """Make a version: a CareTeam of the participant alone, named after who said so."""
    who = sorted({each.server for each in entry if each.value == value})
    team: Resource = {
        "resourceType": "CareTeam",
        "id": f"version-{number}",
        "name": " et ".join(who),
        "subject": {"reference": record.person},
    }
    return rendered(team, {key: value}, {}, record.local)


def _versions(record: Record, task: Resource) -> list[bytes]:
    """Give the values that a Task holds."""
    return [value for each in task.get("contained", ()) for value in said(record, each).values()]


def said(record: Record, team: Resource) -> dict[str, bytes]:
    """Give what a version in a Task says."""
    return entries(team, record.by_reference)


def _closed(record: Record, task: Resource, kept: bytes) -> Resource:
    output: list[Element] = [
        {"type": KEPT, "valueReference": {"reference": f"#{each['id']}"}}
        for each in task.get("contained", ())
        if kept in said(record, each).values()
    ]
    if not output:
        ends = ", ".join(str(stay.get("period", {}).get("end", "sans fin")) for stay in stays(kept))
        output = [{"type": KEPT, "valueString": f"Une autre version : {ends}"}]
    # When it was closed, its version tells; a clock that went back must not make it invalid.
    return task | {"status": "completed", "output": output[:1]}
