"""Access by care circle: nobody sees a record but through a relation to the person it is about.

The rules are the tables of `belonging`, `audience` and `search.marks`; this module says in which
order they are asked. `docs/access.md` tells them for people.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from cordee.access import circle, consent, representation
from cordee.access.audience import (
    LASTING,
    PATIENT,
    PROFESSIONALS,
    RELATIVE,
    REPRESENTATIVE,
    SUBMITTED,
)
from cordee.access.belonging import belonging
from cordee.access.caller import Caller
from cordee.access.grants import Grants, Reach
from cordee.access.identity_veil import VEIL, holds_identity, unsearchable
from cordee.access.period import Clock
from cordee.access.policy import Action, Provisional, States, Veil
from cordee.access.provision import Eyes
from cordee.search.filter import EVERYTHING, Filter, Ids, Marked, all_of
from cordee.search.marks import BY, OPPOSITIONS, TO
from cordee.search.values import Extraction
from cordee.store.port import Query, Reader
from cordee.store.witness import Witness
from cordee.terminology.family import Families, no_families

KEPT = 20_000
"""Callers whose rights one process keeps at hand."""

_NOBODY = Grants()
_EVERYTHING = Grants(everything=True)

_Key: TypeAlias = tuple[str, str | None, tuple[str, ...]]
"""Who, in which perimeter, and the references that stand for them."""


class CirclePolicy:
    """The rules of access, read from the circles and consents in the store."""

    def __init__(
        self,
        reader: Reader,
        clock: Callable[[], datetime],
        *,
        emergency_writes: bool = False,
        families: Families = no_families,
    ) -> None:
        """Read from `reader`, by `clock`; `emergency_writes` lets a broken glass be written to.

        `families` tells which codes have to do with those that a Consent names.
        """
        self._reader = reader
        self._families = families
        self._clock = clock
        self._emergency_writes = emergency_writes
        self._kept: OrderedDict[_Key, tuple[tuple[int, ...], Grants]] = OrderedDict()

    async def prepare(self, caller: Caller) -> Caller:
        """Give the caller with their ways to records, as they are now."""
        return replace(caller, grants=await self._grants(caller))

    def provisional(self, caller: Caller) -> Provisional | None:
        """Give a professional with the ways remembered, and what compares the counts."""
        if caller.kind != "professional" or not caller.subject:
            return None
        key = _key(caller)
        known = self._kept.get(key)
        if known is None or self._now() >= known[1].until:
            return None

        witness = Witness((OPPOSITIONS, *key[2]))

        async def holds() -> bool:
            counts = witness.counts
            if counts is None:
                counts = await self._counts(key[2])
            return counts == known[0]

        return Provisional(replace(caller, grants=known[1]), holds, witness)

    async def opening(
        self, caller: Caller, reader: Reader, extraction: Extraction, fresh: Collection[str] = ()
    ) -> Caller:
        """Give the caller with the records they may open: their own patients without a circle."""
        grants = _of(caller)
        if grants.everything or not grants.professional:
            return caller
        founded = set(fresh)
        if extraction.type == "CareTeam" and grants.writer:
            for patient in _owners(extraction) - grants.writable(extraction) - founded:
                if await _is_new(reader, patient, BY + grants.writer):
                    founded.add(patient)
        return replace(caller, grants=grants.opening(founded)) if founded else caller

    def narrow(self, caller: Caller, type: str, filter: Filter) -> Filter:
        """Restrict a filter on one type to what the caller may see of it."""
        grants = _of(caller)
        if grants.veiled:
            filter = unsearchable(filter)
        limit = grants.limit(type, filter)
        return filter if limit is EVERYTHING else all_of((limit, filter))

    def may(self, caller: Caller, action: Action, type: str, states: States) -> bool:
        """Tell whether the caller may do this; whoever changes a resource may see it, too."""
        grants = _of(caller)
        if grants.everything:
            return True
        if grants.writer is None or belonging(type) in ("open", "trace"):
            return False
        if action == "delete" and type in LASTING:
            return False
        found = states()
        if grants.veiled and any(holds_identity(state) for state in found):
            return False
        if action == "create":
            return _may_create(grants, type, found[-1])
        return all(_may_change(grants, type, found[0], state) for state in found)

    def stamp(self, caller: Caller, type: str, extraction: Extraction) -> str | None:
        """Give what marks a new resource as the caller's work; None for what was handed in."""
        grants = _of(caller)
        handed_in = not _is_own_ground(grants, type, extraction)
        return None if grants.everything or handed_in else grants.writer

    def veil(self, caller: Caller) -> Veil | None:
        """Give what hides national identifiers from this caller."""
        return VEIL if _of(caller).veiled else None

    async def _grants(self, caller: Caller) -> Grants:
        if caller.kind == "system":
            return _EVERYTHING
        writer = _writer(caller) if caller.subject else None
        if writer is None or caller.kind == "anonymous":
            return _NOBODY
        if caller.kind == "professional":
            return await self._professional(caller, writer)
        return await self._person(caller, writer)

    async def _professional(self, caller: Caller, writer: str) -> Grants:
        """Give what is kept of a professional's rights, if nothing that decides them changed."""
        key = _key(caller)
        # Counted before anything is read: what is written meanwhile is counted at the next look.
        counts = await self._counts(key[2])
        now = self._now()
        known = self._kept.get(key)
        if known is not None and known[0] == counts and now < known[1].until:
            self._kept.move_to_end(key)
            return known[1]
        grants = await self._read(caller, writer, frozenset(key[2]), Clock(now))
        self._kept[key] = (counts, grants)
        self._kept.move_to_end(key)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return grants

    async def _counts(self, parties: tuple[str, ...]) -> tuple[int, ...]:
        return await self._reader.revisions((OPPOSITIONS, *parties))

    async def _read(
        self, caller: Caller, writer: str, parties: frozenset[str], clock: Clock
    ) -> Grants:
        audience = PROFESSIONALS[caller.perimeter]
        patients = await circle.patients(self._reader, parties, clock)
        naming = await consent.of_callers(self._reader, parties)
        permitted = {str(each.get("patient", {}).get("reference")) for each in naming}
        opposed = await consent.oppositions(self._reader, patients | permitted)
        known = {each["id"]: each for each in (*naming, *opposed)}
        eyes = Eyes(parties, clock, consent.CARE, self._families)
        rulings = tuple(consent.rulings(known.values(), eyes))
        broken = await self._broken(naming, opposed, parties, clock)
        reaches = [Reach(audience, patients)]
        if broken:
            reaches.append(Reach(audience, broken, opposable=False, writing=self._emergency_writes))
        return Grants(
            writer=writer,
            parties=parties,
            reaches=tuple(reaches),
            rulings=rulings,
            outside=audience,
            professional=True,
            veiled=caller.perimeter not in ("health", "medico-social"),
            until=clock.until,
        )

    async def _broken(
        self,
        naming: Collection[dict[str, object]],
        opposed: Collection[dict[str, object]],
        parties: frozenset[str],
        clock: Clock,
    ) -> frozenset[str]:
        """Give the patients on whose record the caller broke the glass, as long as that lasts."""
        glass = Eyes(parties, clock, frozenset((consent.GLASS,)), self._families)
        open_now = {
            ruling.patient
            for ruling in consent.rulings(naming, glass)
            if ruling.emergency and ruling.rule.permitted("Patient") == EVERYTHING
        }
        return frozenset(
            patient
            for patient in open_now
            if not consent.forbids_emergency(_of_patient(opposed, patient), parties, clock)
        )

    async def _person(self, caller: Caller, writer: str) -> Grants:
        """Read the rights of a patient or a relative, who have few."""
        clock = Clock(self._now())
        parties = frozenset(caller.references)
        if caller.kind == "patient":
            own = frozenset(name for name in parties if name.startswith("Patient/"))
            reaches: tuple[Reach, ...] = (Reach(PATIENT, own, opposable=False, owner=True),)
            return Grants(writer=writer, parties=parties, reaches=reaches)
        relatives = frozenset(name for name in parties if name.startswith("RelatedPerson/"))
        wards = await representation.represented(self._reader, relatives, clock)
        patients = await circle.patients(self._reader, relatives, clock) - wards
        naming = await consent.of_callers(self._reader, relatives)
        permitted = {str(each.get("patient", {}).get("reference")) for each in naming}
        opposed = await consent.oppositions(self._reader, patients | permitted)
        known = {each["id"]: each for each in (*naming, *opposed)}
        eyes = Eyes(relatives, clock, consent.CARE, self._families)
        return Grants(
            writer=writer,
            parties=parties,
            reaches=(
                Reach(REPRESENTATIVE, wards, opposable=False, owner=True),
                Reach(RELATIVE, patients),
            ),
            rulings=tuple(consent.rulings(known.values(), eyes)),
            outside=RELATIVE,
            veiled=not wards or bool(patients),
            until=clock.until,
        )

    def _now(self) -> int:
        return int(self._clock().timestamp() * 1000)


