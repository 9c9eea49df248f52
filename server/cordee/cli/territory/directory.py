"""The structures and professionals of a territory.

https://hl7.org/fhir/R4/practitionerrole.html
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from cordee.cli.territory.chance import digits, draws, identifier
from cordee.cli.territory.vocabulary import CORE, SYSTEMS, concept, vocabulary
from cordee.resource.check_digits import luhn_digit
from cordee.resource.types import Resource


@dataclass(frozen=True, slots=True)
class Directory:
    """Who works in a territory: the resources, and the PractitionerRoles by profession key."""

    resources: list[Resource] = field(default_factory=list)
    roles: dict[str, list[Resource]] = field(default_factory=dict)
    organizations: dict[str, list[Resource]] = field(default_factory=dict)


def directory(patients: int, seed: int) -> Directory:
    """Make enough structures and professionals to follow a number of patients."""
    made = Directory()
    for structure in vocabulary()["structures"]:
        made.organizations[structure["key"]] = [
            _organization(draws(seed, f"{structure['key']} {number}"), structure, number)
            for number in range(max(1, patients // 2_000))
        ]
    for organizations in made.organizations.values():
        made.resources.extend(organizations)
    for profession in vocabulary()["professions"]:
        made.roles[profession["key"]] = list(_professionals(made, profession, patients, seed))
    return made


def _professionals(
    made: Directory, profession: dict[str, Any], patients: int, seed: int
) -> Iterator[Resource]:
    for number in range(max(2, patients // profession["per"])):
        chance = draws(seed, f"{profession['key']} {number}")
        person = _practitioner(chance, profession)
        role = _role(chance, person, profession, made.organizations[profession["structure"]])
        made.resources.extend((person, role))
        yield role


def _organization(chance: Random, structure: dict[str, Any], number: int) -> Resource:
    words = vocabulary()
    town = words["towns"][number % len(words["towns"])]
    body = f"{town['cog'][:2]}{digits(chance, 6)}"
    return {
        "resourceType": "Organization",
        "id": identifier(chance),
        "meta": {"profile": [f"{CORE}/fr-core-organization"]},
        "identifier": [
            {"system": "https://finess.esante.gouv.fr", "value": body + luhn_digit(body)}
        ],
        "active": True,
        "name": f"{structure['name']} de {town['name']}",
        "address": [{"city": town["name"], "postalCode": town["postal"], "country": "FRA"}],
    }


def _practitioner(chance: Random, profession: dict[str, Any]) -> Resource:
    words = vocabulary()
    gender = chance.choice(("female", "male"))
    family = chance.choice(words["families"])
    name = {
        "family": family,
        "given": [chance.choice(words["women" if gender == "female" else "men"])],
        "prefix": ["MME" if gender == "female" else "M"],
    }
    if "title" in profession:
        name["suffix"] = [profession["title"]]
    body = f"10{digits(chance, 8)}"
    rpps = body + luhn_digit(body)
    return {
        "resourceType": "Practitioner",
        "id": identifier(chance),
        "meta": {"profile": [f"{CORE}/fr-core-practitioner"]},
        "identifier": [
            _national("IDNPS", "urn:oid:1.2.250.1.71.4.2.1", f"8{rpps}"),
            _national("RPPS", "https://rpps.esante.gouv.fr", rpps),
        ],
        "active": True,
        "name": [name],
        "gender": gender,
    }


def _national(kind: str, system: str, value: str) -> dict[str, Any]:
    coding = {"system": SYSTEMS["0203"], "code": kind}
    return {"use": "official", "type": {"coding": [coding]}, "system": system, "value": value}


def _role(
    chance: Random, person: Resource, profession: dict[str, Any], organizations: list[Resource]
) -> Resource:
    name = person["name"][0]
    workplace = chance.choice(organizations)
    told = [profession, *([profession["section"]] if "section" in profession else ())]
    made = {
        "resourceType": "PractitionerRole",
        "id": identifier(chance),
        "meta": {"profile": [f"{CORE}/fr-core-practitioner-role"]},
        "active": True,
        "practitioner": {
            "reference": f"Practitioner/{person['id']}",
            "display": f"{name['given'][0]} {name['family']}",
        },
        "organization": {"reference": f"Organization/{workplace['id']}"},
        "code": [concept(row["system"], row["code"], row["display"]) for row in told],
    }
    return made | (
        {"specialty": [concept(**profession["specialty"])]} if "specialty" in profession else {}
    )
