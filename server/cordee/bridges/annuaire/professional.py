"""One professional's lines of the extraction as resources: structures, person, roles.

Ids follow from the national numbers, so that the same file read again means the same resources.

https://interop.esante.gouv.fr/ig/fhir/annuaire/
"""

from collections.abc import Sequence
from typing import Any

from cordee.bridges.annuaire.extraction import PERSON, Line
from cordee.bridges.annuaire.vocabulary import (
    CATEGORY,
    DIRECTORY_ID,
    FUNCTION,
    KIND,
    MODE,
    SECTOR,
    SPECIALTIES,
    TAG,
    concept,
    digest,
    identifier,
    profession,
)
from cordee.resource.types import Resource
from cordee.validation.french.systems import FINESS, PROFESSIONAL, RPPS, SIRENE, STRUCTURE

_AT = "(coord. structure)"
PRACTICE = "Identifiant technique de la structure"


def resources(lines: Sequence[Line]) -> list[Resource]:
    """Make the resources of one person; each structure and each role once."""
    person = practitioner(lines)
    made: dict[str, Resource] = {}
    for line in lines:
        place = organization(line)
        if place is not None:
            made[f"Organization/{place['id']}"] = place
    made[f"Practitioner/{person['id']}"] = person
    for line in lines:
        role = practitioner_role(line, person)
        known = made.setdefault(f"PractitionerRole/{role['id']}", role)
        if known is not role and "specialty" in role:
            merged = [*known.get("specialty", ()), *role["specialty"]]
            known["specialty"] = [row for n, row in enumerate(merged) if row not in merged[:n]]
    return list(made.values())


def practitioner(lines: Sequence[Line]) -> Resource:
    """Make the person, with their professions."""
    line = lines[0]
    national = line[PERSON]
    identifiers = [identifier("IDNPS", PROFESSIONAL, national)]
    if national.startswith("8") and len(national) == 12:
        identifiers.append(identifier("RPPS", RPPS, national[1:]))
    qualified = [_qualification(each) for each in lines if each["Code profession"]]
    kept = [row for n, row in enumerate(qualified) if row not in qualified[:n]]
    return {
        "resourceType": "Practitioner",
        "id": f"ps-{national}",
        "meta": {"tag": [TAG]},
        "identifier": identifiers,
        "active": True,
        "name": [_name(line)],
    } | ({"qualification": kept} if kept else {})


def organization(line: Line) -> Resource | None:
    """Make the structure of an activity; None where the line names none."""
    key = line.get(PRACTICE)
    name = line.get("Raison sociale site") or line.get("Enseigne commerciale site")
    if not key or not name:
        return None
    numbers = (
        ("FINEG", FINESS, line.get("Numéro FINESS site"), "1"),
        ("SIRET", SIRENE, line.get("Numéro SIRET site"), "3"),
    )
    known = [(kind, system, value, sort) for kind, system, value, sort in numbers if value]
    identifiers = [identifier(kind, system, value) for kind, system, value, _ in known]
    if known:
        _, _, value, sort = known[0]
        identifiers.insert(0, identifier("IDNST", STRUCTURE, sort + value))
    made: Resource = {
        "resourceType": "Organization",
        "id": f"st-{digest(key)}",
        "meta": {"tag": [TAG]},
        "identifier": identifiers or [{"system": DIRECTORY_ID, "value": key}],
        "active": True,
        "name": name,
    }
    if sector := line.get("Code secteur d'activité"):
        made["type"] = [concept(SECTOR, sector, line.get("Libellé secteur d'activité", ""))]
    if address := _address(line):
        made["address"] = [address]
    return made


def practitioner_role(line: Line, person: Resource) -> Resource:
    """Make an activity: the profession exercised, how, and where."""
    columns = ("Code profession", "Code mode exercice", "Code genre activité", "Code rôle")
    parts = [line.get(PRACTICE, ""), *(line.get(column, "") for column in columns)]
    codes = [
        concept(system, line[f"Code {column}"], line.get(f"Libellé {column}", ""))
        for column, system in (
            ("profession", profession(line["Code profession"])),
            ("mode exercice", MODE),
            ("genre activité", KIND),
            ("rôle", FUNCTION),
        )
        if line.get(f"Code {column}")
    ]
    name = person["name"][0]
    made: Resource = {
        "resourceType": "PractitionerRole",
        "id": f"{person['id']}-{digest(*parts)}",
        "meta": {"tag": [TAG]},
        "active": True,
        "practitioner": {
            "reference": f"Practitioner/{person['id']}",
            "display": " ".join([*name.get("given", ()), name.get("family", "")]),
        },
    }
    place = organization(line)
    if place is not None:
        made["organization"] = {
            "reference": f"Organization/{place['id']}",
            "display": place["name"],
        }
    if codes:
        made["code"] = codes
    if know_how := line.get("Code savoir-faire"):
        system = SPECIALTIES.get(line.get("Code type savoir-faire", ""))
        made["specialty"] = [concept(system, know_how, line.get("Libellé savoir-faire", ""))]
    if telecom := _telecom(line):
        made["telecom"] = telecom
    return made


def _name(line: Line) -> dict[str, Any]:
    parts = {
        "family": line["Nom d'exercice"],
        "given": line["Prénom d'exercice"],
        "prefix": line.get("Code civilité"),
        "suffix": line.get("Code civilité d'exercice"),
    }
    return {name: text if name == "family" else [text] for name, text in parts.items() if text}


def _qualification(line: Line) -> dict[str, Any]:
    code = concept(
        profession(line["Code profession"]),
        line["Code profession"],
        line.get("Libellé profession", ""),
    )
    if category := line.get("Code catégorie professionnelle"):
        text = line.get("Libellé catégorie professionnelle", "")
        code["coding"] += concept(CATEGORY, category, text)["coding"]
    return {"code": code}


def _telecom(line: Line) -> list[dict[str, Any]]:
    rows = (
        ("phone", f"Téléphone {_AT}"),
        ("phone", f"Téléphone 2 {_AT}"),
        ("fax", f"Télécopie {_AT}"),
        ("email", f"Adresse e-mail {_AT}"),
    )
    return [
        {"system": system, "value": line[column], "use": "work"}
        for system, column in rows
        if line.get(column)
    ]


def _address(line: Line) -> dict[str, Any]:
    street = ("Numéro Voie", "Indice répétition voie", "Libellé type de voie", "Libellé Voie")
    rows = [
        line.get(f"Complément destinataire {_AT}", ""),
        line.get(f"Complément point géographique {_AT}", ""),
        " ".join(filter(None, (line.get(f"{column} {_AT}", "") for column in street))),
        line.get(f"Mention distribution {_AT}", ""),
    ]
    parts: dict[str, Any] = {
        "line": [row for row in rows if row],
        "city": line.get(f"Libellé commune {_AT}") or line.get(f"Bureau cedex {_AT}"),
        "postalCode": line.get(f"Code postal {_AT}"),
        "country": line.get(f"Libellé pays {_AT}"),
    }
    return {name: value for name, value in parts.items() if value}
