"""What one caller may reach, compiled to filters: kept in memory as long as it holds.

https://hl7.org/fhir/R4/security.html#access
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from cordee.access.audience import Audience
from cordee.access.belonging import belonging
from cordee.access.consent import Ruling
from cordee.access.period import NEVER
from cordee.access.provision import Verdict
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

    def opening(self, patients: Iterable[str]) -> "Grants":
        """Give the same with patients whose record begins now."""
        return replace(self, founded=self.founded | frozenset(patients), _limits={})

    def limit(self, type: str, filter: Filter = EVERYTHING) -> Filter:
        """Give what restricts a search by `filter` to what may be seen of a type."""
        if self.everything or belonging(type) == "open":
            return EVERYTHING if self.everything or self.parties or self.writer else NOTHING
        if belonging(type) == "binary":
            return self._binary(filter)
        only = _subjects(type, filter)
        if only is not None:
            return self._seen(type, only)
        known = self._limits.get(type)
        if known is None:
            known = self._limits[type] = self._seen(type, None)
        return known

    def writable(self, type: str) -> frozenset[str]:
        """Give the patients to whose record something of a type may be added."""
        found = set(self.founded)
        for reach in self.reaches:
            if reach.writing and reach.audience.writes(type):
                found |= self._patients(reach, type)
        return frozenset(found)

    def only_own(self, type: str, owners: frozenset[str]) -> bool:
        """Tell whether of these patients' resources the caller changes only those they wrote."""
        freely = set(self.founded)
        for reach in self.reaches:
            if reach.writing and reach.audience.writes(type) and not reach.audience.own:
                freely |= self._patients(reach, type)
        return not owners <= freely

    def wrote(self, extraction: Extraction) -> bool:
        """Tell whether the caller is the author."""
        return self.writer is not None and BY + self.writer in extraction.marks

    def _own(self) -> frozenset[str]:
        stamps = {BY + self.writer} if self.writer else set()
        return frozenset(stamps | {TO + party for party in self.parties})

    def _seen(self, type: str, only: frozenset[str] | None) -> Filter:
        rule, own = belonging(type), self._own()
        if rule == "private" or not own:
            return Marked(own) if own else NOTHING
        free = own | {NOBODY} if rule == "free" else own
        reached: dict[Filter, frozenset[str]] = {}
        for reach in self._reaches(type):
            if rule == "trace" and not reach.owner:
                continue
            patients = self._patients(reach, type, only)
            if patients:
                told = EVERYTHING if reach.owner else self._told(type)
                condition = all_of((Not(Marked(reach.audience.hidden)), told))
                reached[condition] = reached.get(condition, _NONE) | patients
        return any_of((*_ways(free, reached), *self._shown(type, only)))

    def _shown(self, type: str, only: frozenset[str] | None) -> Iterator[Filter]:
        """Give the single resources that a Consent shows to the caller, outside the team."""
        if self.outside is None or not self.outside.sees(type):
            return
        denied = self._ruled("deny", type)
        for ruling in self.rulings:
            ids = () if ruling.emergency else ruling.rule.named(type)
            if ids and ruling.patient not in denied and (only is None or ruling.patient in only):
                patient = Marked(frozenset((ruling.patient,)))
                hidden = Not(Marked(self.outside.hidden))
                yield all_of((patient, Ids(ids), hidden, self._told(type)))

    def _told(self, type: str) -> Filter:
        """Leave out messages that go to others by name: a circle does not read them along."""
        if type != "Communication":
            return EVERYTHING
        named = Marked(frozenset(FOR + party for party in self.parties))
        return any_of((Not(Marked(frozenset((ADDRESSED,)))), named))

    def _reaches(self, type: str) -> Iterable[Reach]:
        yield from (reach for reach in self.reaches if reach.audience.sees(type))
        if self.outside is not None and self.outside.sees(type):
            yield Reach(self.outside, self._ruled("permit", type), writing=False)

    def _patients(
        self, reach: Reach, type: str, only: frozenset[str] | None = None
    ) -> frozenset[str]:
        patients = reach.patients if only is None else only & reach.patients
        return patients - self._ruled("deny", type) if reach.opposable else patients

    def _ruled(self, verdict: Verdict, type: str) -> frozenset[str]:
        return frozenset(
            ruling.patient
            for ruling in self.rulings
            if not ruling.emergency and ruling.rule.on(type) == verdict
        )

    def _binary(self, filter: Filter) -> Filter:
        pinned = _ids(filter)
        ways: list[Filter] = [Marked(self._own())] if self._own() else []
        for type, index in ATTACHED:
            found = self.limit(type)
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
