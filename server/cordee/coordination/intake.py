"""The rules of coordination for many resources at once, as an import brings them.

An import writes past the guards: nothing follows from it, no alert, no next step. What guards keep
out must not come in that way either, so the same rules are asked here, a search a chunk: one living
circle a person, one appointment a slot, referrals forward only, and nothing new in a dossier that
was closed before the import began. Whether plans in force are signed is told when all has come in.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cordee.coordination.booking import held
from cordee.coordination.circle import PROFILE, OneCircle, is_living, person
from cordee.coordination.closure import OVER, PEOPLE, persons
from cordee.coordination.closure import whose as whose_episode
from cordee.coordination.plan.validation import SignedPlan, unsigned
from cordee.coordination.question import matching
from cordee.coordination.referral import ReferralLife
from cordee.errors import Category, FhirError
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource.date_interval import interval
from cordee.resource.types import Resource
from cordee.search.filter import Reference, all_of
from cordee.search.parse import parse_query
from cordee.store.port import Query, Reader, WriteSession

Key = tuple[str, str]
Refusals = dict[Key, FhirError]

_CIRCLE, _REFERRAL, _SIGNED = OneCircle(), ReferralLife(), SignedPlan()


class Intake:
    """What an import that began at a moment may bring in."""

    def __init__(self, services: Services, since: datetime) -> None:
        """Take the services, and when the import began."""
        self._services = services
        self._since = since
        self._any_closed: bool | None = None

    async def refused(self, session: WriteSession, changes: Sequence[Change]) -> Refusals:
        """Give those of some changes that may not be, with the reason."""
        found: Refusals = {}
        await _refuse_twice(session, found, changes, _circles(changes), self._circles)
        await _refuse_twice(session, found, changes, _slots(changes), _appointments)
        await self._refuse_closed(session, found, changes)
        for change in changes:
            if change.type == "Task" and _REFERRAL.concerns(change):
                try:
                    await _REFERRAL.follow(self._services, session, Request(""), change)
                except FhirError as error:
                    found[(change.type, change.id)] = error
        return found

    async def _circles(self, reader: Reader, people: Sequence[str]) -> Iterable[tuple[str, str]]:
        """Give whose circles live, with their names."""
        circles = parse_query(
            self._services.registry, "CareTeam", (("_profile:below", PROFILE),), "strict"
        ).filter
        wanted = all_of((Reference("subject", tuple(people)), circles))
        teams = await matching(reader, "CareTeam", wanted)
        return [(person(each) or "", f"CareTeam/{each['id']}") for each in teams if is_living(each)]

    async def _refuse_closed(
        self, session: Reader, found: Refusals, changes: Sequence[Change]
    ) -> None:
        about = {
            (change.type, change.id): [*persons(change.after), *persons(change.before)]
            for change in changes
            if change.type in PEOPLE
        }
        people = dict.fromkeys(name for names in about.values() for name in names)
        if not people or not await self._has_closed(session):
            return
        episodes = await matching(session, "EpisodeOfCare", Reference("patient", tuple(people)))
        shut = _shut(episodes, self._since)
        for key, names in about.items():
            for name in names:
                if name in shut:
                    text = f"The dossier of {name} is closed ({shut[name]}): it cannot be changed"
                    found[key] = FhirError(Category.CONFLICT, text, expression=key[0])

    async def _has_closed(self, reader: Reader) -> bool:
        """Tell whether any dossier was closed when the import began: mostly none was."""
        if self._any_closed is None:
            before = self._since.isoformat(timespec="milliseconds")
            pairs = (("status", ",".join(sorted(OVER))), ("_lastUpdated", f"lt{before}"))
            asked = parse_query(self._services.registry, "EpisodeOfCare", pairs, "strict").filter
            page = await reader.search(Query(("EpisodeOfCare",), asked, count=1))
            self._any_closed = bool(page.matches)
        return self._any_closed


def to_be_signed(changes: Iterable[Change]) -> list[str]:
    """Give the ids of the plans that some changes put in force, to be looked at in the end."""
    return [each.id for each in changes if each.type == "CarePlan" and _SIGNED.concerns(each)]


async def unsigned_plans(services: Services, ids: Sequence[str]) -> dict[str, FhirError]:
    """Give those of some plans that are in force although nobody of the circle signed them."""
    return await unsigned(services, services.store, ids)


@dataclass(frozen=True, slots=True)
class Claim:
    """A change that has something for itself alone, since before or `fresh`ly, by its name."""

    change: Change
    what: str
    who: str
    fresh: bool


Holders = Callable[[Reader, Sequence[str]], Awaitable[Iterable[tuple[str, str]]]]
"""Gives what is held in the store, of what is asked for, and by whom."""


def _circles(changes: Iterable[Change]) -> list[Claim]:
    return [
        Claim(change, whose, f"CareTeam/{change.id}", _CIRCLE.concerns(change))
        for change in changes
        if change.type == "CareTeam" and is_living(change.after)
        if (whose := person(change.after or {})) is not None
    ]


def _slots(changes: Iterable[Change]) -> list[Claim]:
    return [
        Claim(change, f"Slot/{slot}", f"Appointment/{change.id}", slot not in held(change.before))
        for change in changes
        if change.type == "Appointment"
        for slot in sorted(held(change.after))
    ]


async def _appointments(reader: Reader, slots: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Give the slots that are held, with who holds them."""
    found = await matching(reader, "Appointment", Reference("slot", tuple(slots)))
    return [(f"Slot/{slot}", f"Appointment/{each['id']}") for each in found for slot in held(each)]


async def _refuse_twice(
    session: WriteSession,
    found: Refusals,
    changes: Sequence[Change],
    claims: Sequence[Claim],
    holders: Holders,
) -> None:
    """Refuse who claims what somebody else has: the first keeps it, here and in the store."""
    wanted = sorted({claim.what for claim in claims if claim.fresh})
    if not wanted:
        return
    await session.lock_many([f"{'slot' if _is_slot(what) else 'circle'} {what}" for what in wanted])
    changing = {f"{change.type}/{change.id}" for change in changes}
    stored = await holders(session, wanted)
    owners = {what: who for what, who in stored if who not in changing}
    for claim in sorted(claims, key=lambda each: each.fresh):
        owner = owners.setdefault(claim.what, claim.who)
        if owner != claim.who and claim.fresh:
            text = f"{claim.what} has {owner} already, beside which {claim.who} cannot be"
            key = (claim.change.type, claim.change.id)
            found[key] = FhirError(Category.CONFLICT, text, expression=key[0])


def _is_slot(what: str) -> bool:
    return what.startswith("Slot/")


def _shut(episodes: Iterable[Resource], since: datetime) -> Mapping[str, str]:
    """Give whose dossiers were closed before a moment, with the episode that says so."""
    moment = since.timestamp() * 1000
    shut: dict[str, str] = {}
    open: set[str] = set()
    for each in episodes:
        bounds = interval(each["meta"]["lastUpdated"])
        if each.get("status") in OVER and bounds is not None and bounds[0] < moment:
            shut[whose_episode(each)] = f"EpisodeOfCare/{each['id']}"
        else:
            open.add(whose_episode(each))
    return {whose: name for whose, name in shut.items() if whose not in open}
