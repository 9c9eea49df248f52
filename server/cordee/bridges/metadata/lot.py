"""A lot of documents: the submission set, an entry for each document, what ties them together.

https://profiles.ihe.net/ITI/TF/Volume3/ch-4.1.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cordee.bridges.cda.code_tables import Code


@dataclass(frozen=True, slots=True)
class Author:
    """Who made a document or a lot; `person` is an XCN, `institution` an XON."""

    person: str
    institution: str | None = None
    roles: tuple[str, ...] = ()
    specialty: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEntry:
    """What is known of one document; times are DTM in UTC, patient identifiers CX.

    `id` is the entryUUID once the registry has it; before, a name within the lot. `status`,
    `logical_id`, `repository` and `version` are the registry's to say.
    """

    id: str
    mime_type: str
    logical_id: str | None = None
    status: str | None = None
    authors: tuple[Author, ...] = ()
    legal_authenticator: str | None = None
    class_code: Code | None = None
    type_code: Code | None = None
    format_code: Code | None = None
    confidentiality: tuple[Code, ...] = ()
    facility: Code | None = None
    setting: Code | None = None
    events: tuple[Code, ...] = ()
    creation_time: str | None = None
    start: str | None = None
    stop: str | None = None
    source_patient_id: str | None = None
    source_patient_info: tuple[str, ...] = ()
    patient_id: str | None = None
    unique_id: str | None = None
    title: str | None = None
    comments: str | None = None
    language: str | None = None
    hash: str | None = None
    size: str | None = None
    repository: str | None = None
    uri: str | None = None
    references: tuple[str, ...] = ()
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionSet:
    """One act of submitting."""

    id: str
    unique_id: str | None = None
    source_id: str | None = None
    patient_id: str | None = None
    submission_time: str | None = None
    authors: tuple[Author, ...] = ()
    content_type: Code | None = None
    title: str | None = None
    comments: str | None = None


@dataclass(frozen=True, slots=True)
class Association:
    """A tie between two objects; `slots` say more of it."""

    kind: str
    source: str
    target: str
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lot:
    """What is submitted at once; `documents` are the bytes by the id of their entry."""

    set: SubmissionSet
    entries: tuple[DocumentEntry, ...] = ()
    associations: tuple[Association, ...] = ()
    documents: Mapping[str, bytes] = field(default_factory=dict)
