"""What Consents in force say: oppositions, and permits for those outside the team.

A Consent is judged for one caller and one type. Its outer provision decides where it applies,
a nested one is an exception from it. What cannot be held exactly (parts of the record by code, by
label, by date) denies everything if it denies, and permits nothing if it permits.

https://hl7.org/fhir/R4/consent.html
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from cordee.access.period import Clock
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.filter import Filter, Marked, Reference, Token, all_of
from cordee.search.marks import OPPOSES, provisions
from cordee.store.port import Query, Reader

Verdict = Literal["deny", "permit"]

EMERGENCY = "emrgonly"
"""The category of the Consents that stand for a broken glass."""
CATEGORIES = "http://terminology.hl7.org/CodeSystem/consentcategorycodes"
GLASS = "BTG"
"""The purpose of use of a broken glass (v3 ActReason)."""
CARE = frozenset(("TREAT", "CAREMGT", "COC", "ETREAT", "CLINTRCH", "COVERAGE", "PATRQT", "FAMRQT"))
"""Purposes of use that what happens here may have; a provision for others alone says nothing."""
_INEXACT = ("securityLabel", "code", "dataPeriod", "data")


@dataclass(frozen=True, slots=True)
class Rule:
    """A provision as it concerns one caller: what it says, of which types (none: of all)."""

    says: Verdict | None
    types: frozenset[str]
    exceptions: tuple["Rule", ...]

    def on(self, type: str) -> Verdict | None:
        """Give what it says of a type; None where it says nothing."""
        if self.types and type not in self.types:
            return None
        verdict = self.says
        for exception in self.exceptions:
            verdict = exception.on(type) or verdict
        return verdict


@dataclass(frozen=True, slots=True)
class Ruling:
    """A Consent as it concerns one caller at one moment."""

    patient: str
    rule: Rule
    emergency: bool = False


async def of_callers(reader: Reader, parties: Collection[str]) -> list[Resource]:
    """Give the active Consents that name one of the parties as an actor."""
    return await _consents(reader, Reference("actor", tuple(parties))) if parties else []


async def oppositions(reader: Reader, patients: Collection[str]) -> list[Resource]:
    """Give the active Consents of patients that deny something."""
    if not patients:
        return []
    opposing = Marked(frozenset((OPPOSES,)))
    return await _consents(reader, all_of((opposing, Marked(frozenset(patients)))))


async def _consents(reader: Reader, filter: Filter) -> list[Resource]:
    active = Token("status", None, "active")
    page = await reader.search(Query(("Consent",), all_of((filter, active)), count=None))
    return [json.parse(version.body) for version in page.matches]


def rulings(
    consents: Iterable[Resource], parties: Collection[str], clock: Clock, purposes: frozenset[str]
) -> Iterator[Ruling]:
    """Judge Consents for the caller whom `parties` stand for, acting for one of `purposes`."""
    for consent in consents:
        patient = consent.get("patient", {}).get("reference")
        rule = _rule(consent.get("provision"), "permit", parties, clock, purposes)
        if patient and rule is not None:
            yield Ruling(patient, rule, emergency=_is_emergency(consent))


def _rule(
    provision: Any,
    default: Verdict,
    parties: Collection[str],
    clock: Clock,
    purposes: frozenset[str],
) -> Rule | None:
    if not isinstance(provision, dict):
        return None
    says = _says(provision, default)
    named = _named(provision)
    if not _meant(provision, purposes) or not clock.covers(provision.get("period")):
        return None
    if named and named.isdisjoint(parties):
        return None
    if any(provision.get(name) for name in _INEXACT) and says == "permit":
        return None
    types = frozenset(
        str(coding.get("code")) for coding in provision.get("class", ()) if coding.get("code")
    )
    opposite: Verdict = "permit" if says == "deny" else "deny"
    nested = (
        _rule(each, opposite, parties, clock, purposes) for each in provision.get("provision", ())
    )
    # A permit to nobody in particular widens nothing: the circle is who it is meant for.
    open_to_all = says == "permit" and not named
    exceptions = tuple(each for each in nested if each is not None)
    return Rule(None if open_to_all else says, types, exceptions)


def forbids_emergency(consents: Iterable[Resource], parties: Collection[str], clock: Clock) -> bool:
    """Tell whether a patient keeps the caller out even of emergencies.

    A general opposition gives way to an emergency; one that names the purpose, or the caller, does
    not (CSP L1111-17).
    """
    return any(
        _says(rule, "permit") == "deny"
        and clock.covers(rule.get("period"))
        and _meant(rule, CARE | {GLASS})
        and (not (named := _named(rule)) or not named.isdisjoint(parties))
        and (named or GLASS in _purposes(rule))
        for consent in consents
        for rule in provisions(consent)
    )


def _says(provision: Resource, default: Verdict) -> Verdict:
    return "deny" if provision.get("type", default) == "deny" else "permit"


def _purposes(provision: Resource) -> set[Any]:
    return {coding.get("code") for coding in provision.get("purpose", ())}


def _meant(provision: Resource, purposes: frozenset[str]) -> bool:
    wanted = _purposes(provision)
    return not wanted or not wanted.isdisjoint(purposes)


def _named(provision: Resource) -> set[Any]:
    return {actor.get("reference", {}).get("reference") for actor in provision.get("actor", ())}


def _is_emergency(consent: Resource) -> bool:
    return any(
        coding.get("code") == EMERGENCY and coding.get("system") == CATEGORIES
        for concept in consent.get("category", ())
        for coding in concept.get("coding", ())
    )
