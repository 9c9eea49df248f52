"""What a record says of treatments, vaccinations and the documents that prescribe or certify them.

https://hl7.org/fhir/R4/medicationrequest.html
https://hl7.org/fhir/R4/immunization.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cordee.console.page import text_of
from cordee.coordination.dossier import CARE_DOCUMENTS


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: what, since or on which day, and where it stands."""

    title: str
    day: str
    reference: str


def treatments(resources: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Read the MedicationRequests."""
    return [
        Line(_medicine(one), str(one.get("authoredOn", "")), f"MedicationRequest/{one.get('id')}")
        for one in resources
        if one["resourceType"] == "MedicationRequest"
    ]


def vaccinations(resources: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Read the Immunizations."""
    return [
        Line(
            text_of(one.get("vaccineCode")),
            str(one.get("occurrenceDateTime", "")),
            f"Immunization/{one.get('id')}",
        )
        for one in resources
        if one["resourceType"] == "Immunization"
    ]


def papers(resources: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Read the DocumentReferences that prescribe, assess or certify."""
    return [
        Line(
            text_of(one.get("type")), str(one.get("date", "")), f"DocumentReference/{one.get('id')}"
        )
        for one in resources
        if one["resourceType"] == "DocumentReference" and _codes(one) & CARE_DOCUMENTS.keys()
    ]


def _medicine(request: Mapping[str, Any]) -> str:
    """Name the medicine: coded here, else contained, else as the reference says."""
    named = request.get("medicationReference", {})
    local = str(named.get("reference", "")).removeprefix("#")
    inside: Mapping[str, Any] = next(
        (one for one in request.get("contained", ()) if one.get("id") == local), {}
    )
    told = text_of(request.get("medicationCodeableConcept")) or text_of(inside.get("code"))
    return told or str(named.get("display") or named.get("reference", ""))


def _codes(document: Mapping[str, Any]) -> set[str]:
    return {str(row.get("code")) for row in document.get("type", {}).get("coding", ())}