def _writer(caller: Caller) -> str:
    return f"{caller.issuer or ''}|{caller.subject}"


def _key(caller: Caller) -> _Key:
    parties = tuple(sorted({*caller.references, *caller.organizations}))
    return (_writer(caller), caller.perimeter, parties)


def _of(caller: Caller) -> Grants:
    return caller.grants if isinstance(caller.grants, Grants) else _NOBODY


def _of_patient(consents: Collection[dict[str, object]], patient: str) -> list[dict[str, object]]:
    return [each for each in consents if each.get("patient") == {"reference": patient}]


def _owners(extraction: Extraction) -> frozenset[str]:
    return frozenset(mark for mark in extraction.marks if mark.startswith("Patient/"))


def _named(extraction: Extraction) -> frozenset[str]:
    return frozenset(mark.removeprefix(TO) for mark in extraction.marks if mark.startswith(TO))


def _is_own_ground(grants: Grants, type: str, extraction: Extraction) -> bool:
    """Tell whether a resource would lie where the caller may write: theirs from then on."""
    owners = _owners(extraction)
    if type == "Patient":
        return grants.professional
    return owners <= grants.writable(extraction) if owners else True


_WORKED_ON = frozenset(("Task",))
"""Types about nobody that those who are named in them change, too: a task is its owner's to do."""

