"""Pairs of records that may be one person's, found patient by patient.

https://hl7.org/fhir/R4/patient.html#maiden
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from cordee.access.caller import ANONYMOUS, Caller
from cordee.access.narrowing import narrow
from cordee.interactions.services import Services
from cordee.operations.matching.candidates import candidates, merged
from cordee.operations.matching.facts import facts
from cordee.operations.matching.score import score
from cordee.resource import json
from cordee.search.filter import EVERYTHING
from cordee.store.port import Query, Version

PAGE = 200


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records, the smaller id first, with the score and grade they earn together."""

    one: str
    other: str
    score: float
    grade: str


@dataclass(frozen=True, slots=True)
class Stage:
    """The pairs of one page of patients; `after` is where the next page begins, None at the end."""

    pairs: tuple[Pair, ...]
    patients: int
    after: str | None


async def duplicates(
    services: Services,
    *,
    least: float,
    after: str | None = None,
    caller: Caller = ANONYMOUS,
) -> AsyncIterator[Stage]:
    """Iterate over all patients, by id, from a position on; each pair comes once."""
    everybody = narrow(services.policy, caller, ("Patient",), EVERYTHING)
    query = Query(("Patient",), everybody, count=PAGE, after=after)
    while True:
        page = await services.store.search(query)
        pairs: list[Pair] = []
        for version in page.matches:
            pairs.extend(await _pairs(services, caller, version, least))
        yield Stage(tuple(pairs), len(page.matches), page.next)
        if page.next is None:
            return
        query = Query(query.types, query.filter, count=PAGE, after=page.next)


async def _pairs(services: Services, caller: Caller, version: Version, least: float) -> list[Pair]:
    patient = json.parse(version.body)
    if merged(patient):
        return []
    who = facts(patient)
    found = []
    for other, resource in await candidates(services, caller, who, but=version.id):
        if other.id < version.id:
            continue  # told when that one's turn was
        earned = score(who, facts(resource))
        if earned.value >= least:
            found.append(Pair(version.id, other.id, earned.value, earned.grade))
    return sorted(found, key=lambda pair: (-pair.score, pair.other))
