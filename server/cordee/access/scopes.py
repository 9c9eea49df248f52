"""SMART on FHIR scopes: what an access token lets its bearer do, by type and by search.

`patient/Observation.rs?category=vital-signs` lets read and search some observations of the patient
in context; `user/` is what the user may see, `system/` what software may do by itself. Scopes of
version 1 (`.read`, `.write`, `.*`) are read as those of version 2 that they stand for.

https://hl7.org/fhir/smart-app-launch/STU2.1/scopes-and-launch-context.html
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import parse_qsl

from cordee.access.caller import Caller
from cordee.access.policy import Action
from cordee.errors import Category, FhirError

Level = Literal["patient", "user", "system"]
Permission = Literal["c", "r", "u", "d", "s"]
"""Create, read (versions and an instance's history too), update, delete, search (histories too)."""

VERSION_1 = {"read": "rs", "write": "cud", "*": "cruds"}
"""What a permission of version 1 is in version 2."""
WRITES: dict[Action, Permission] = {"create": "c", "update": "u", "patch": "u", "delete": "d"}
"""What a write needs; an update that creates is an update."""
LEVELS: tuple[Level, ...] = ("patient", "user", "system")

_SCOPE = re.compile(
    r"(?P<level>patient|user|system)/(?P<type>\*|[A-Z][A-Za-z]+)"
    r"\.(?P<may>read|write|\*|(?=[cruds])c?r?u?d?s?)(?:\?(?P<query>.+))?"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope on resources; `type` may be `*`, `query` are the search parameters that narrow."""

    level: Level
    type: str
    permissions: frozenset[str]
    query: tuple[tuple[str, str], ...] = ()

    def covers(self, type: str) -> bool:
        """Tell whether the scope speaks of a resource type."""
        return self.type in ("*", type)


def on_resources(scopes: Iterable[str]) -> frozenset[str]:
    """Leave out what is not about resources: `openid`, `launch/patient`, an issuer's own."""
    return frozenset(each for each in scopes if each.partition("/")[0] in LEVELS and "/" in each)


@lru_cache(maxsize=1024)
def parse(scopes: frozenset[str]) -> tuple[Scope, ...]:
    """Read scopes; those that are no scopes on resources grant nothing and are left out."""
    found = (_SCOPE.fullmatch(each) for each in sorted(scopes))
    return tuple(_scope(each) for each in found if each is not None)


def _scope(found: re.Match[str]) -> Scope:
    may, query = found["may"], found["query"]
    level: Level = next(level for level in LEVELS if level == found["level"])
    pairs = tuple(parse_qsl(query, keep_blank_values=True)) if query else ()
    return Scope(level, found["type"], frozenset(VERSION_1.get(may, may)), pairs)


def bounded(caller: Caller) -> bool:
    """Tell whether scopes bound the caller: software always, people if their token has any."""
    return bool(caller.scopes) or caller.kind == "system"


def patient_of(caller: Caller) -> str | None:
    """Give the patient that `patient/` scopes speak of: the one opened, else the caller."""
    own = (each for each in caller.references if each.startswith("Patient/"))
    return caller.patient or next(own, None)


def granted(caller: Caller, type: str, permissions: frozenset[str]) -> tuple[Scope, ...]:
    """Give the caller's scopes that give any of `permissions` on a type."""
    person = caller.kind not in ("system", "anonymous")
    usable = {
        "patient": person and patient_of(caller) is not None,
        "user": person,
        "system": caller.kind == "system",
    }
    return tuple(
        scope
        for scope in parse(caller.scopes)
        if usable[scope.level]
        and scope.covers(type)
        and not permissions.isdisjoint(scope.permissions)
    )


def within(caller: Caller, permission: Permission, types: tuple[str, ...]) -> tuple[str, ...]:
    """Give those types on which the caller's scopes give a permission.

    Raises FORBIDDEN, as RFC 6750 §3.1 tells it, when there are none.
    """
    if not bounded(caller):
        return types
    wanted = frozenset(permission)
    kept = tuple(type for type in types if granted(caller, type, wanted))
    if not kept:
        raise insufficient(caller, permission, types)
    return kept


def insufficient(caller: Caller, permission: str, types: tuple[str, ...]) -> FhirError:
    """Say which scope is missing."""
    level = "system" if caller.kind == "system" else "user"
    needed = f"{level}/{types[0] if len(types) == 1 else '*'}.{permission}"
    return FhirError(
        Category.FORBIDDEN,
        f"The access token's scopes do not allow this: it needs {needed}, or a wider one",
        headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{needed}"'},
    )