_ABOUT_SOMEBODY = frozenset(("CareTeam", "Consent", "Provenance", "RelatedPerson"))
"""Types that mean nothing, or too much, without a patient."""


def _may_create(grants: Grants, type: str, new: Extraction) -> bool:
    owners = _owners(new)
    if belonging(type) == "private" or type == "Patient":
        return grants.professional or type == "Subscription"
    if type in SUBMITTED:
        return True
    if owners:
        return owners <= grants.writable(new)
    return grants.professional and type not in _ABOUT_SOMEBODY


def _may_change(grants: Grants, type: str, current: Extraction, state: Extraction) -> bool:
    owners = _owners(state)
    if not owners and type in _WORKED_ON and _named(state) & grants.parties:
        return True
    if not owners or belonging(type) == "private":
        return grants.wrote(current) and (not owners or owners <= grants.writable(state))
    if not owners <= grants.writable(state):
        return False
    return grants.wrote(current) or not grants.only_own(state, owners)


async def _is_new(reader: Reader, patient: str, stamp: str) -> bool:
    """Tell whether a patient's record was begun by this writer and has no circle yet."""
    id = patient.partition("/")[2]
    begun = all_of((Ids((id,)), Marked(frozenset((stamp,)))))
    if not (await reader.search(Query(("Patient",), begun, count=1))).matches:
        return False
    around = Marked(frozenset((patient,)))
    return not (await reader.search(Query(("CareTeam",), around, count=1))).matches
