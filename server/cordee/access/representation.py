"""Whom a RelatedPerson speaks for: legal representatives, and parents while the child is a minor.

https://hl7.org/fhir/R4/relatedperson.html
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from cordee.access.period import Clock
from cordee.resource import json
from cordee.resource.date_interval import interval
from cordee.resource.types import Resource
from cordee.store.port import Reader

LEGAL = frozenset(("GUARD", "RESPRSN", "GUADLTM", "POWATT", "DPOWATT", "HPOWATT", "SPOWATT"))
"""Codes of RelatedPerson.relationship (TRE_R260, TRE_R216, v3 RoleCode) that need no more."""
PARENTS = frozenset(["PRN", "MTH", "FTH", "NPRN", "NMTH", "NFTH", "ADOPTP", "ADOPTM", "ADOPTF"])
"""Parents speak for a minor; step-parents do not by that alone (Code civil, 371-1)."""
MAJORITY = 18


async def represented(reader: Reader, persons: Iterable[str], clock: Clock) -> frozenset[str]:
    """Give the patients whom the RelatedPersons ("RelatedPerson/1") legally speak for now."""
    keys = [("RelatedPerson", name.partition("/")[2]) for name in persons]
    found: set[str] = set()
    children: set[str] = set()
    for version in (await reader.read_many(keys)).values() if keys else ():
        person = json.parse(version.body)
        patient = person.get("patient", {}).get("reference")
        if not patient or person.get("active") is False or not clock.covers(person.get("period")):
            continue
        codes = set(_codes(person))
        if codes & LEGAL:
            found.add(patient)
        elif codes & PARENTS:
            children.add(patient)
    return frozenset(found | await _minors(reader, children, clock))


def _codes(person: Resource) -> Iterator[str]:
    for concept in person.get("relationship", ()):
        for coding in concept.get("coding", ()):
            if isinstance(coding.get("code"), str):
                yield coding["code"]


async def _minors(reader: Reader, patients: Iterable[str], clock: Clock) -> set[str]:
    keys = [("Patient", name.partition("/")[2]) for name in patients]
    found: set[str] = set()
    for version in (await reader.read_many(keys)).values() if keys else ():
        born = interval(json.parse(version.body).get("birthDate") or "")
        if born is None:
            continue
        day = datetime.fromtimestamp(born[0] / 1000, UTC)
        # Who is born on the 29th of February comes of age on the 1st of March.
        month, number = (3, 1) if (day.month, day.day) == (2, 29) else (day.month, day.day)
        come_of_age = datetime(day.year + MAJORITY, month, number, tzinfo=UTC)
        edge = int(come_of_age.timestamp() * 1000)
        clock.turn(edge)
        if clock.now < edge:
            found.add(f"Patient/{version.id}")
    return found
