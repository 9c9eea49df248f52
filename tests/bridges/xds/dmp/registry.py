"""What the DMP holds: entries with their versions, documents, and the rules between them."""

import hashlib
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from uuid import uuid4

from lxml import etree

from bridges.xds.dmp import lot_signature
from bridges.xds.dmp.metadata_table import (
    AUTHOR,
    SET_AUTHOR,
    R,
    classified,
    codes,
    entry_faults,
    identifier,
    set_faults,
    values,
)
from bridges.xds.dmp.vouching import Vouched

STATUS = "urn:oasis:names:tc:ebxml-regrep:StatusType:"
APPROVED, DEPRECATED = STATUS + "Approved", STATUS + "Deprecated"
DELETED = "urn:asip:ci-sis:2010:StatusType:Deleted"
ARCHIVED = "urn:asip:ci-sis:2010:StatusType:Archived"
REPOSITORY = "1.2.250.1.213.4.1.2.1"
HAS_MEMBER = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"


class Error(Exception):
    """An error of the registry: its code, and what is wrong."""

    def __init__(self, code: str, context: str = "") -> None:
        super().__init__(f"{code}: {context}")
        self.code, self.context = code, context


@dataclass
class Entry:
    """A document entry as the registry keeps it; its parts are those it was given."""

    object: etree._Element
    uuid: str
    logical: str
    unique: str
    patient: str
    status: str = APPROVED
    version: int = 1

    def shown(self) -> etree._Element:
        """Give the object as answers hold it."""
        made = deepcopy(self.object)
        for key, value in (("id", self.uuid), ("lid", self.logical), ("status", self.status)):
            made.set(key, value)
        for row in made:
            for key in ("classifiedObject", "registryObject"):
                if row.get(key):
                    row.set(key, self.uuid)
        slot = etree.SubElement(made, f"{R}Slot", name="repositoryUniqueId")
        etree.SubElement(etree.SubElement(slot, f"{R}ValueList"), f"{R}Value").text = REPOSITORY
        made.insert(0, slot)
        for old in made.findall(f"{R}VersionInfo"):
            made.remove(old)
        texts = [
            row for row in made if row.tag in {f"{R}{n}" for n in ("Slot", "Name", "Description")}
        ]
        version = etree.Element(f"{R}VersionInfo", versionName=str(self.version))
        made.insert(len(texts), version)
        return made


