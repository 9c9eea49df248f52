"""What one caller may reach, compiled to filters: kept in memory as long as it holds.

https://hl7.org/fhir/R4/security.html#access
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from cordee.access.audience import Audience
from cordee.access.belonging import belonging
from cordee.access.consent import Ruling
from cordee.access.period import NEVER
from cordee.access.region import both, but, either
from cordee.search.filter import (
    EVERYTHING,
    NOTHING,
    AllOf,
    Filter,
    Has,
    Ids,
    Marked,
    Not,
    Reference,
    all_of,
    any_of,
)
from cordee.search.marks import ADDRESSED, BY, FOR, NOBODY, TO
from cordee.search.matching import matches
from cordee.search.values import Extraction


@dataclass(frozen=True, slots=True)
class Reach:
    """Some patients, as one audience meets them.

    A Consent keeps an `opposable` one out; who is `owner` of the record sees who looked at it.
    """

    audience: Audience
    patients: frozenset[str]
    opposable: bool = True
    owner: bool = False
    writing: bool = True


@dataclass(slots=True)
class _Ruled:
    """What of a type Consents deny and permit to a caller, by patient."""

    denied: dict[str, Filter] = field(default_factory=dict)
    permitted: dict[str, Filter] = field(default_factory=dict)

    def add(self, patient: str, denied: Filter, permitted: Filter) -> None:
        """Add what one Consent says; what says nothing leaves no trace."""
        for known, found in ((self.denied, denied), (self.permitted, permitted)):
            if found != NOTHING:
                known[patient] = either(known.get(patient, NOTHING), found)


@dataclass(frozen=True)
class Grants:
    """A caller's ways to records.

    `writer` is what the caller's own work is stamped with, `parties` are the references that stand
    for them. `rulings` are Consents as they concern the caller, whose permits are for `outside`.
    `founded` are patients whose record the caller is about to open. `until` is the millisecond
    until which all this holds, if nothing is written.
    """

    writer: str | None = None
    parties: frozenset[str] = frozenset()
    reaches: tuple[Reach, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    outside: Audience | None = None
    founded: frozenset[str] = frozenset()
    everything: bool = False
    professional: bool = False
    veiled: bool = False
    until: int = NEVER
    _limits: dict[str, Filter] = field(default_factory=dict, compare=False, repr=False)
    _rulings: dict[tuple[str, str], "_Ruled"] = field(
        default_factory=dict, compare=False, repr=False
    )

    def opening(self, patients: Iterable[str]) -> "Grants":
        """Give the same with patients whose record begins now."""
        founded = self.founded | frozenset(patients)
        return replace(self, founded=founded, _limits={}, _rulings={})

    def limit(self, type: str, filter: Filter = EVERYTHING) -> Filter:
        """Give what restricts a search by `filter` to what may be seen of a type."""
        if self.everything or belonging(type) == "open":
            return EVERYTHING if self.everything or self.parties or self.writer else NOTHING
        if belonging(type) == "binary":
            return self._binary(filter)
        only = _subjects(type, filter)
        return self._limit(type) if only is None else self._seen(type, only)

    def _limit(self, type: str, content: str = "") -> Filter:
        known = self._limits.get(type + content)
        if known is None:
            known = self._limits[type + content] = self._seen(type, None, content)
        return known

    def writable(self, extraction: Extraction) -> frozenset[str]:
        """Give the patients to whose record a resource as it is extracted may be added."""
        found = set(self.founded)
        for reach in self.reaches:
            if reach.writing and reach.audience.writes(extraction.type):
                found |= reach.patients - self._shut(reach, extraction)
        return frozenset(found)

    def only_own(self, extraction: Extraction, owners: frozenset[str]) -> bool:
        """Tell whether of these patients' resources the caller changes only those they wrote."""
        freely = set(self.founded)
        for reach in self.reaches:
            if reach.writing and reach.audience.writes(extraction.type) and not reach.audience.own:
                freely |= reach.patients - self._shut(reach, extraction)
        return not owners <= freely

    def wrote(self, extraction: Extraction) -> bool:
        """Tell whether the caller is the author."""
        return self.writer is not None and BY + self.writer in extraction.marks

    @cached_property
    def _own(self) -> frozenset[str]:
        stamps = {BY + self.writer} if self.writer else set()
        return frozenset(stamps | {TO + party for party in self.parties})

    def _seen(self, type: str, only: frozenset[str] | None, content: str = "") -> Filter:
        rule, own = belonging(type), self._own
        if rule == "private" or not own:
            return Marked(own) if own else NOTHING
        free = own | {NOBODY} if rule == "free" else own
        reached: dict[Filter, frozenset[str]] = {}
        for reach, region, patients in self._regions(type, only, content):
            if rule == "trace" and not reach.owner:
                continue
            told = EVERYTHING if reach.owner else self._told(type)
            condition = all_of((Not(Marked(reach.audience.hidden)), told, region))
            reached[condition] = reached.get(condition, _NONE) | patients
        return any_of(tuple(_ways(free, reached)))

    def _regions(
        self, type: str, only: frozenset[str] | None, content: str
    ) -> Iterator[tuple[Reach, Filter, frozenset[str]]]:
        """Give what of which patients is within reach: whole records first, then parts."""
        ruled = self._ruled(type, content)
        for reach in self.reaches:
            if reach.audience.sees(type):
                patients = reach.patients if only is None else only & reach.patients
                limited = patients & ruled.denied.keys() if reach.opposable else _NONE
                whole = patients - limited if limited else patients
                if whole:
                    yield reach, EVERYTHING, whole
                for patient in sorted(limited):
                    if (region := but(ruled.denied[patient])) != NOTHING:
                        yield reach, region, frozenset((patient,))
        if self.outside is None or not self.outside.sees(type):
            return
        for patient, permitted in ruled.permitted.items():
            if only is None or patient in only:
                region = both(permitted, but(ruled.denied.get(patient, NOTHING)))
                if region != NOTHING:
                    yield Reach(self.outside, _NONE), region, frozenset((patient,))

    def _told(self, type: str) -> Filter:
        """Leave out messages that go to others by name: a circle does not read them along."""
        if type != "Communication":
            return EVERYTHING
        named = Marked(frozenset(FOR + party for party in self.parties))
        return any_of((Not(Marked(frozenset((ADDRESSED,)))), named))

    def _shut(self, reach: Reach, extraction: Extraction) -> set[str]:
        """Give the patients whose Consents deny a resource as it is extracted."""
        if not reach.opposable:
            return set()
        denied = self._ruled(extraction.type).denied
        return {name for name, each in denied.items() if matches(each, extraction) is not False}

    def _ruled(self, type: str, content: str = "") -> "_Ruled":
        """Give what Consents say of a type; of what is the `content` of it, too."""
        known = self._rulings.get((type, content))
        if known is None:
            known = self._rulings[type, content] = _Ruled()
            for ruling in self.rulings:
                if not ruling.emergency:
                    about = [ruling.rule.denied(each) for each in (type, content) if each]
                    known.add(ruling.patient, either(*about), ruling.rule.permitted(type))
        return known

    def _binary(self, filter: Filter) -> Filter:
        pinned = _ids(filter)
        ways: list[Filter] = [Marked(self._own)] if self._own else []
        for type, index in ATTACHED:
            found = self._limit(type, "Binary")
            if pinned is not None:
                found = all_of((Reference(index, tuple(f"Binary/{id}" for id in pinned)), found))
            if found != NOTHING:
                ways.append(Has(type, index, found))
        return any_of(ways)


