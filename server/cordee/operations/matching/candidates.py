"""Who might be the same person: found through indexes, never by reading everybody.

By identifier; by birth date, day and month perhaps swapped, with the start or the sound of a name;
by the sounds of family and given name, whatever the date.

Référentiel national d'identitovigilance: a search is by birth date and the first letters of a name.
https://hl7.org/fhir/R4/patient-operation-match.html
"""

from collections.abc import Iterable, Iterator, Sequence

from cordee.access.caller import Caller
from cordee.access.narrowing import narrow
from cordee.interactions.services import Services
from cordee.operations.matching.facts import Facts
from cordee.operations.matching.names import Words, bare
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.filter import EVERYTHING, AnyOf, Filter, all_of, any_of
from cordee.search.parse import parse_query
from cordee.search.types.phonetic import keys
from cordee.store.port import Query, Version

MOST = 300
"""Candidates of one way to find them: beyond, the question says too little."""
LETTERS = 3


async def candidates(
    services: Services, caller: Caller, who: Facts, *, but: str | None = None
) -> list[tuple[Version, Resource]]:
    """Give the living Patients that may be the person, as far as the caller may see them.

    Those that were merged into another are left out; `but` is an id that is not asked for.
    """
    found: dict[str, Version] = {}
    for way in ways(services, who):
        limited = narrow(services.policy, caller, ("Patient",), way)
        page = await services.store.search(Query(("Patient",), limited, count=MOST))
        found |= {version.id: version for version in page.matches if version.id != but}
    read = ((version, json.parse(version.body)) for version in found.values())
    return [(version, patient) for version, patient in read if not merged(patient)]


def merged(patient: Resource) -> bool:
    """Tell whether a record ended when it was merged into another."""
    return any(
        isinstance(link, dict) and link.get("type") == "replaced-by"
        for link in patient.get("link", ())
    )


def ways(services: Services, who: Facts) -> Iterator[Filter]:
    """Give the searches that find whom a person may be; none when nothing is known."""
    known = sorted(who.identifiers | who.former_ins | ({who.ins} if who.ins else set()))
    if known:
        yield _any(services, "identifier", (f"{system}|{value}" for system, value in known))
    families, givens = _heads(who.families), _heads(who.givens)
    if who.birth_date and (families or givens):
        dates = _any(services, "birthdate", _dates(who.birth_date))
        yield all_of((dates, _names(services, (*families, *givens))))
    sounds = [_sound(services, heads) for heads in (families, givens) if heads]
    if len(sounds) == 2 and EVERYTHING not in sounds:
        yield all_of(sounds)


def _names(services: Services, heads: Sequence[str]) -> Filter:
    starts = [head[:LETTERS] for head in heads]
    sides = (
        _any(services, "family", starts),
        _any(services, "given", starts),
        _sound(services, heads),
    )
    return any_of([side for side in sides if side != EVERYTHING])


def _sound(services: Services, heads: Sequence[str]) -> Filter:
    """Match names that sound like one of these; everything when none of them sounds."""
    heard = [head for head in heads if len(head) > 1 and keys(head)]
    return _any(services, "phonetic", heard) if heard else EVERYTHING


def _any(services: Services, code: str, values: Iterable[str]) -> Filter:
    escaped = [value.replace("\\", "\\\\").replace(",", "\\,") for value in values]
    parsed = [
        parse_query(services.registry, "Patient", ((code, value),), "strict").filter
        for value in dict.fromkeys(escaped)
    ]
    return parsed[0] if len(parsed) == 1 else AnyOf(tuple(parsed))


def _heads(names: Iterable[Words]) -> tuple[str, ...]:
    """Give the words that names are recognised by, particles left out."""
    return tuple(dict.fromkeys(word for name in names for word in bare(name)))


def _dates(date: str) -> tuple[str, ...]:
    year, *rest = date.split("-")
    if len(rest) == 2 and int(rest[1]) <= 12:
        return date, f"{year}-{rest[1]}-{rest[0]}"
    return (date,)
