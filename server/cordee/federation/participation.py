"""Participants of a CareTeam as entries of a federated circle, and back.

An entry is one member in one role, with all their stays there. What a stay says beside member and
role (period, on whose behalf, extensions) is its value; how a member is displayed is each server's
own.

https://hl7.org/fhir/R4/careteam-definitions.html#CareTeam.participant
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cordee.coordination.membership import participants
from cordee.federation.edition import stays, value_of
from cordee.federation.member import Element, Member, identifier, normal
from cordee.resource import json
from cordee.resource.folding import fold
from cordee.resource.types import Resource

SEPARATOR = "\t"
"""Between member and role in the key of an entry; no identifier holds it."""


def entry_key(member: str, roles: Sequence[Element]) -> str:
    """Give the key of a member's entry in a role: codes count, else words."""
    names = {name for role in roles for name in _codes(role)}
    return SEPARATOR.join((member, ",".join(sorted(names))))


def member_of(key: str) -> str:
    """Give the member's key of an entry's."""
    return key.partition(SEPARATOR)[0]


def _codes(role: Element) -> Iterable[str]:
    codings = role.get("coding", ())
    for coding in codings:
        yield f"{coding.get('system', '')}|{coding.get('code', '')}"
    if not codings:
        yield fold(role.get("text", ""))


def references(team: Resource) -> list[str]:
    """Give the local references that participants and structures are named by."""
    return [
        reference
        for stay in participants(team)
        for element in ("member", "onBehalfOf")
        if (reference := stay.get(element, {}).get("reference"))
    ]


def entries(team: Resource, known: Mapping[str, Member]) -> dict[str, bytes]:
    """Give key → value of the participants that are known by more than a local reference."""
    found: dict[str, list[Element]] = {}
    for stay in participants(team):
        key = key_of(stay, known)
        if key is not None:
            found.setdefault(key, []).append(told(stay, known))
    return {key: value_of(several) for key, several in found.items()}


def key_of(stay: Element, known: Mapping[str, Member]) -> str | None:
    """Give the key of a participant's entry; None for one who cannot be named to others."""
    who = known.get(stay.get("member", {}).get("reference", ""))
    return None if who is None else entry_key(who.key, stay.get("role", ()))


def told(stay: Element, known: Mapping[str, Member]) -> Element:
    """Give a stay in words that others understand, without its member."""
    made = {name: value for name, value in stay.items() if name not in ("member", "onBehalfOf")}
    behalf = stay.get("onBehalfOf")
    if behalf is not None:
        made["onBehalfOf"] = _structure(behalf, known)
    return made


def _structure(behalf: Element, known: Mapping[str, Member]) -> Element:
    structure = known.get(behalf.get("reference", ""))
    if structure is not None:
        return {"identifier": structure.described["identifier"][0]}
    name = normal(behalf.get("identifier", {}))
    return {"identifier": identifier(name)} if name else {"display": behalf.get("display", "?")}


def rendered(
    team: Resource,
    wanted: Mapping[str, bytes],
    known: Mapping[str, Member],
    local: Mapping[str, str],
) -> Resource:
    """Give the team with every entry as wanted; what says so already stays as it is, where it is.

    `known` tells who the team's references are, `local` the reference of each member and structure
    by key. Participants that are no entry stay.
    """
    left = {key: stays(value) for key, value in wanted.items()}
    kept: list[Element] = []
    places: dict[str, int] = {}
    for stay in participants(team):
        key = key_of(stay, known)
        if key is None or key not in left:
            kept.append(stay)
        elif (said := _same(told(stay, known), left[key])) is not None:
            left[key].remove(said)
            kept.append(stay)
            places[key] = len(kept)
        else:
            places.setdefault(key, len(kept))
    at = len(kept)
    added = sorted((places.get(key, at), key) for key, more in left.items() if more)
    for place, key in reversed(added):
        kept[place:place] = [_written(key, said, local) for said in left[key]]
    return team | {"participant": kept} if kept else team


def _same(said: Element, several: Sequence[Element]) -> Element | None:
    text = json.canonical(said)
    return next((each for each in several if json.canonical(each) == text), None)


def _written(key: str, said: Element, local: Mapping[str, str]) -> Element:
    """Write a stay with local references."""
    found: dict[str, Any] = {**said, "member": {"reference": local[member_of(key)]}}
    behalf = said.get("onBehalfOf", {}).get("identifier")
    if behalf is not None:
        reference = local.get(structure_key(behalf))
        found["onBehalfOf"] = {"reference": reference} if reference else {"identifier": behalf}
    order = ("id", "extension", "modifierExtension", "role", "member", "onBehalfOf", "period")
    return {name: found[name] for name in order if name in found}


def structure_key(behalf: Element) -> str:
    """Give the key of the structure that an identifier names."""
    return f"Organization|{behalf.get('system', '')}|{behalf.get('value', '')}"
