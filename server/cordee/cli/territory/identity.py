"""A patient with a qualified test INS and its five traits, under FR Core's Patient INS profile.

https://hl7.org/fhir/R4/patient.html
"""

from datetime import date, timedelta
from random import Random
from typing import Any

from cordee.cli.territory.chance import days_before, digits, identifier
from cordee.cli.territory.vocabulary import CORE, SYSTEMS, vocabulary
from cordee.resource.check_digits import ins_key
from cordee.resource.types import Resource

TEST_INS = "urn:oid:1.2.250.1.213.1.4.10"
SEXES = {"female": "2", "male": "1"}


def patient(chance: Random, today: date) -> Resource:
    """Make a Patient; four in five are elderly, all are alive."""
    words = vocabulary()
    gender = chance.choice(("female", "male"))
    given = chance.sample(words["women" if gender == "female" else "men"], k=chance.randint(1, 3))
    years = chance.randint(65, 99) if chance.random() < 0.8 else chance.randint(1, 64)
    born = today - timedelta(days=years * 365 + chance.randrange(365))
    birth_town = chance.choice(words["birth_towns"])
    return {
        "resourceType": "Patient",
        "id": identifier(chance),
        "meta": {"profile": [f"{CORE}/fr-core-patient-ins"]},
        "extension": [_reliability(chance, today), _birth_place(birth_town)],
        "identifier": [_ins(chance, gender, born, birth_town["cog"])],
        "active": True,
        "name": [_official_name(chance.choice(words["families"]), given)],
        "telecom": [{"system": "phone", "value": f"06{digits(chance, 8)}", "use": "mobile"}],
        "gender": gender,
        "birthDate": born.isoformat(),
        "address": [address(chance)],
    }


def address(chance: Random) -> dict[str, Any]:
    """Make an address in one of the territory's towns."""
    words = vocabulary()
    town = chance.choice(words["towns"])
    return {
        "use": "home",
        "line": [f"{chance.randint(1, 120)} {chance.choice(words['streets'])}"],
        "city": town["name"],
        "postalCode": town["postal"],
        "country": "FRA",
    }


def _ins(chance: Random, gender: str, born: date, town: str) -> dict[str, Any]:
    matricule = f"{SEXES[gender]}{born:%y%m}{town}{digits(chance, 3)}"
    return {
        "use": "official",
        "type": {"coding": [{"system": SYSTEMS["0203"], "code": "INS-NIR-TEST"}]},
        "system": TEST_INS,
        "value": f"{matricule}{ins_key(matricule):02}",
    }


def _official_name(family: str, given: list[str]) -> dict[str, Any]:
    births = {
        "url": f"{CORE}/fr-core-patient-birth-list-given-name",
        "valueString": " ".join(given),
    }
    return {"extension": [births], "use": "official", "family": family, "given": given[:1]}


def _reliability(chance: Random, today: date) -> dict[str, Any]:
    checked = days_before(today, chance, 900, 30).isoformat()
    status = {"system": SYSTEMS["0445"], "code": "VALI"}
    return {
        "url": f"{CORE}/fr-core-identity-reliability",
        "extension": [
            {"url": "identityStatus", "valueCoding": status},
            {"url": "validationDate", "valueDate": checked},
        ],
    }


def _birth_place(town: dict[str, str]) -> dict[str, Any]:
    code = {
        "url": f"{CORE}/fr-core-address-insee-code",
        "valueCoding": {"system": SYSTEMS["R13"], "code": town["cog"]},
    }
    return {
        "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
        "valueAddress": {"extension": [code], "city": town["name"]},
    }
