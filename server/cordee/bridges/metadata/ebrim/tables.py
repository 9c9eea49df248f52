"""Which attribute stands where, and how often: the metadata that CI-SIS and DMP require.

https://profiles.ihe.net/ITI/TF/Volume3/ch-4.2.html
https://ansforge.github.io/IG-FHIR-PDSM4DMP-EEDS/main/ig/
"""

from dataclasses import dataclass

from cordee.bridges.metadata.ebrim.places import (
    Attribute,
    Authored,
    Coded,
    Identified,
    Place,
    Slotted,
    Text,
    VersionInfo,
)

MANY = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """One attribute: its field, its place, and how often a submission holds it."""

    field: str
    place: Place
    least: int = 0
    most: int = 1

    @property
    def plural(self) -> bool:
        """Tell whether the field is a tuple, even where only one may be said."""
        return self.most > 1 or self.field == "authors"


ENTRY: tuple[Row, ...] = (
    Row("mime_type", Attribute("mimeType"), 1),
    Row("logical_id", Attribute("lid")),
    Row("status", Attribute("status")),
    Row("creation_time", Slotted("creationTime"), 1),
    Row("hash", Slotted("hash"), 1),
    Row("language", Slotted("languageCode"), 1),
    Row("legal_authenticator", Slotted("legalAuthenticator"), 1),
    Row("repository", Slotted("repositoryUniqueId")),
    Row("start", Slotted("serviceStartTime"), 1),
    Row("stop", Slotted("serviceStopTime")),
    Row("size", Slotted("size"), 1),
    Row("source_patient_id", Slotted("sourcePatientId"), 1),
    Row("source_patient_info", Slotted("sourcePatientInfo"), 1, MANY),
    Row("references", Slotted("urn:ihe:iti:xds:2013:referenceIdList"), 0, MANY),
    Row("uri", Slotted("URI")),
    Row("title", Text("Name"), 1),
    Row("comments", Text("Description")),
    Row("version", VersionInfo()),
    Row("authors", Authored("urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d"), 1, MANY),
    Row("class_code", Coded("urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a"), 1),
    Row("confidentiality", Coded("urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"), 1, 4),
    Row("events", Coded("urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4"), 0, MANY),
    Row("format_code", Coded("urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d"), 1),
    Row("facility", Coded("urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1"), 1),
    Row("setting", Coded("urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead"), 1),
    Row("type_code", Coded("urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"), 1),
    Row(
        "patient_id",
        Identified("urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427", "XDSDocumentEntry.patientId"),
        1,
    ),
    Row(
        "unique_id",
        Identified("urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab", "XDSDocumentEntry.uniqueId"),
        1,
    ),
)
"""A DocumentEntry (ExtrinsicObject)."""

SET: tuple[Row, ...] = (
    Row("submission_time", Slotted("submissionTime"), 1),
    Row("title", Text("Name")),
    Row("comments", Text("Description")),
    Row("authors", Authored("urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"), 1),
    Row("content_type", Coded("urn:uuid:aa543740-bdda-424e-8c96-df4873be8500"), 1),
    Row(
        "patient_id",
        Identified("urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446", "XDSSubmissionSet.patientId"),
        1,
    ),
    Row(
        "source_id",
        Identified("urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832", "XDSSubmissionSet.sourceId"),
        1,
    ),
    Row(
        "unique_id",
        Identified("urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8", "XDSSubmissionSet.uniqueId"),
        1,
    ),
)
"""A SubmissionSet (RegistryPackage)."""

CONFIDENTIALITY = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"