ATTACHED = (("DocumentReference", "location"), ("Communication", "attachment"))
"""Types that point to content, and the parameter that says to which."""
SOLE = frozenset(("patient", "subject", "beneficiary", "individual"))
"""Parameters that place a resource with the persons searched for: they say whom it is about."""
SHARED = frozenset(
    [
        "Appointment",
        "AppointmentResponse",
        "AuditEvent",
        "Contract",
        "Person",
        "Provenance",
        "Schedule",
    ]
)
"""Types that may be about several persons."""


_NONE: frozenset[str] = frozenset()


def _ways(free: frozenset[str], reached: Mapping[Filter, frozenset[str]]) -> Iterator[Filter]:
    """Give the alternatives: what is free to see, and what of patients is on a condition.

    The first condition shares one list with what is free: the database looks one list up, where it
    would plan each of two alternatives apart.
    """
    if not reached:
        yield Marked(free)
    for number, (condition, patients) in enumerate(reached.items()):
        if number:
            yield all_of((Marked(patients), condition))
        else:
            yield all_of((Marked(free | patients), any_of((Marked(free), condition))))


def _subjects(type: str, filter: Filter) -> frozenset[str] | None:
    """Give the persons that a search is bound to, so that no more need be looked for.

    None where it is not, or where what it finds may be about others too.
    """
    if type in SHARED:
        return None
    for part in filter.children if isinstance(filter, AllOf) else (filter,):
        if type == "Patient" and isinstance(part, Ids):
            return frozenset(f"Patient/{id}" for id in part.ids)
        if type != "Patient" and isinstance(part, Reference) and part.index in SOLE:
            return frozenset(part.targets)
    return None


def _ids(filter: Filter) -> tuple[str, ...] | None:
    for part in filter.children if isinstance(filter, AllOf) else (filter,):
        if isinstance(part, Ids):
            return part.ids
    return None
