"""Clinical resources that generated territories do not hold, to fill every section."""

from typing import Any

from cordee.resource.types import Resource

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"


def concept(system: str, code: str, display: str) -> dict[str, Any]:
    """Make a CodeableConcept."""
    return {"coding": [{"system": system, "code": code, "display": display}]}


def category(code: str) -> list[dict[str, Any]]:
    """Make the category of an Observation."""
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    return [{"coding": [{"system": system, "code": code}]}]


def clinical(patient: Resource) -> tuple[Resource, ...]:
    """Give one of each kind, and the awkward ones: without code, without date, stopped."""
    about = {"reference": f"Patient/{patient['id']}"}
    made = (
        *_problems(),
        *_treatments(),
        *_observations(),
        {
            "resourceType": "AllergyIntolerance",
            "category": ["medication"],
            "code": concept("http://www.whocc.no/atc", "J01CA04", "Amoxicilline"),
            "onsetDateTime": "2001-05",
            "reaction": [{"manifestation": [{"text": "Urticaire"}]}],
        },
        {"resourceType": "AllergyIntolerance", "code": {"text": "Fruits à coque <crus>"}},
        {
            "resourceType": "Procedure",
            "status": "completed",
            "code": concept("urn:oid:1.2.250.1.215.300.1", "NEKA020", "Prothèse de hanche"),
            "performedDateTime": "2018-03-04",
        },
        {"resourceType": "Procedure", "status": "in-progress", "code": {"text": "Pansement"}},
        {
            "resourceType": "DeviceUseStatement",
            "status": "active",
            "device": {"display": "Lit médicalisé"},
            "timingPeriod": {"start": "2026-01-02"},
        },
        {
            "resourceType": "Consent",
            "status": "active",
            "scope": {"coding": [{"code": "adr"}]},
            "category": [{"text": "Directives anticipées écrites"}],
            "dateTime": "2025-02-03",
        },
        {
            "resourceType": "Encounter",
            "status": "finished",
            "class": {"code": "IMP"},
            "reasonCode": [{"text": "Décompensation cardiaque"}],
            "period": {"start": "2026-11-01T08:00:00+01:00", "end": "2026-11-09T17:00:00+01:00"},
            "hospitalization": {
                "admitSource": {"coding": [{"code": "emd"}]},
                "dischargeDisposition": {"coding": [{"code": "home"}]},
            },
        },
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "type": {"text": "Ordonnance"},
            "date": "2026-11-02T10:00:00+01:00",
            "content": [{"attachment": {"contentType": "application/pdf", "data": "JVBERi0xLjQK"}}],
        },
        {
            "resourceType": "CarePlan",
            "status": "active",
            "intent": "plan",
            "activity": [
                {
                    "detail": {
                        "status": "scheduled",
                        "description": "Portage de repas",
                        "scheduledString": "midi",
                    }
                }
            ],
            "note": [{"text": "À revoir en décembre"}],
        },
    )
    holder = {"AllergyIntolerance": "patient", "Consent": "patient"}
    return tuple(
        {"id": f"rich-{number}"} | row | {holder.get(row["resourceType"], "subject"): about}
        for number, row in enumerate(made)
    )


def _problems() -> list[Resource]:
    clinical = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    return [
        {
            "resourceType": "Condition",
            "clinicalStatus": {"coding": [{"system": clinical, "code": "resolved"}]},
            "code": concept("http://hl7.org/fhir/sid/icd-10", "I21", "Infarctus du myocarde"),
            "onsetDateTime": "2012-06-01",
            "abatementDateTime": "2012-09",
        },
        {
            "resourceType": "Condition",
            "clinicalStatus": {"coding": [{"system": clinical, "code": "inactive"}]},
            "code": {"text": "Fracture ancienne"},
        },
        {"resourceType": "Condition", "code": {"text": "Solitude & ennui"}},
    ]


def _treatments() -> list[Resource]:
    return [
        {
            "resourceType": "MedicationStatement",
            "status": "active",
            "medicationCodeableConcept": {
                "coding": [
                    {
                        "system": "urn:oid:1.2.250.1.213.2.3.1",
                        "code": "60019927",
                        "display": "SOLIAN 100 mg",
                    },
                    {
                        "system": "http://www.whocc.no/atc",
                        "code": "N05AL05",
                        "display": "Amisulpride",
                    },
                ]
            },
            "effectivePeriod": {"start": "2024-01-01"},
            "dosage": [{"text": "1 le soir"}],
        },
        {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": {"text": "Paracétamol"},
            "authoredOn": "2026-11-01",
            "dosageInstruction": [{"text": "si douleur"}],
        },
        {
            "resourceType": "MedicationStatement",
            "status": "stopped",
            "medicationCodeableConcept": concept(
                "http://www.whocc.no/atc", "C03CA01", "Furosémide"
            ),
            "effectivePeriod": {"start": "2025-01-01", "end": "2026-10-01"},
        },
    ]


def _observations() -> list[Resource]:
    return [
        {
            "resourceType": "Observation",
            "status": "final",
            "category": category("vital-signs"),
            "code": concept(LOINC, "29463-7", "Poids"),
            "effectiveDateTime": "2026-11-20T08:00:00+01:00",
            "valueQuantity": {"value": 62.5, "unit": "kg", "code": "kg"},
        },
        {
            "resourceType": "Observation",
            "status": "final",
            "category": category("vital-signs"),
            "code": concept(LOINC, "85354-9", "Pression artérielle"),
            "effectiveDateTime": "2026-11-20T08:00:00+01:00",
            "component": [
                {
                    "code": concept(LOINC, "8480-6", "Pression artérielle systolique"),
                    "valueQuantity": {"value": 135, "unit": "mmHg", "code": "mm[Hg]"},
                },
                {
                    "code": concept(LOINC, "8462-4", "Pression artérielle diastolique"),
                    "valueQuantity": {"value": 80, "unit": "mmHg", "code": "mm[Hg]"},
                },
            ],
        },
        {
            "resourceType": "Observation",
            "status": "final",
            "code": concept(SNOMED, "161898004", "chutes"),
            "effectiveDateTime": "2026-11-10",
            "valueBoolean": True,
        },
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"text": "Humeur"},
            "valueString": "bonne",
        },
    ]