@dataclass
class Registry:
    """The record of some patients; `seal` is the certificate (PEM) that lots are signed with."""

    seal: str
    patients: set[str] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)
    documents: dict[str, bytes] = field(default_factory=dict)
    sets: list[str] = field(default_factory=list)
    packages: list[etree._Element] = field(default_factory=list)
    associations: list[tuple[str, str, str]] = field(default_factory=list)

    def living(self) -> list[Entry]:
        """Give the documents that are no signatures and not deleted."""
        return [
            row
            for row in self.entries
            if row.status != DELETED and codes(row.object, "typeCode") != ["E1762"]
        ]

    def provide(self, who: Vouched, request: etree._Element, data: dict[str, bytes]) -> None:
        """Register a lot, whole or not at all; `data` is by the id of entries."""
        held = self._lot(who, request)
        objects = request.findall(f".//{R}ExtrinsicObject")
        if {row.get("id", "") for row in objects} != set(data):
            raise Error("XDSMissingDocument", "documents and entries differ")
        made = [self._entry(row, data[row.get("id", "")], who) for row in objects]
        ids = {row.get("id", ""): entry for row, entry in zip(objects, made, strict=True)}
        ties = _ties(request)
        set_id = held.get("id", "")
        if {target for kind, _, target, _ in ties if kind == HAS_MEMBER} != set(ids):
            raise Error("XDSRepositoryMetadataError", "not all documents are members of the lot")
        self._signed(objects, data, ties, set_id, identifier(held, "uniqueId"))
        replaced = [self._replaced(row, ids, who) for row in ties if row[0].endswith(":RPLC")]
        for old in replaced:
            old.status = DEPRECATED
        self.entries += made
        self.documents |= {ids[id].unique: row for id, row in data.items()}
        self.sets.append(identifier(held, "uniqueId"))
        self.packages.append(_kept(held))
        names = {id: entry.uuid for id, entry in ids.items()}
        names[set_id] = self.packages[-1].get("id", "")
        self.associations += [(k, names.get(s, s), names.get(t, t)) for k, s, t, _ in ties]

    def _lot(self, who: Vouched, request: etree._Element) -> etree._Element:
        packages = request.findall(f".//{R}RegistryPackage")
        if len(packages) != 1:
            raise Error("XDSRepositoryMetadataError", "one submission set")
        held = packages[0]
        nodes = [
            row
            for row in request.iter(f"{R}Classification")
            if row.get("classificationNode") == "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
        ]
        if len(nodes) != 1 or nodes[0].get("classifiedObject") != held.get("id"):
            raise Error("XDSRepositoryMetadataError", "the submission set is not classified")
        faults = list(set_faults(held))
        if faults:
            raise Error("XDSRepositoryMetadataError", "; ".join(faults))
        self._patient(identifier(held, "patientId"), who)
        if identifier(held, "uniqueId") in self.sets:
            raise Error("XDSDuplicateUniqueIdInRegistry", "submission set")
        places = values(classified(held, SET_AUTHOR)[0], "authorInstitution")
        if not any(place.endswith(f"^^^{who.structure}") for place in places):
            raise Error(
                "XDSRepositoryMetadataError", "no authorInstitution is the VIHF's structure"
            )
        return held

    def _entry(self, held: etree._Element, data: bytes, who: Vouched) -> Entry:
        faults = list(entry_faults(held))
        if faults:
            raise Error("XDSRepositoryMetadataError", "; ".join(faults))
        unique = identifier(held, "uniqueId")
        digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        if values(held, "hash") != [digest] or values(held, "size") != [str(len(data))]:
            raise Error("XDSRepositoryMetadataError", "hash or size is not the document's")
        if unique in self.documents:
            same = self.documents[unique] == data
            raise Error("XDSDuplicateUniqueIdInRegistry" if same else "XDSNonIdenticalHash", unique)
        self._patient(identifier(held, "patientId"), who)
        uuid = f"urn:uuid:{uuid4()}"
        return Entry(deepcopy(held), uuid, uuid, unique, who.patient)

    def _patient(self, patient: str, who: Vouched) -> None:
        if patient != who.patient:
            raise Error("XDSPatientIdDoesNotMatch", "the VIHF is about another patient")
        if patient not in self.patients:
            raise Error("XDSUnknownPatientId", patient.partition("^")[0])

    def _signed(
        self,
        objects: list[etree._Element],
        data: dict[str, bytes],
        ties: list[tuple[str, str, str, dict[str, str]]],
        set_id: str,
        set_unique: str,
    ) -> None:
        """See that the lot holds one signature, over all its other documents."""
        signing = [row for row in objects if codes(row, "typeCode") == ["E1762"]]
        if len(signing) != 1:
            raise Error("XDSRepositoryMetadataError", "the lot is not signed")
        held = signing[0]
        wanted = (
            codes(held, "classCode") == ["urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1"]
            and codes(held, "formatCode") == ["http://www.w3.org/2000/09/xmldsig#"]
            and codes(held, "eventCodeList") == ["1.2.840.10065.1.12.1.14"]
            and codes(held, "confidentialityCode") == ["N", "MASQUE_PS", "INVISIBLE_PATIENT"]
            and values(held, "languageCode") == ["art"]
        )
        id = held.get("id", "")
        if not wanted or ("signs", id, set_id) not in [
            (k.rpartition(":")[2], s, t) for k, s, t, _ in ties
        ]:
            raise Error("XDSRepositoryMetadataError", "the entry of the signature")
        others = {
            identifier(row, "uniqueId"): data[row.get("id", "")]
            for row in objects
            if row is not held
        }
        faults = lot_signature.faults(data[id], self.seal, set_unique, others)
        if faults:
            raise Error("XDSRepositoryMetadataError", "; ".join(faults))

    def _replaced(
        self, tie: tuple[str, str, str, dict[str, str]], ids: dict[str, Entry], who: Vouched
    ) -> Entry:
        _, source, target, _ = tie
        old = next((row for row in self.entries if row.uuid == target), None)
        if source not in ids or old is None or old.patient != who.patient:
            raise Error("UnresolvedReferenceException", target)
        if old.status != APPROVED:
            raise Error("XDSRegistryDeprecatedDocumentError", target)
        return old

    def update(self, who: Vouched, request: etree._Element) -> None:
        """Change metadata: a status, or the next version of an entry."""
        held = self._lot(who, request)
        objects = {row.get("id", ""): row for row in request.findall(f".//{R}ExtrinsicObject")}
        ties = _ties(request)
        for kind, source, target, slots in ties:
            if source != held.get("id"):
                raise Error("XDSMetadataUpdateError", "not of this submission set")
            if kind.endswith(":UpdateAvailabilityStatus"):
                self._status(target, slots, who)
            elif kind == HAS_MEMBER and target in objects:
                self._next(objects[target], slots, who)
            else:
                raise Error("XDSMetadataUpdateOperationError", kind)
        self.sets.append(identifier(held, "uniqueId"))

    def _status(self, uuid: str, slots: dict[str, str], who: Vouched) -> None:
        entry = next((row for row in self.entries if row.uuid == uuid), None)
        if entry is None or entry.patient != who.patient:
            raise Error("UnresolvedReferenceException", uuid)
        if entry.status != slots.get("OriginalStatus"):
            raise Error("XDSMetadataUpdateError", "OriginalStatus")
        new = slots.get("NewStatus", "")
        if new not in {APPROVED, ARCHIVED, DELETED}:
            raise Error("XDSMetadataUpdateError", f"NewStatus {new}")
        if new == DELETED and not _wrote(entry, who):
            raise Error("XDSMetadataUpdateError", "only the author may delete")
        entry.status = new

    def _next(self, held: etree._Element, slots: dict[str, str], who: Vouched) -> None:
        entry = next((row for row in self.entries if row.logical == held.get("lid")), None)
        if entry is None or entry.patient != who.patient:
            raise Error("XDSMetadataIdentifierError", str(held.get("lid")))
        if slots.get("PreviousVersion") != str(entry.version):
            raise Error("XDSMetadataVersionError", "PreviousVersion")
        if identifier(held, "uniqueId") != entry.unique or values(held, "hash") != values(
            entry.object, "hash"
        ):
            raise Error("XDSMetadataUpdateError", "another document")
        faults = list(entry_faults(held))
        if faults:
            raise Error("XDSRegistryMetadataError", "; ".join(faults))
        kept = deepcopy(held)
        for slot in kept.findall(f"{R}Slot"):
            if slot.get("name") == "repositoryUniqueId":
                kept.remove(slot)
        entry.object, entry.uuid = kept, f"urn:uuid:{uuid4()}"
        entry.version += 1

    def find(self, query: str, asked: dict[str, list[str]], who: Vouched) -> list[Entry]:
        """Answer a stored query by the id of the query and its parameters."""
        mine = [row for row in self.entries if row.patient == who.patient]
        if query == "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d":
            return list(_found(mine, asked))
        if query == "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4":
            unique = asked.get("$XDSDocumentEntryUniqueId", [])
            uuids = asked.get("$XDSDocumentEntryEntryUUID", [])
            if bool(unique) == bool(uuids):
                raise Error("XDSStoredQueryParamNumber", "uniqueId or entryUUID")
            return [row for row in mine if row.unique in unique or row.uuid in uuids]
        raise Error("XDSUnknownStoredQuery", query)

    def submissions(self, asked: dict[str, list[str]], who: Vouched) -> list[etree._Element]:
        """Give the submission sets of the patient."""
        for name in ("$XDSSubmissionSetPatientId", "$XDSSubmissionSetStatus"):
            if not asked.get(name):
                raise Error("XDSStoredQueryMissingParam", name)
        return [row for row in self.packages if identifier(row, "patientId") == who.patient]

    def related(self, uuids: list[str], who: Vouched) -> list[tuple[str, str, str]]:
        """Give the ties of some entries of the patient."""
        if not 0 < len(uuids) <= 20:
            raise Error("XDSTooManyResults", f"{len(uuids)} entries")
        mine = {row.uuid for row in self.entries if row.patient == who.patient}
        return [row for row in self.associations if {row[1], row[2]} & mine & set(uuids)]


