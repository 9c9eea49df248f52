"""What a provision of a Consent is about: classes, codes, labels, a time, single resources.

Each criterion makes a region of every type: the traits of versions (`search.traits`) say what is in
it. Where they do not tell, a resource may be in it, and is not for certain. All criteria must hold.

https://hl7.org/fhir/R4/consent-definitions.html#Consent.provision
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from cordee.access.period import NEVER, ends
from cordee.access.region import NOWHERE, UNSURE, WHOLE, Region, both, but, either, join, meet
from cordee.resource.reference import Reference
from cordee.resource.types import Resource
from cordee.search import traits
from cordee.search.filter import Filter, Ids, TraitBetween, Traits
from cordee.terminology.family import Families

Criterion: TypeAlias = Callable[[str], Region]
"""Type → what of it the criterion is about."""

TYPES = "http://hl7.org/fhir/resource-types"
ABSTRACT = frozenset(("DomainResource", "Resource"))
LEVELS = ("U", "L", "M", "N", "R", "V")
"""Of confidentiality, from the least on: a label speaks of its own level and those below."""
MARKED_OUT = frozenset(("R", "V"))
"""Levels that nothing has that is not labelled: what has no label is normal."""
TIMELESS = "Patient"
"""Who somebody is belongs to no time."""

_KNOWN = Traits(frozenset((traits.KNOWN,)))


def criteria(provision: Resource, families: Families) -> Criterion:
    """Compile what a provision is about."""
    if "modifierExtension" in provision:
        return _unsure
    found = [
        read(provision[name], families) if provision[name] else _unsure
        for name, read in _READERS.items()
        if name in provision
    ]
    return partial(_all_of, tuple(found))


def _all_of(found: Sequence[Criterion], type: str) -> Region:
    return meet(*(criterion(type) for criterion in found)) if found else WHOLE


def _unsure(_type: str) -> Region:
    return UNSURE


def _classes(rows: Sequence[Resource], families: Families) -> Criterion:
    types = {row["code"] for row in rows if _is_type(row, families)}
    others = join(
        NOWHERE,
        *(
            UNSURE if row.get("system", TYPES) == TYPES else _coding(row, families)
            for row in rows
            if not _is_type(row, families)
        ),
    )

    def criterion(type: str) -> Region:
        return WHOLE if type in types else others

    return criterion


def _is_type(row: Resource, families: Families) -> bool:
    code = row.get("code")
    if row.get("system", TYPES) != TYPES or not isinstance(code, str) or code in ABSTRACT:
        return False
    return families(TYPES, code) is not None


def _codes(rows: Sequence[Resource], families: Families) -> Criterion:
    found = join(*(_concept(row, families) for row in rows))
    return lambda _type: found


def _concept(concept: Resource, families: Families) -> Region:
    codings = concept.get("coding")
    return join(*(_coding(each, families) for each in codings)) if codings else UNSURE


def _coding(coding: Resource, families: Families) -> Region:
    """Give what has a code, or one below: of the rest only what is coded in the same system."""
    known = traits.sure(coding)
    if known is None:
        return UNSURE
    system, code = known
    family = families(system, code)
    sure = _main(system, family.below if family else (code,))
    if family is None:
        return Region(UNSURE.wide, sure)
    inside = _starting(traits.MAIN + system)
    told = either(inside, Traits(frozenset((traits.BARE,))))
    found = Traits(frozenset(traits.CODE + each.lower() for each in family.related))
    strange: Filter = NOWHERE.wide
    if family.apart is not None:
        strange = _starting(traits.MAIN + system, _all(traits.MAIN, system, family.apart))
    return Region(but(both(_KNOWN, told, but(found), but(strange))), sure)


def _main(system: str, codes: Iterable[str]) -> Filter:
    return Traits(_all(traits.MAIN, system, codes))


def _all(kind: str, system: str, codes: Iterable[str]) -> frozenset[str]:
    return frozenset(kind + traits.coded(system, code) for code in codes)


def _starting(start: str, besides: frozenset[str] = frozenset()) -> TraitBetween:
    return TraitBetween(start + traits.BAR, start + traits.AFTER, besides)


def _labels(rows: Sequence[Resource], families: Families) -> Criterion:
    found = [_label(row, families) for row in rows]
    # Whether several labels must all be there is not said: one may be enough, all are for certain.
    whole = Region(either(*(each.wide for each in found)), both(*(each.sure for each in found)))
    return lambda _type: whole


def _label(coding: Resource, families: Families) -> Region:
    """Give what bears a label, or one below."""
    known = traits.sure(coding)
    if known is None:
        return UNSURE
    system, code = known
    if system == traits.CONFIDENTIALITY and code in LEVELS:
        return _level(code)
    family = families(system, code)
    sure = Traits(_all(traits.LABEL, system, family.below if family else (code,)))
    if family is None:  # any label may be one below it
        found: Filter = _reaching(traits.LABEL_CODE)
    else:
        codes = frozenset(traits.LABEL_CODE + each.lower() for each in family.related | {""})
        apart = _all(traits.LABEL, system, family.apart or ())
        found = either(Traits(codes), _starting(traits.LABEL + system, apart))
    return Region(but(both(_KNOWN, but(found))), sure)


def _level(code: str) -> Region:
    """Give what is as confidential as that, or less; a denial of it denies more, too."""
    place = LEVELS.index(code)
    system = traits.CONFIDENTIALITY
    sure = both(
        Traits(_all(traits.LABEL, system, LEVELS[: place + 1])),
        but(Traits(_all(traits.LABEL, system, LEVELS[place + 1 :]))),
    )
    if code not in MARKED_OUT:
        return Region(UNSURE.wide, sure)
    bare = Traits(frozenset(traits.LABEL_CODE + each.lower() for each in ("", *LEVELS)))
    found = either(bare, _starting(traits.LABEL + system))
    return Region(but(both(_KNOWN, but(found))), sure)


def _period(period: object, _families: Families) -> Criterion:
    """Give what is about a time: a denial is of what touches it, a permit of what lies within."""
    found = ends(period)
    if found is None or found == (-NEVER, NEVER):
        return _unsure
    start, end = found
    dated = _reaching(traits.FROM)
    touching = both(_reaching(traits.FROM, before=end), _reaching(traits.TO, since=start + 1))
    last = None if end == NEVER else end + 1
    inside = both(_reaching(traits.FROM, since=start), _reaching(traits.TO, before=last))
    region = Region(but(both(_KNOWN, dated, but(touching))), inside)

    def criterion(type: str) -> Region:
        return NOWHERE if type == TIMELESS else region

    return criterion


def _reaching(kind: str, *, since: int | None = None, before: int | None = None) -> TraitBetween:
    low = kind if since is None else kind + traits.moment(since)
    high = kind[:-1] + ";" if before is None else kind + traits.moment(before)
    return TraitBetween(low, high)


def _data(rows: Sequence[Resource], _families: Families) -> Criterion:
    """Give single resources; what belongs to them, or comes from somebody, cannot be told."""
    named = [_instance(row) for row in rows]
    exact = None not in named

    def criterion(type: str) -> Region:
        if not exact:
            return UNSURE
        ids = tuple(each.id for each in named if each and each.id and each.type == type)
        return Region(UNSURE.wide, Ids(ids)) if ids else Region(UNSURE.wide, NOWHERE.sure)

    return criterion


def _instance(row: Resource) -> Reference | None:
    held = row.get("reference")
    text = held.get("reference") if isinstance(held, Mapping) else None
    parsed = Reference.parse(text) if isinstance(text, str) else None
    if row.get("meaning") != "instance" or parsed is None or parsed.kind != "relative":
        return None
    return parsed


_READERS: Mapping[str, Callable[[Any, Families], Criterion]] = {
    "class": _classes,
    "code": _codes,
    "securityLabel": _labels,
    "dataPeriod": _period,
    "data": _data,
}
"""Element of a provision → what compiles it."""
