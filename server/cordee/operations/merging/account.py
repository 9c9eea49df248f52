"""The account of a merge: a Task that says how far it is, and Provenances of all it changed.

The Task is written with the first step and closed with the last one, each Provenance with the
changes it tells of: whatever is interrupted can be gone on with, and whatever was done, undone.

https://hl7.org/fhir/R4/task.html
https://hl7.org/fhir/R4/provenance.html
"""

from collections.abc import Iterable
from typing import Any, Literal

from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant, revision
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.filter import Reference, Token, all_of
from cordee.store.port import Method, Query, Reader, Version, WriteSession

WORK = "https://cordee.example/fhir/CodeSystem/identity-work"
State = Literal["merging", "merged", "undoing", "undone"]
STATUSES: dict[State, str] = {
    "merging": "in-progress",
    "merged": "completed",
    "undoing": "in-progress",
    "undone": "cancelled",
}
"""What is going on → Task.status."""


def opened(services: Services, request: Request, source: str, target: str) -> Resource:
    """Make the Task of a merge that begins; `source` and `target` are "Patient/1"."""
    now = instant(services.clock())
    return {
        "resourceType": "Task",
        "id": services.new_id(),
        "status": STATUSES["merging"],
        "businessStatus": {"text": "merging"},
        "intent": "order",
        "code": {"coding": [{"system": WORK, "code": "merge"}]},
        "focus": {"reference": target},
        "for": {"reference": target},
        "authoredOn": now,
        "lastModified": now,
        "requester": _caller(request),
        "input": [
            {"type": {"text": "source"}, "valueReference": {"reference": source}},
            {"type": {"text": "target"}, "valueReference": {"reference": target}},
        ],
    }


def state(task: Resource) -> State:
    """Tell how far a merge is."""
    found: State = task["businessStatus"]["text"]
    return found


def is_account(resource: Resource) -> bool:
    """Tell whether a resource is the Task of a merge."""
    codings = resource.get("code", {}).get("coding", ())
    return resource["resourceType"] == "Task" and any(row.get("system") == WORK for row in codings)


def told(services: Services, task: Resource, found: State) -> Resource:
    """Give the Task further on."""
    now = instant(services.clock())
    return task | {
        "status": STATUSES[found],
        "businessStatus": {"text": found},
        "lastModified": now,
    }


async def find(reader: Reader, source: str, target: str) -> Version | None:
    """Give the Task of the merge that joined two patients and was not undone."""
    filter = all_of((Reference("focus", (target,)), Token("code", WORK, "merge")))
    page = await reader.search(Query(("Task",), filter, count=1_000))
    for version in page.matches:
        task = json.parse(version.body)
        named = [row["valueReference"]["reference"] for row in task.get("input", ())]
        if named[:1] == [source] and state(task) != "undone":
            return version
    return None


async def put(
    services: Services, session: WriteSession, resource: Resource, current: Version | None
) -> Version:
    """Store a resource after `current`, in the session."""
    method: Method = "PUT" if current else "POST"
    version = revision(resource, resource["id"], current, services.clock(), method)
    await session.put(version, services.registry.extract(resource))
    return version


def provenance(
    services: Services,
    request: Request,
    task: Resource,
    activity: Literal["merge", "unmerge"],
    changed: Iterable[Version],
) -> Resource:
    """Make the Provenance of versions that a merge, or its undoing, wrote."""
    source = task["input"][0]["valueReference"]["reference"]
    return {
        "resourceType": "Provenance",
        "id": services.new_id(),
        "target": [{"reference": f"{row.type}/{row.id}/_history/{row.version}"} for row in changed],
        "recorded": instant(services.clock()),
        "activity": {"coding": [{"system": WORK, "code": activity}]},
        "agent": [{"who": _caller(request)}],
        "entity": [
            {"role": "source", "what": {"reference": f"Task/{task['id']}"}},
            {"role": "source", "what": {"reference": source}},
        ],
    }


def _caller(request: Request) -> dict[str, Any]:
    caller = request.caller
    if caller.references:
        return {"reference": caller.references[0]}
    return {"display": caller.name or caller.subject or "Anonymous"}
