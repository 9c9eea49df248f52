"""Follows every change of a circle that is federated, whoever makes it, as an edit of this server.

Clients need not know of federation: what differs from what the record knows is an edit, counted in
the transaction of the write itself. Nobody is taken out of a federated circle: a participant who is
missing stays, and the stay has ended.
"""

from collections.abc import Sequence
from dataclasses import replace

from cordee.coordination.circle import person
from cordee.federation.circle_record import is_living, lock_of, members_of, record_of, with_members
from cordee.federation.conflict import settled
from cordee.federation.edition import stays, value_of
from cordee.federation.member import Element, Member
from cordee.federation.participation import entries, rendered
from cordee.federation.record import Record, written
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource.date_interval import interval
from cordee.resource.types import Resource
from cordee.store.port import WriteSession

EMPTY = value_of(())


class SharedCircle:
    """The guard of CareTeam where there are peers."""

    def concerns(self, change: Change) -> bool:
        """Look at circles, as they are or were."""
        return is_living(change.after) or is_living(change.before)

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Give the record with the edits, the circle with who would be missing, and Tasks ended."""
        del request
        made: list[Resource] = []
        left = person(change.before) if change.before and is_living(change.before) else None
        now = person(change.after) if change.after and is_living(change.after) else None
        if left is not None and left != now:
            made += await _left(services, session, change.id, left)
        if now is not None and change.after is not None:
            made += await _edited(services, session, change.after | {"id": change.id}, now)
        return made


async def _left(
    services: Services, session: WriteSession, circle: str, whose: str
) -> list[Resource]:
    """Give the record without circle and peers: who ends a circle has no part in it any more."""
    await session.lock(lock_of(whose))
    record = await record_of(services, session, whose)
    if record is None or record.circle != circle:
        return []
    return [written(replace(record, circle=None, peers=frozenset()))]


async def _edited(
    services: Services, session: WriteSession, team: Resource, whose: str
) -> list[Resource]:
    await session.lock(lock_of(whose))
    record = await record_of(services, session, whose)
    if record is None:
        return []
    members = await members_of(session, record, team)
    after, wanted = with_edits(record, team, members, instant(services.clock()))
    made: list[Resource] = []
    if after != record:
        made.append(written(after))
    if wanted != team:
        made.append(wanted)
    if record.state.conflicts():
        made += await settled(services, session, record, after)
    return made


def with_edits(
    record: Record, team: Resource, members: dict[str, Member], now: str
) -> tuple[Record, Resource]:
    """Give the record with what a circle says as edits of this server, and the circle to show.

    A circle that the record does not know yet was written without knowledge of the others: it says
    its own beside theirs, and ends nothing.
    """
    state, shown = record.state, record.state.winners()
    said = entries(team, members)
    fresh = record.circle != team["id"]
    if not fresh:
        said |= {key: whole(shown[key], said.get(key, EMPTY), now) for key in shown}
    for key, value in sorted(said.items()):
        if shown.get(key) != value:
            say = state.stated if fresh else state.edited
            state = say(record.server, key, value)
    record = replace(with_members(record, members), circle=team["id"], state=state)
    return record, rendered(team, state.winners(), members, record.local)


def whole(shown: bytes, said: bytes, now: str) -> bytes:
    """Give the stays said, with those of the stays shown that are missing, ended.

    As many are missing as there are fewer; which, their beginnings tell.
    """
    before, after = stays(shown), stays(said)
    begun = [_start(stay) for stay in after]
    gone = [stay for stay in before if _start(stay) not in begun]
    missing = gone[: max(0, len(before) - len(after))]
    return value_of([*after, *(_ended(stay, now) for stay in missing)]) if missing else said


def _start(stay: Element) -> str:
    return str(stay.get("period", {}).get("start", ""))


def _ended(stay: Element, now: str) -> Element:
    """Give a stay that ends now at the latest; one still to come ends as it begins."""
    period = stay.get("period", {})
    if "end" in period and not _after(period["end"], now):
        return stay
    begins = period.get("start")
    end = begins if begins and _after(begins, now) else now
    return stay | {"period": period | {"end": end}}


def _after(moment: str, now: str) -> bool:
    one, other = interval(moment), interval(now)
    return one is not None and other is not None and one[0] > other[0]
