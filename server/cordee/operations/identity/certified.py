"""A Patient as INSi knows the person: INS, former ones, traits and status.

What is not one of the five traits stays as it is: the used name is never filled in by itself.

Référentiel national d'identitovigilance, EXI SI 07 and EXI 08; guide INS, EXI 10.
https://hl7.fr/ig/fhir/core/
"""

from typing import Any

from cordee.operations.identity.teleservice import Ins, Person
from cordee.operations.identity.traits import GENDERS, Traits
from cordee.resource.types import Resource
from cordee.validation.french.identity_status import (
    FOUR_STATUSES,
    RELIABILITY,
    Status,
    standing,
)
from cordee.validation.french.ins import BIRTH_NAMES, BIRTH_PLACE, INSEE_CODE
from cordee.validation.french.systems import INS_DEMO, INS_NIA, INS_NIR, INS_TEST
from cordee.validation.rules.resolution import listed

_CORE = "https://hl7.fr/ig/fhir/core/CodeSystem/"
_TYPES = {
    INS_NIR: "INS-NIR",
    INS_NIA: "INS-NIA",
    INS_TEST: "INS-NIR-TEST",
    INS_DEMO: "INS-NIR-DEMO",
}
_COMMUNES = "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM"

AFTER_INSI = {
    Status.PROVISIONAL: Status.RETRIEVED,
    Status.VALIDATED: Status.QUALIFIED,
    Status.RETRIEVED: Status.RETRIEVED,
    Status.QUALIFIED: Status.QUALIFIED,
}
"""Status → what it becomes when INSi knows the person; qualified only if a document was checked."""

REVIEW = {
    "system": "https://cordee.example/fhir/CodeSystem/identity-review",
    "code": "ins-refused",
}
"""The tag of identities that INSi did not confirm: the work list of who watches over identities."""


def certified(patient: Resource, person: Person, today: str) -> Resource:
    """Give the Patient with what INSi said; the original stays as it is."""
    before = standing(patient).status or Status.PROVISIONAL
    made = patient | {
        "identifier": _identifiers(patient, person, today),
        "name": _names(patient, person.traits),
        "gender": GENDERS[person.traits.sex],
        "birthDate": person.traits.birth_date,
        "extension": _with_place(listed(patient.get("extension")), person.traits.birth_place),
    }
    return reviewed(with_status(made, AFTER_INSI[before]), confirmed=True)


def with_status(patient: Resource, status: Status) -> Resource:
    """Give the Patient with a status, written as the Patient's own statement is, or could be."""
    rows = listed(patient.get("extension"))
    place = next((n for n, row in enumerate(rows) if _states(row)), None)
    kept = [] if place is None else listed(rows[place].get("extension"))
    coding = _coding(status, kept)
    parts = [part for part in kept if part.get("url") != "identityStatus"]
    row = {
        "url": RELIABILITY,
        "extension": [{"url": "identityStatus", "valueCoding": coding}, *parts],
    }
    others = rows if place is None else [*rows[:place], *rows[place + 1 :]]
    return patient | {"extension": [row, *others]}


def reviewed(patient: Resource, *, confirmed: bool) -> Resource:
    """Give the Patient on the work list of identities to look at, or off it."""
    meta = patient.get("meta", {})
    kept = [tag for tag in meta.get("tag", ()) if tag.get("system") != REVIEW["system"]]
    tags = kept if confirmed else [*kept, REVIEW]
    rest = {name: value for name, value in meta.items() if name != "tag"}
    described = rest | {"tag": tags} if tags else rest
    return (patient | {"meta": described}) if described or "meta" in patient else patient


def _coding(status: Status, parts: list[Resource]) -> dict[str, str]:
    """Write a status; the older way knows neither retrieved nor validated without an INS."""
    used = [
        str(part.get("valueCoding", {}).get("system"))
        for part in parts
        if part.get("url") == "identityStatus"
    ]
    newer = any(system.endswith(FOUR_STATUSES) for system in used)
    if newer or status in {Status.RETRIEVED, Status.VALIDATED}:
        return {"system": _CORE + FOUR_STATUSES, "code": status.value}
    code = "VALI" if status is Status.QUALIFIED else status.value
    return {"system": _CORE + "fr-core-cs-v2-0445", "code": code}


def _states(row: Resource) -> bool:
    """Tell whether a reliability extension states one of the four statuses."""
    if row.get("url") != RELIABILITY:
        return False
    found = standing({"resourceType": "Patient", "extension": [row]})
    return bool(found.statuses) or not found.attributes


def _identifiers(patient: Resource, person: Person, today: str) -> list[dict[str, Any]]:
    """Put the INS first, then former ones, then what is no INS; one that is replaced ends today."""
    former = {(f"urn:oid:{old.oid}", old.matricule): _old(old) for old in person.history}
    current = (f"urn:oid:{person.ins.oid}", person.ins.matricule)
    others: list[dict[str, Any]] = []
    for row in listed(patient.get("identifier")):
        key = (str(row.get("system")), str(row.get("value")))
        if key[0] not in _TYPES:
            others.append(row)
        elif key != current and key not in former:
            ended = {"end": today} | row.get("period", {})
            former[key] = row | {"use": "old", "period": ended}
    former.pop(current, None)
    return [_identifier(person.ins, "official"), *former.values(), *others]


def _identifier(ins: Ins, use: str) -> dict[str, Any]:
    system = f"urn:oid:{ins.oid}"
    coding = {"system": _CORE + "fr-core-cs-v2-0203", "code": _TYPES.get(system, "INS-NIR")}
    return {"use": use, "type": {"coding": [coding]}, "system": system, "value": ins.matricule}


def _old(ins: Ins) -> dict[str, Any]:
    period = {name: day for name, day in (("start", ins.start), ("end", ins.end)) if day}
    return _identifier(ins, "old") | ({"period": period} if period else {})


def _names(patient: Resource, found: Traits) -> list[dict[str, Any]]:
    names = listed(patient.get("name"))
    official = next((name for name in names if name.get("use") == "official"), {})
    extensions = [row for row in listed(official.get("extension")) if row.get("url") != BIRTH_NAMES]
    made = official | {
        "extension": [{"url": BIRTH_NAMES, "valueString": found.listed_names}, *extensions],
        "use": "official",
        "family": found.birth_name,
        "given": [found.given_names[0]],
    }
    return [made, *(name for name in names if name is not official)]


def _with_place(extensions: list[Resource], code: str | None) -> list[Resource]:
    if code is None:
        return extensions
    place = next((row for row in extensions if row.get("url") == BIRTH_PLACE), None)
    address = dict(place.get("valueAddress", {})) if place else {}
    kept = [row for row in listed(address.get("extension")) if row.get("url") != INSEE_CODE]
    coded = {"url": INSEE_CODE, "valueCoding": {"system": _COMMUNES, "code": code}}
    address["extension"] = [coded, *kept]
    others = [row for row in extensions if row is not place]
    return [*others, {"url": BIRTH_PLACE, "valueAddress": address}]
