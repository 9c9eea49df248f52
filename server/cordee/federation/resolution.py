"""Who coordinates completes the Task of a conflict, and names the version that holds.

`output` points to one of the contained versions; without it, what is shown now is kept. The choice
is an edit that knows of all versions, so it goes to the peers like any other.

https://hl7.org/fhir/R4/task.html
"""

from collections.abc import Sequence
from dataclasses import replace

from cordee.coordination.lateness import UNDERWAY
from cordee.errors import Category, FhirError
from cordee.federation.circle_record import lock_of, members_of, record_of
from cordee.federation.conflict import KEPT, is_conflict, said, settled
from cordee.federation.participation import rendered
from cordee.federation.record import Record, written
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import WriteSession


class Resolution:
    """The guard of Task where there are peers."""

    def concerns(self, change: Change) -> bool:
        """Look at every change of a conflict's Task."""
        return change.after is not None and is_conflict(change.before)

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Give the record and the circle with the version that was chosen.

        Raises CONFLICT for who takes a version out of the Task, FORBIDDEN for who may not change
        the circle.
        """
        before, after = change.before or {}, change.after or {}
        _check_whole(before, after)
        if before.get("status") not in UNDERWAY or after.get("status") != "completed":
            return ()
        whose = before.get("for", {}).get("reference", "")
        await session.lock(lock_of(whose))
        record = await record_of(services, session, whose)
        if record is None or record.circle is None:
            return ()
        choice = _chosen(record, before, after)
        key = next(iter(choice), "")
        if not choice or not _decides(record, key, choice[key]):
            return ()
        state = record.state.edited(record.server, key, choice[key])
        decided = replace(record, state=state)
        version = await session.read("CareTeam", record.circle)
        if version is None or version.deleted:
            return ()
        team = json.parse(version.body)
        _check_may_change(services, request, team)
        members = await members_of(session, record, team)
        shown = rendered(team, state.winners(), members, record.local)
        others = await settled(services, session, record, decided)
        made = [written(decided), *(task for task in others if task["id"] != change.id)]
        return [*made, shown] if shown != team else made


def _check_whole(before: Resource, after: Resource) -> None:
    kept = after.get("contained", ())
    asked = ("identifier", "code", "focus", "for")
    if any(each not in kept for each in before.get("contained", ())) or any(
        before.get(name) != after.get(name) for name in asked
    ):
        text = "What the servers said stays in the Task: name the version that is kept as output"
        raise FhirError(Category.CONFLICT, text, expression="Task.contained")


def _check_may_change(services: Services, request: Request, team: Resource) -> None:
    states = (services.registry.extract(team),)
    if not services.policy.may(request.caller, "update", "CareTeam", lambda: states):
        text = "Only who may change the circle may say which version of it holds"
        raise FhirError(Category.FORBIDDEN, text, expression="Task.focus")


def _decides(record: Record, key: str, value: bytes) -> bool:
    """Tell whether a choice changes anything: it ends a conflict, or takes another version."""
    return key in record.state.conflicts() or record.state.winners().get(key) != value


def _chosen(record: Record, before: Resource, after: Resource) -> dict[str, bytes]:
    """Give what the version chosen says: one entry.

    Raises UNPROCESSABLE for what is none of the versions that the Task was raised with.
    """
    versions = {f"#{each['id']}": said(record, each) for each in before.get("contained", ())}
    outputs = [
        row["valueReference"].get("reference", "")
        for row in after.get("output", ())
        if row.get("type", {}).get("coding") == KEPT["coding"] and "valueReference" in row
    ]
    if not outputs:
        keys = [key for found in versions.values() for key in found]
        return {key: record.state.winners()[key] for key in keys[:1] if key in record.state.entries}
    if len(outputs) > 1 or outputs[0] not in versions:
        text = f"Name one of the versions that the Task holds: {', '.join(versions)}"
        raise FhirError(Category.UNPROCESSABLE, text, expression="Task.output")
    return versions[outputs[0]]
