"""How the resources of a type belong to people: the table that all rules of access begin with.

| belonging | who may see a resource of such a type |
|---|---|
| open | every caller who is known: the directory, definitions, drugs |
| free | every caller who is known, unless it is about a person: then it is `owned` |
| owned | who has a way to the person it is about; its author always |
| private | its author alone |
| trace | the person whom it is about, and their legal representative |
| binary | who may see a DocumentReference that points to it; its author always |

A type that no row names is `owned`: what is about nobody is then its author's alone.

https://hl7.org/fhir/R4/compartmentdefinition-patient.html
"""

from collections.abc import Mapping
from typing import Literal

Belonging = Literal["open", "free", "owned", "private", "trace", "binary"]

_DIRECTORY = (
    "Endpoint HealthcareService InsurancePlan Location Organization OrganizationAffiliation "
    "Practitioner PractitionerRole Slot"
)
_DEFINITIONS = (
    "ActivityDefinition CapabilityStatement CatalogEntry ChargeItemDefinition CodeSystem "
    "CompartmentDefinition ConceptMap DeviceDefinition EffectEvidenceSynthesis EventDefinition "
    "Evidence EvidenceVariable ExampleScenario GraphDefinition ImplementationGuide Library Measure "
    "MessageDefinition NamingSystem ObservationDefinition OperationDefinition PlanDefinition "
    "Questionnaire ResearchDefinition ResearchElementDefinition RiskEvidenceSynthesis "
    "SearchParameter SpecimenDefinition StructureDefinition StructureMap TerminologyCapabilities "
    "TestScript ValueSet"
)
_PRODUCTS = (
    "Medication MedicationKnowledge MedicinalProduct MedicinalProductAuthorization "
    "MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient "
    "MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged "
    "MedicinalProductPharmaceutical MedicinalProductUndesirableEffect Substance "
    "SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation "
    "SubstanceSourceMaterial SubstanceSpecification"
)

TABLE: Mapping[str, Belonging] = {
    **dict.fromkeys(f"{_DIRECTORY} {_DEFINITIONS} {_PRODUCTS}".split(), "open"),
    **dict.fromkeys(("Basic", "Device", "Schedule"), "free"),
    **dict.fromkeys(("Group", "Subscription"), "private"),
    "AuditEvent": "trace",
    "Binary": "binary",
}


def belonging(type: str) -> Belonging:
    """Give how resources of a type belong to people."""
    return TABLE.get(type, "owned")
