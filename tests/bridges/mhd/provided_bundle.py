"""A Bundle of ITI-65 that fits the profile of PDSm, with one document of one patient."""

import base64
import copy
import hashlib
from typing import Any, TypeAlias
from uuid import uuid4

Json: TypeAlias = dict[str, Any]

PDSM = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/"
MHD = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/"
NOS = "https://mos.esante.gouv.fr/NOS/"
INS = "urn:oid:1.2.250.1.213.1.4.8"
NUMBER = "180017500100104"
RPPS = "10101201233"
ARCHIVED = f"{PDSM}pdsm-ext-is-archived"
CDA = b'<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>'
CORE = "https://hl7.fr/ig/fhir/core/"


def patient(number: str = NUMBER) -> Json:
    """A person whose INS is qualified."""
    return {
        "resourceType": "Patient",
        "extension": [
            {
                "url": f"{CORE}StructureDefinition/fr-core-identity-reliability",
                "extension": [
                    {
                        "url": "identityStatus",
                        "valueCoding": {
                            "system": f"{CORE}CodeSystem/fr-core-cs-v2-0445",
                            "code": "VALI",
                        },
                    }
                ],
            },
            {
                "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
                "valueAddress": {
                    "extension": [
                        {
                            "url": f"{CORE}StructureDefinition/fr-core-address-insee-code",
                            "valueCoding": _coding("TRE_R13-Commune", "75056"),
                        }
                    ]
                },
            },
        ],
        "identifier": [
            {
                "use": "official",
                "type": {
                    "coding": [
                        {"system": f"{CORE}CodeSystem/fr-core-cs-v2-0203", "code": "INS-NIR"}
                    ]
                },
                "system": INS,
                "value": number,
            }
        ],
        "name": [
            {
                "extension": [
                    {
                        "url": f"{CORE}StructureDefinition/fr-core-patient-birth-list-given-name",
                        "valueString": "CLAIRE",
                    }
                ],
                "use": "official",
                "family": "MARTIN",
                "given": ["CLAIRE"],
            }
        ],
        "gender": "male",
        "birthDate": "1980-01-15",
    }


def _coding(system: str, code: str) -> Json:
    return {"system": f"{NOS}{system}/FHIR/{system.replace('_', '-')}", "code": code}


def _concept(system: str, code: str) -> Json:
    return {"coding": [_coding(system, code)]}


def _role() -> Json:
    return {
        "resourceType": "PractitionerRole",
        "id": "role",
        "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": RPPS}],
        "active": True,
        "practitioner": {"reference": "#doctor"},
        "organization": {"reference": "#hospital"},
    }


def _doctor() -> Json:
    return {
        "resourceType": "Practitioner",
        "id": "doctor",
        "identifier": [
            {
                "use": "official",
                "type": {
                    "coding": [{"system": f"{CORE}CodeSystem/fr-core-cs-v2-0203", "code": "RPPS"}]
                },
                "system": "https://rpps.esante.gouv.fr",
                "value": RPPS,
            }
        ],
        "name": [{"family": "Leclerc", "given": ["Sophie"]}],
    }


def _hospital() -> Json:
    return {
        "resourceType": "Organization",
        "id": "hospital",
        "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "2264403106"}],
        "active": True,
        "name": "HOPITAL INTERCOMMUNAL",
    }


def uuid() -> str:
    """A number nobody has."""
    return f"urn:uuid:{uuid4()}"


def document(subject: Json, content: str, data: bytes = CDA, **more: Any) -> Json:
    """A document's reference, whose content is an entry of the Bundle."""
    digest = base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()
    made: Json = {
        "resourceType": "DocumentReference",
        "meta": {"profile": [f"{PDSM}pdsm-comprehensive-document-reference"]},
        "contained": [{**patient(), "id": "person"}, _role(), _doctor(), _hospital()],
        "masterIdentifier": {"use": "usual", "system": "urn:ietf:rfc:3986", "value": uuid()},
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11488-4"}]},
        "category": [_concept("TRE_A03-ClasseDocument", "10")],
        "subject": subject,
        "date": "2026-06-12T10:00:00+02:00",
        "author": [{"reference": "#role"}],
        "authenticator": {"reference": "#role"},
        "custodian": {"reference": "#hospital"},
        "securityLabel": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
                        "code": "N",
                    }
                ]
            }
        ],
        "content": [
            {
                "attachment": {
                    "contentType": "application/xml",
                    "language": "fr-FR",
                    "url": content,
                    "size": len(data),
                    "hash": digest,
                    "title": "Compte rendu de consultation",
                    "creation": "2026-06-12T10:00:00+02:00",
                },
                "format": _coding("TRE_A11-IheFormatCode", "urn:ihe:iti:xds-sd:pdf:2008"),
            }
        ],
        "context": {
            "period": {"start": "2026-06-11T08:00:00+02:00", "end": "2026-06-12T09:00:00+02:00"},
            "facilityType": _concept("TRE_R02-SecteurActivite", "SA01"),
            "practiceSetting": _concept("TRE_A01-CadreExercice", "ETABLISSEMENT"),
            "event": [{"coding": [{"system": "urn:oid:1.2.250.1.213.2.5", "code": "DEQP003"}]}],
            "sourcePatientInfo": {"reference": "#person"},
        },
    }
    return made | more


def submission_set(subject: Json, *documents: str) -> Json:
    """The set that holds documents together."""
    return {
        "resourceType": "List",
        "meta": {"profile": [f"{PDSM}pdsm-submissionset-comprehensive"]},
        "contained": [_role(), _doctor(), _hospital()],
        "extension": [
            {
                "url": f"{MHD}ihe-designationType",
                "valueCodeableConcept": _concept("TRE_R02-SecteurActivite", "SA05"),
            },
            {
                "url": f"{MHD}ihe-sourceId",
                "valueIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.4"},
            },
        ],
        "identifier": [
            {"use": "usual", "system": "urn:ietf:rfc:3986", "value": f"urn:oid:2.25.{uuid4().int}"},
            {"use": "official", "system": "urn:ietf:rfc:3986", "value": uuid()},
        ],
        "status": "current",
        "mode": "working",
        "title": "Dossier de suivi",
        "code": {
            "coding": [
                {
                    "system": "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes",
                    "code": "submissionset",
                }
            ]
        },
        "subject": subject,
        "date": "2026-06-12T10:05:00+02:00",
        "source": {
            "extension": [
                {"url": f"{MHD}ihe-authorOrg", "valueReference": {"reference": "#hospital"}}
            ],
            "reference": "#role",
        },
        "entry": [{"item": {"reference": each}} for each in documents],
    }


def provided(subject: Json | str, data: bytes = CDA, **more: Any) -> Json:
    """A Bundle with one document; `more` are elements of its DocumentReference."""
    whom = {"reference": subject} if isinstance(subject, str) else subject
    reference, content = uuid(), uuid()
    binary = {
        "resourceType": "Binary",
        "contentType": "application/xml",
        "data": base64.b64encode(data).decode(),
    }
    made = {
        uuid(): submission_set(whom, reference),
        reference: document(whom, content, data, **copy.deepcopy(more)),
        content: binary,
    }
    return {
        "resourceType": "Bundle",
        "meta": {"profile": [f"{PDSM}pdsm-comprehensive-provide-document-bundle"]},
        "type": "transaction",
        "entry": [
            {
                "fullUrl": url,
                "resource": resource,
                "request": {"method": "POST", "url": resource["resourceType"]},
            }
            for url, resource in made.items()
        ],
    }
