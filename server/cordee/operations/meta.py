"""The parts of `Meta` that clients may change: profiles, tags and security labels, as sets.

https://hl7.org/fhir/R4/resource.html#Meta
"""

from collections.abc import Hashable, Iterable
from typing import Any

Meta = dict[str, Any]

SETS = ("profile", "security", "tag")
"""The elements of Meta that are sets."""


def identity(member: Any) -> Hashable:
    """Tell members apart: profiles by url, codings by system and code."""
    return (member.get("system"), member.get("code")) if isinstance(member, dict) else member


def union(metas: Iterable[Meta]) -> Meta:
    """Gather all members, each once, in the order met."""
    found: dict[str, dict[Hashable, Any]] = {name: {} for name in SETS}
    for meta in metas:
        for name in SETS:
            for member in meta.get(name, ()):
                found[name].setdefault(identity(member), member)
    return {name: list(members.values()) for name, members in found.items() if members}


def add(meta: Meta, more: Meta) -> Meta:
    """Give `meta` with the members of `more`; the rest of `meta` stays."""
    return {**meta, **union([meta, more])}


def remove(meta: Meta, less: Meta) -> Meta:
    """Give `meta` without the members of `less`; those it does not have are ignored."""
    gone = {name: {identity(member) for member in less.get(name, ())} for name in SETS}
    kept = {
        name: [member for member in meta.get(name, ()) if identity(member) not in gone[name]]
        for name in SETS
    }
    rest = {name: value for name, value in meta.items() if name not in SETS}
    return rest | {name: members for name, members in kept.items() if members}