def _found(mine: list[Entry], asked: dict[str, list[str]]) -> Iterator[Entry]:
    for name in ("$XDSDocumentEntryPatientId", "$XDSDocumentEntryStatus"):
        if not asked.get(name):
            raise Error("XDSStoredQueryMissingParam", name)
    for row in mine:
        made = values(row.object, "creationTime")[0]
        kinds = [f"{c}^^{_scheme(row.object, c)}" for c in codes(row.object, "typeCode")]
        if (
            row.patient in asked["$XDSDocumentEntryPatientId"]
            and row.status in asked["$XDSDocumentEntryStatus"]
            and set(kinds) & set(asked.get("$XDSDocumentEntryTypeCode", kinds))
            and asked.get("$XDSDocumentEntryCreationTimeFrom", [""])[0] <= made
            and made < asked.get("$XDSDocumentEntryCreationTimeTo", ["9"])[0]
        ):
            yield row


def _kept(held: etree._Element) -> etree._Element:
    """Give a submission set under an id of the registry's own."""
    made = deepcopy(held)
    made.set("id", f"urn:uuid:{uuid4()}")
    made.set("status", APPROVED)
    return made


def _scheme(held: etree._Element, code: str) -> str:
    for row in classified(held, "f0306f51-975f-434e-a61c-c59651d33983"):
        if row.get("nodeRepresentation") == code:
            return values(row, "codingScheme")[0]
    return ""


def _ties(request: etree._Element) -> list[tuple[str, str, str, dict[str, str]]]:
    names = ("SubmissionSetStatus", "PreviousVersion", "OriginalStatus", "NewStatus")
    found = []
    for row in request.findall(f".//{R}Association"):
        slots = {name: told[0] for name in names if (told := values(row, name))}
        kind = row.get("associationType", "")
        if kind == HAS_MEMBER and slots.get("SubmissionSetStatus") != "Original":
            raise Error("XDSRepositoryMetadataError", "SubmissionSetStatus")
        found.append((kind, row.get("sourceObject", ""), row.get("targetObject", ""), slots))
    return found


def _wrote(entry: Entry, who: Vouched) -> bool:
    for author in classified(entry.object, AUTHOR):
        told = [*values(author, "authorPerson"), *values(author, "authorInstitution")]
        if any(
            re.match(rf"{re.escape(who.id)}\^", t) or t.endswith(f"^{who.structure}") for t in told
        ):
            return True
    return False
