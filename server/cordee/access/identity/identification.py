"""Who calls, from what is proven of them: a professional, a patient, a relative, or software."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, TypeAlias

from cordee.access.caller import Caller, Perimeter
from cordee.access.identity import perimeters
from cordee.access.identity.activities import HEADER, Activity, activities, chosen
from cordee.access.identity.directory import Directory, Entry, Role
from cordee.access.identity.national_id import forms, national_id
from cordee.access.scopes import on_resources
from cordee.access.tokens.claims import Claims, client_of, scopes_of
from cordee.access.tokens.provider import Proven
from cordee.access.tokens.short_memory import ShortMemory
from cordee.errors import Category, FhirError

KEPT = 5.0
"""Seconds that the directory's answer about a person is kept."""
ROBOT = "service-account-"
"""How a Keycloak provider names the account of a client that acts for itself."""

Standing: TypeAlias = Literal["is", "left", "unknown"]
"""What a reference to a person stands for now."""

_REFERENCE = re.compile(r"(Patient|RelatedPerson|Practitioner)/[A-Za-z0-9\-.]{1,64}")
_NATIONAL = re.compile(r"\d{9,14}")
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


class Identification:
    """Finds callers in the directory; answers are kept for a few seconds."""

    def __init__(self, directory: Directory, base_urls: tuple[str, ...] = ()) -> None:
        """Take where people are looked up, and what absolute references may begin with."""
        self._directory = directory
        self._bases = tuple(f"{url.rstrip('/')}/" for url in base_urls)
        self._entries: ShortMemory[tuple[str, str | None], Entry] = ShortMemory()
        self._people: ShortMemory[tuple[str, ...], Entry] = ShortMemory()
        self._standing: ShortMemory[str, Standing] = ShortMemory()
        self._places: ShortMemory[tuple[str, ...], tuple[str, ...]] = ShortMemory()

    async def caller(self, proven: Proven, practice: str | None, emergency: str | None) -> Caller:
        """Give the caller.

        Raises FORBIDDEN when they must say which of their activities it is, and for who has left.
        """
        claims, userinfo = proven.claims, proven.userinfo
        base = Caller(
            subject=str(claims.get("sub") or client_of(claims) or ""),
            issuer=proven.issuer,
            client=client_of(claims),
            name=_name(userinfo) or _name(claims),
            scopes=on_resources(scopes_of(claims)),
            patient=_patient(claims),
            emergency=emergency,
        )
        id = national_id(claims, userinfo)
        stands_for = self._fhir_user(claims) or self._fhir_user(userinfo)
        if _is_software(claims, base, id, stands_for):
            return replace(base, kind="system", emergency=None)
        if stands_for is not None and not stands_for.startswith("Practitioner/"):
            return await self._person(base, stands_for)
        if stands_for is None and base.patient and await self._is_nobody(claims, userinfo, id):
            return await self._person(base, base.patient)
        return await self._professional(base, id, stands_for, userinfo, practice)

    async def still(self, caller: Caller) -> Caller:
        """Give a caller whom a token made known earlier, as the directory knows them now.

        Without the roles that ended, and the structures of those; who has left is nobody: they
        neither see nor write. Software, and who was never in the directory, stays as it is.
        """
        if caller.kind in ("patient", "relative"):
            standing = [await self._standing_of(each) for each in caller.references]
            if "left" in standing:
                return _nobody(caller)
            names = zip(caller.references, standing, strict=True)
            return replace(caller, references=tuple(name for name, each in names if each == "is"))
        people = tuple(each for each in caller.references if each.startswith("Practitioner/"))
        if caller.kind != "professional" or not people:
            return caller
        entry = await self._people.asked(people, lambda: self._entry_of(people))
        held = {role.reference: role.organization for role in entry.roles}
        kept = tuple(each for each in caller.references if each in {*entry.practitioners, *held})
        places = caller.organizations
        if kept != caller.references:
            places = tuple(each for each in places if each in held.values())
        places = tuple(each for each in places if each not in entry.ended)
        if not entry.practitioners or (entry.left and not places):
            return _nobody(caller)
        return replace(caller, references=kept, organizations=places)

    async def _entry_of(self, people: tuple[str, ...]) -> tuple[Entry, float]:
        return await self._directory.standing(people), KEPT

    async def _standing_of(self, reference: str) -> Standing:
        return await self._standing.asked(reference, lambda: self._read(reference))

    async def _person(self, base: Caller, reference: str) -> Caller:
        """Give a patient, or a relative; their references are empty if nobody is known by them."""
        kind = "patient" if reference.startswith("Patient/") else "relative"
        standing = await self._standing_of(reference)
        if standing == "left":
            raise _gone(f"{reference}, for which this token stands, is not active")
        known = standing == "is"
        patient = reference if kind == "patient" else base.patient
        references = (reference,) if known else ()
        return replace(
            base,
            kind="patient" if kind == "patient" else "relative",
            references=references,
            patient=patient if known else None,
        )

    async def _is_nobody(self, claims: Claims, userinfo: Claims, id: str | None) -> bool:
        """Tell that a token names no professional, so that its patient is who calls."""
        if id is None:
            return True
        if claims.get("SubjectNameID") or userinfo.get("SubjectNameID") or _NATIONAL.fullmatch(id):
            return False
        entry = await self._entry(id, None)
        return not entry.practitioners and not entry.left

    def _fhir_user(self, claims: Claims) -> str | None:
        """Give the resource that stands for the person, if it is one of this server's."""
        given = claims.get("fhirUser")
        if not isinstance(given, str):
            return None
        for base in self._bases:
            given = given.removeprefix(base)
        return given if _REFERENCE.fullmatch(given) else None

    async def _read(self, reference: str) -> tuple[Standing, float]:
        found = await self._directory.read(reference)
        if found is None:
            return "unknown", KEPT
        # A record that is not in use any more is still its patient's.
        ended = reference.startswith("RelatedPerson/") and found.get("active") is False
        return "left" if ended else "is", KEPT

    async def _professional(
        self,
        base: Caller,
        id: str | None,
        reference: str | None,
        userinfo: Claims,
        practice: str | None,
    ) -> Caller:
        found = activities(userinfo)
        activity = chosen(found, practice) if found else None
        entry = await self._entry(id or "", reference)
        told = await self._organizations(activity.ids if activity else ())
        places = tuple(each for each in told if each not in entry.ended)
        elsewhere = activity is not None and (bool(places) or not told)
        if entry.left and not (entry.practitioners and elsewhere):
            raise _gone("The directory knows you as somebody who is not active, or has left")
        roles, acting = _ordered(entry.roles, places, None if activity else practice)
        held = tuple(role.organization for role in acting if role.organization)
        return replace(
            base,
            subject=id or base.subject,
            kind="professional",
            name=base.name or entry.name,
            perimeter=_perimeter(activity, userinfo, acting or roles, entry),
            references=(*entry.practitioners, *(role.reference for role in roles)),
            organizations=tuple(dict.fromkeys((*places, *held))),
        )

    async def _entry(self, id: str, reference: str | None) -> Entry:
        async def ask() -> tuple[Entry, float]:
            return await self._directory.professional(forms(id), reference), KEPT

        return await self._entries.asked((id, reference), ask)

    async def _organizations(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        async def ask() -> tuple[tuple[str, ...], float]:
            return await self._directory.organizations(ids), KEPT

        return await self._places.asked(ids, ask) if ids else ()


def _nobody(caller: Caller) -> Caller:
    return replace(caller, kind="anonymous", references=(), organizations=(), patient=None)


def _gone(reason: str) -> FhirError:
    return FhirError(Category.FORBIDDEN, f"{reason}: nothing is read or written in that name")


def _ordered(
    roles: tuple[Role, ...], places: tuple[str, ...], practice: str | None
) -> tuple[tuple[Role, ...], tuple[Role, ...]]:
    """Put the role in which the caller acts first; give all roles, and those acted in.

    Without a chosen activity all roles are acted in. Raises FORBIDDEN for a `practice` that names
    none of them.
    """
    if places:
        acting = tuple(role for role in roles if role.organization in places)
    elif practice is not None and roles:
        acting = tuple(role for role in roles if _is_named(role, practice))
        if not acting:
            text = f"{HEADER} names none of your roles here; they are: "
            told = ", ".join(role.reference for role in roles)
            raise FhirError(Category.FORBIDDEN, text + told)
    else:
        return roles, roles
    return (*acting, *(role for role in roles if role not in acting)), acting


def _is_named(role: Role, practice: str) -> bool:
    names = [role.reference, role.organization or ""]
    return practice in (*names, *(name.partition("/")[2] for name in names if name))


def _perimeter(
    activity: Activity | None, userinfo: Claims, roles: Iterable[Role], entry: Entry
) -> Perimeter | None:
    """Give the perimeter of the profession that the provider names, else of the directory's."""
    told = [activity.profession] if activity is not None else []
    spoken = userinfo.get("SubjectRole")
    told += [each for each in spoken if isinstance(each, str)] if isinstance(spoken, list) else []
    for code in told:
        if (found := perimeters.of_profession(code)) is not None:
            return found
    codes = [code for role in roles for code in role.codes]
    return perimeters.of_codings((*codes, *entry.codes))


def _is_software(claims: Claims, base: Caller, id: str | None, stands_for: str | None) -> bool:
    """Tell whether a token was given to software for itself rather than for a person."""
    if claims.get("SubjectNameID") or stands_for is not None:
        return False
    if id is not None:
        return id.startswith(ROBOT)
    if base.client is not None and claims.get("sub", base.client) == base.client:
        return True
    return any(scope.startswith("system/") for scope in base.scopes)


def _patient(claims: Claims) -> str | None:
    """Give the record that was opened at launch, as "Patient/1"."""
    given = claims.get("patient")
    id = given.removeprefix("Patient/") if isinstance(given, str) else ""
    return f"Patient/{id}" if _ID.fullmatch(id) else None


def _name(claims: Claims) -> str | None:
    parts = [claims.get("given_name"), claims.get("family_name")]
    whole = " ".join(part for part in parts if isinstance(part, str) and part)
    name = claims.get("name")
    return whole or (name if isinstance(name, str) and name else None)
