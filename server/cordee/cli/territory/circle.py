"""The care circle of a patient: family, professionals, the circle itself and its dossier.

https://hl7.org/fhir/R4/careteam.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from cordee.cli.territory.chance import days_before, digits, identifier
from cordee.cli.territory.directory import Directory
from cordee.cli.territory.identity import address
from cordee.cli.territory.vocabulary import CDS, concept, vocabulary
from cordee.resource.types import Resource

RELATIONS = (("DAU", "Fille"), ("SON", "Fils"), ("SPS", "Conjoint"), ("NBOR", "Voisin(e)"))


@dataclass(frozen=True, slots=True)
class Circle:
    """A patient and who is around; `members` are PractitionerRoles, the GP first."""

    patient: Resource
    members: tuple[Resource, ...]
    relative: Resource | None
    opened: date
    team_id: str

    @property
    def subject(self) -> dict[str, Any]:
        """Give the reference to the patient."""
        return {"reference": f"Patient/{self.patient['id']}"}

    def author(self, chance: Random) -> dict[str, Any]:
        """Draw a professional of the circle as a reference."""
        return member_reference(chance.choice(self.members))


def member_reference(role: Resource) -> dict[str, Any]:
    """Refer to a PractitionerRole by the person's name."""
    return {
        "reference": f"PractitionerRole/{role['id']}",
        "display": role["practitioner"]["display"],
    }


def gather(chance: Random, patient: Resource, professionals: Directory, today: date) -> Circle:
    """Choose who is around a patient: GP, nurse, coordinator, often others and a relative."""
    keys = ["gp", "nurse", "coordinator"]
    keys += [k for k in ("social-worker", "physiotherapist", "pharmacist") if chance.random() < 0.5]
    members = tuple(chance.choice(professionals.roles[key]) for key in keys)
    relative = _relative(chance, patient) if chance.random() < 0.7 else None
    opened = days_before(today, chance, 700, 20)
    return Circle(patient, members, relative, opened, identifier(chance))


def circle(
    chance: Random, made: Circle, professionals: Directory, today: date
) -> Iterator[Resource]:
    """Make the CareTeam, its relative and the EpisodeOfCare that is the coordination dossier."""
    if made.relative:
        yield made.relative
    manager = professionals.organizations["dac"][0]
    yield _care_team(chance, made, professionals, today, manager)
    yield {
        "resourceType": "EpisodeOfCare",
        "id": identifier(chance),
        "status": "active",
        "patient": made.subject,
        "managingOrganization": {"reference": f"Organization/{manager['id']}"},
        "period": {"start": made.opened.isoformat()},
        "careManager": member_reference(made.members[2]),
        "team": [{"reference": f"CareTeam/{made.team_id}"}],
    }


def _care_team(
    chance: Random, made: Circle, professionals: Directory, today: date, manager: Resource
) -> Resource:
    opened = made.opened.isoformat()
    participants = [
        {
            "role": [_role_in_circle(position)],
            "member": member_reference(role),
            "period": {"start": opened},
        }
        for position, role in enumerate(made.members)
    ]
    if made.relative:
        participants.append(
            {
                "role": [concept("R260", "CAREGIVER", "Aidant")],
                "member": {"reference": f"RelatedPerson/{made.relative['id']}"},
                "period": {"start": opened},
            }
        )
    if chance.random() < 0.3:
        left = days_before(today, chance, 19).isoformat()
        former = chance.choice(professionals.roles["specialist"])
        participants.append(
            {
                "role": [_role_in_circle(len(participants))],
                "member": member_reference(former),
                "period": {"start": opened, "end": left},
            }
        )
    return {
        "resourceType": "CareTeam",
        "id": made.team_id,
        "meta": {"profile": [f"{CDS}/cds-ihe-careteam"]},
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{made.team_id}"}],
        "status": "active",
        "name": f"Cercle de soins de {made.patient['name'][0]['family']}",
        "subject": made.subject,
        "period": {"start": opened},
        "participant": participants,
        "managingOrganization": [{"reference": f"Organization/{manager['id']}"}],
    }


def _role_in_circle(position: int) -> dict[str, Any]:
    if position == 0:
        return concept("R259", "PCP", "Médecin traitant")
    return concept("R260", "PROV", "Professionnel de santé")


def _relative(chance: Random, patient: Resource) -> Resource:
    words = vocabulary()
    relation, display = chance.choice(RELATIONS)
    name = {
        "use": "official",
        "family": patient["name"][0]["family"],
        "given": [chance.choice(words["women"] + words["men"])],
    }
    relative_id = identifier(chance)
    return {
        "resourceType": "RelatedPerson",
        "id": relative_id,
        "meta": {"profile": [f"{CDS}/cds-fr-related-person"]},
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{relative_id}"}],
        "active": True,
        "patient": {"reference": f"Patient/{patient['id']}"},
        "relationship": [
            concept("R260", "CAREGIVER", "Aidant"),
            concept("R216", relation, display),
        ],
        "name": [name],
        "telecom": [{"system": "phone", "value": f"06{digits(chance, 8)}"}],
        "address": [address(chance)],
    }
