"""The words of a territory, read once from `vocabulary.toml`, and the systems they belong to."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

NOS = "https://mos.esante.gouv.fr/NOS"
SYSTEMS = {
    "G05": f"{NOS}/TRE_G05-SousSectionTableauCNOP/FHIR/TRE-G05-SousSectionTableauCNOP",
    "G15": f"{NOS}/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante",
    "R94": f"{NOS}/TRE_R94-ProfessionSocial/FHIR/TRE-R94-ProfessionSocial",
    "R13": f"{NOS}/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM",
    "R38": f"{NOS}/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale",
    "R216": f"{NOS}/TRE_R216-HL7RoleCode/FHIR/TRE-R216-HL7RoleCode",
    "R234": f"{NOS}/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote",
    "R259": f"{NOS}/TRE_R259-HL7ParticipationFunction/FHIR/TRE-R259-HL7ParticipationFunction",
    "R260": f"{NOS}/TRE_R260-HL7RoleClass/FHIR/TRE-R260-HL7RoleClass",
    "0203": "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203",
    "0445": "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445",
    "snomed": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
}
CORE = "https://hl7.fr/ig/fhir/core/StructureDefinition"
CDS = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition"
COORDINATION = "https://cordee.example/fhir/StructureDefinition"
CDL = "https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition"


@lru_cache
def vocabulary() -> dict[str, Any]:
    """Give the whole vocabulary."""
    source = files("cordee.cli.territory") / "vocabulary.toml"
    return tomllib.loads(source.read_text("utf-8"))


def concept(system: str, code: str, display: str) -> dict[str, Any]:
    """Make a CodeableConcept with one coding; `system` is a key of `SYSTEMS`."""
    return {"coding": [{"system": SYSTEMS[system], "code": code, "display": display}]}
