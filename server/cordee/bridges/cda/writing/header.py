"""The header of a document (CI-SIS "structuration minimale") from FHIR resources.

https://esante.gouv.fr/volet-structuration-minimale-de-documents-de-sante
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cordee.bridges.cda.code_tables import Code, CodeTables
from cordee.bridges.cda.documents.document_type import DocumentType
from cordee.bridges.cda.namespaces import CI_SIS, CONFIDENTIALITY, HL7_FRANCE
from cordee.bridges.cda.writing.circle import Circle
from cordee.bridges.cda.writing.element import Element, coded, el, period, templates
from cordee.bridges.cda.writing.patient import record_target
from cordee.bridges.cda.writing.people import (
    Professional,
    entity,
    organization,
    sector,
    structure_id,
)
from cordee.bridges.cda.writing.problems import Problems
from cordee.bridges.cda.writing.versions import Identity
from cordee.resource.types import Resource

_LEVELS = {"N": "Normal", "R": "Restreint", "V": "Très restreint"}
_LABEL = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the header tells: who, about whom, when, as what.

    `made` is when the document's source was made, `since` and `until` when the care it tells of
    took place; all in V3's form.
    """

    type: DocumentType
    code: Code
    title: str
    identity: Identity
    patient: Resource
    author: Professional
    custodian: Resource | None
    circle: Circle
    made: str
    since: str
    until: str | None = None
    confidentiality: str = "N"


def header(known: Situation, tables: CodeTables, problems: Problems) -> Iterator[Element]:
    """Give the elements of the header in their order; note what is missing."""
    _check(known, problems)
    yield el("realmCode", code="FR")
    yield el("typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
    yield from templates(HL7_FRANCE, CI_SIS)
    for root, version in known.type.templates:
        yield el("templateId", root=root, extension=version)
    yield el("id", root=known.identity.id)
    yield coded("code", known.code)
    yield el("title", known.title)
    yield el("effectiveTime", value=known.made)
    level = Code(known.confidentiality, CONFIDENTIALITY, _LEVELS[known.confidentiality])
    yield coded("confidentialityCode", level)
    yield el("languageCode", code="fr-FR")
    yield el("setId", root=known.identity.set)
    yield el("versionNumber", value=str(known.identity.number))
    yield record_target(known.patient, problems)
    yield _author(known, tables)
    yield from known.circle.informants(tables)
    yield _custodian(known)
    yield from known.circle.recipients(tables)
    yield _legal_authenticator(known, tables)
    yield from known.circle.participants(tables)
    yield _service_event(known, tables)
    if known.identity.replaces:
        parent = el("parentDocument", el("id", root=known.identity.replaces))
        yield el("relatedDocument", parent, typeCode="RPLC")
    yield _encounter(known, tables)


def _check(known: Situation, problems: Problems) -> None:
    if known.author.id is None:
        text = (
            "The author must be a professional with a national identifier (RPPS or IdNat_PS): "
            "name one in the resource, or in the parameter author"
        )
        problems.missing(text, f"{_focus_type(known)}.author")
    elif known.author.person is None:
        problems.missing("The author's name is not known here", "Practitioner.name")
    if known.author.structure is None:
        text = "The structure where the author works is missing"
        problems.missing(text, "PractitionerRole.organization")
    if structure_id(known.custodian) is None:
        text = (
            "The structure that keeps the document must have a national identifier "
            "(FINESS, SIRET or IdNat_Struct)"
        )
        problems.missing(text, "Organization.identifier")
    if known.type.needs_doctor and known.circle.doctor is None:
        text = (
            "This type of document names the doctor (médecin traitant): a CareTeam participant "
            "in the role PCP, or Patient.generalPractitioner"
        )
        problems.missing(text, "CareTeam.participant")


def _focus_type(known: Situation) -> str:
    return known.type.focus or "Resource"


def _author(known: Situation, tables: CodeTables) -> Element:
    return el(
        "author",
        el("time", value=known.made),
        entity("assignedAuthor", known.author, tables),
    )


def _custodian(known: Situation) -> Element:
    keeper = organization("representedCustodianOrganization", known.custodian)
    return el("custodian", el("assignedCustodian", keeper))


def _legal_authenticator(known: Situation, tables: CodeTables) -> Element:
    return el(
        "legalAuthenticator",
        el("time", value=known.made),
        el("signatureCode", code="S"),
        entity("assignedEntity", known.author, tables),
    )


def _service_event(known: Situation, tables: CodeTables) -> Element:
    event = known.type.event
    return el(
        "documentationOf",
        el(
            "serviceEvent",
            coded("code", event) if event else None,
            period("effectiveTime", known.since, known.until),
            el(
                "performer",
                entity("assignedEntity", known.author, tables, setting=True),
                typeCode="PRF",
            ),
            classCode="ACT",
            moodCode="EVN",
        ),
    )


def _encounter(known: Situation, tables: CodeTables) -> Element:
    place = sector(known.author.structure, tables)
    contact = known.type.encounter
    return el(
        "componentOf",
        el(
            "encompassingEncounter",
            coded("code", contact) if contact else None,
            period("effectiveTime", known.since, known.until),
            el("location", el("healthCareFacility", coded("code", place))),
        ),
    )


def confidentiality(resource: Resource) -> str:
    """Give the confidentiality a resource is labelled with: N, R or V."""
    labels = (resource.get("meta") or {}).get("security", ())
    codes = {row.get("code") for row in labels if row.get("system") == _LABEL}
    return next((code for code in ("V", "R") if code in codes), "N")
