"""What Consents in force say: oppositions, and permits for those outside the team.

A Consent is judged for one caller. Its outer provision decides where it applies, a nested one is an
exception from it; under a policy of opting out, what it does not permit is denied.

https://hl7.org/fhir/R4/consent.html
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cordee.access.period import Clock
from cordee.access.provision import Eyes, Rule, actors, judged, meant, purposes, sense
from cordee.resource import json
from cordee.resource.reference import Reference as Target
from cordee.resource.types import Resource
from cordee.search.filter import Filter, Marked, Reference, Token, all_of
from cordee.search.marks import OPPOSES, provision, provisions
from cordee.store.port import Query, Reader, Version

EMERGENCY = "emrgonly"
"""The category of the Consents that stand for a broken glass."""
CATEGORIES = "http://terminology.hl7.org/CodeSystem/consentcategorycodes"
GLASS = "BTG"
"""The purpose of use of a broken glass (v3 ActReason)."""
CARE = frozenset(("TREAT", "CAREMGT", "COC", "ETREAT", "CLINTRCH", "COVERAGE", "PATRQT", "FAMRQT"))
"""Purposes of use that what happens here may have; a provision for others alone says nothing."""
SHARING = "patient-privacy"
OTHER_SCOPES = frozenset(("adr", "research", "treatment"))
"""Scopes of Consents that do not say who may see what: directives, research, care agreed to."""


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
    found = (_placed(version) for version in page.matches)
    return [consent for consent in found if _is_about_sharing(consent)]


def _placed(version: Version) -> Resource:
    """Read a Consent; its patient as the store has it, however the reference is written."""
    consent = json.parse(version.body)
    owners = [name for name in version.compartments if name.startswith("Patient/")]
    return consent | ({"patient": {"reference": owners[0]}} if len(owners) == 1 else {})


def rulings(consents: Iterable[Resource], eyes: Eyes) -> Iterator[Ruling]:
    """Judge Consents for a caller."""
    for consent in consents:
        patient = consent.get("patient", {}).get("reference")
        rule = judged(_outer(consent), "permit", eyes)
        if patient and rule is not None:
            target = Target.parse(patient).versionless
            yield Ruling(target, rule, emergency=_is_emergency(consent))


def forbids_emergency(consents: Iterable[Resource], parties: Collection[str], clock: Clock) -> bool:
    """Tell whether a patient keeps the caller out even of emergencies.

    A general opposition gives way to an emergency; one that names the purpose, or the caller, does
    not (CSP L1111-17).
    """
    return any(
        sense(rule, "permit") == "deny"
        and clock.covers(rule.get("period"))
        and meant(rule, CARE | {GLASS}, "deny")
        and (not (named := actors(rule)) or None in named or not named.isdisjoint(parties))
        and (named or GLASS in purposes(rule))
        for consent in consents
        for rule in provisions(consent)
    )


def _outer(consent: Resource) -> Any:
    """Give the outer provision; what changes the meaning of the whole changes that one's."""
    said = provision(consent)
    if "modifierExtension" in consent and isinstance(said, dict):
        return said | {"modifierExtension": consent["modifierExtension"]}
    return said


def _is_about_sharing(consent: Resource) -> bool:
    codes = {coding.get("code") for coding in consent.get("scope", {}).get("coding", ())}
    return SHARING in codes or codes.isdisjoint(OTHER_SCOPES)


def _is_emergency(consent: Resource) -> bool:
    return any(
        coding.get("code") == EMERGENCY and coding.get("system") == CATEGORIES
        for concept in consent.get("category", ())
        for coding in concept.get("coding", ())
    )
