"""Resources to time the validator with: three of plain R4, two that claim a French profile."""

from datetime import date

from cordee.cli.territory.territory import territory
from cordee.resource.types import Resource

PERIOD = {"start": "2026-01-01", "end": "2026-12-31"}
PATIENT: Resource = {
    "resourceType": "Patient",
    "text": {
        "status": "generated",
        "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>Marie Dupont</p></div>',
    },
    "identifier": [
        {
            "use": "official",
            "type": {
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "PI"}
                ]
            },
            "system": "urn:oid:1.2.3.4",
            "value": "123456",
            "period": PERIOD,
        }
    ],
    "active": True,
    "name": [{"use": "official", "family": "Dupont", "given": ["Marie", "Anne"]}],
    "telecom": [{"system": "phone", "value": "+33 1 23 45 67 89", "use": "home"}],
    "gender": "female",
    "birthDate": "1950-04-12",
    "address": [{"use": "home", "line": ["1 rue X"], "city": "Paris", "postalCode": "75001"}],
    "contact": [{"name": {"family": "Dupont"}, "telecom": [{"system": "phone", "value": "1"}]}],
    "generalPractitioner": [{"reference": "Practitioner/1"}],
}
CARE_TEAM: Resource = {
    "resourceType": "CareTeam",
    "identifier": [{"system": "urn:oid:1.2.3", "value": "c1"}],
    "status": "active",
    "name": "Cercle",
    "subject": {"reference": "Patient/1"},
    "period": PERIOD,
    "participant": [
        {
            "role": [{"text": "r"}],
            "member": {"reference": f"PractitionerRole/{n}"},
            "period": PERIOD,
        }
        for n in range(6)
    ],
}
CARE_PLAN: Resource = {
    "resourceType": "CarePlan",
    "status": "active",
    "intent": "plan",
    "title": "PPCS",
    "subject": {"reference": "Patient/1"},
    "period": PERIOD,
    "careTeam": [{"reference": "CareTeam/1"}],
    "addresses": [{"reference": "Condition/1"}],
    "goal": [{"reference": "Goal/1"}],
    "activity": [
        {"detail": {"kind": "Task", "status": "scheduled", "description": "Visite"}}
        for _ in range(8)
    ],
    "note": [{"text": "Note", "time": "2026-02-03T10:00:00+01:00"}],
}


def samples() -> list[tuple[str, Resource]]:
    """Give the resources, each with the name of its line."""
    made = territory(1, 1, date(2026, 11, 22))
    french: dict[str, Resource] = {}
    for resource in made:
        french.setdefault(str(resource["resourceType"]), resource)
    return [
        ("Patient", PATIENT),
        ("CareTeam", CARE_TEAM),
        ("CarePlan", CARE_PLAN),
        ("Patient INS, FR Core 2.2.0", french["Patient"]),
        ("CareTeam, CDS 2.0.1", french["CareTeam"]),
    ]
