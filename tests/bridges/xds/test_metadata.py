"""The metadata of documents: the table of the DMP, from any CI-SIS document."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bridges.xds.conftest import Variant
from bridges.xds.dmp.metadata_table import entry_faults, set_faults
from cordee.bridges.cda import document as documents
from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.namespaces import tag
from cordee.bridges.metadata.ebrim.reading import document_entry, entries, submission_set
from cordee.bridges.metadata.ebrim.revision import with_confidentiality
from cordee.bridges.metadata.ebrim.writing import extrinsic_object, submit_objects
from cordee.bridges.metadata.from_cda import Source, entry_of, for_dmp, replaced, unique_id
from cordee.bridges.metadata.hl7_types import LONGEST, escaped, plain, xcn, xon
from cordee.bridges.metadata.lot import Association, DocumentEntry, Lot
from cordee.bridges.metadata.namespaces import RIM
from cordee.bridges.metadata.times import date_time, utc
from cordee.bridges.metadata.vocabulary import dmp_types
from cordee.bridges.xds.lot_signature import canonical
from cordee.bridges.xds.queries import adhoc_query
from cordee.bridges.xds.submission import submission_set as made_set
from cordee.bridges.xds.submission import submitter
from cordee.bridges.xds.vihf import Holder, Structure
from cordee.errors import Category, FhirError
from cordee.interactions.services import now

PARIS = ZoneInfo("Europe/Paris")
STRUCTURE = Structure("1129484952", "MSP de Rodez", "SA52^1.2.250.1.71.4.2.4", "Cordee", "1")


def entry(data: bytes) -> DocumentEntry:
    """Give the metadata of a document."""
    return entry_of(Source(documents.read(data), data, PARIS), "urn:uuid:1")


def lot(one: DocumentEntry) -> Lot:
    """Make a lot of an entry, by software."""
    who = Holder("810100000000", ("Cordee", "1"), (), now(), software=True)
    about = one.patient_id or ""
    held = made_set(
        "urn:uuid:2",
        "2.25.1",
        about,
        author=submitter(STRUCTURE, who),
        activity="97",
        source="1.2.3",
        now=now(),
    )
    return Lot(
        held, (one,), (Association("urn:x", "urn:uuid:2", "urn:uuid:1", {"NewStatus": "y"}),)
    )


def test_what_is_written_is_read_again(variant: Variant) -> None:
    """Both ways go by one table: nothing is lost between them."""
    full = replace(
        entry(variant()),
        logical_id="urn:uuid:3",
        status="urn:oasis:names:tc:ebxml-regrep:StatusType:Approved",
        stop="20261122",
        events=(Code("a", "1.2", "A"), Code("b", "1.3", "B")),
        comments="Remarque",
        repository="1.9",
        uri="DOC00001.XML",
        references=("1^^^&1.2&ISO^urn:ihe:iti:xds:2013:order",),
        version="3",
    )
    sent = lot(full)
    message = etree.fromstring(etree.tostring(submit_objects(sent)))
    assert [row for row, _ in entries(message)] == [full]
    package = message.find(f".//{{{RIM}}}RegistryPackage")
    assert package is not None
    assert submission_set(package) == sent.set


def test_our_documents_hold_the_table(variant: Variant, schemas: etree.XMLSchema | None) -> None:
    """Every attribute is there, in its form; the message is one of the schema."""
    sent = lot(for_dmp(entry(canonical(variant()))))
    message = etree.fromstring(etree.tostring(submit_objects(sent)))
    found = message.find(f".//{{{RIM}}}ExtrinsicObject")
    package = message.find(f".//{{{RIM}}}RegistryPackage")
    assert found is not None
    assert package is not None
    assert list(entry_faults(found)) == []
    assert list(set_faults(package)) == []
    if schemas is not None:
        assert schemas.validate(message), schemas.error_log


@pytest.mark.conformance
def test_official_examples_have_all_metadata(
    material: Path, schemas: etree.XMLSchema | None
) -> None:
    """Every published document maps to metadata that the schemas take, whoever wrote it."""
    files = sorted((material / "cda-suite").glob("v*/ExemplesCDA/**/*.xml"))
    assert len(files) > 90
    assert schemas is not None
    for file in files:
        data = file.read_bytes()
        message = submit_objects(lot(entry(data)))
        sent = etree.fromstring(etree.tostring(message))
        assert schemas.validate(sent), f"{file.name}: {schemas.error_log}"
        told = for_the_record(entry(data))
        assert told == [], f"{file.name}: {told}"


def for_the_record(one: DocumentEntry) -> list[str]:
    """Tell what the table of the tests has against an entry; nothing of types not for the DMP."""
    assert one.type_code is not None
    if one.type_code.code not in dmp_types():
        return []
    wanted = for_dmp(one)
    return list(entry_faults(etree.fromstring(etree.tostring(extrinsic_object(wanted)))))


def test_all_that_is_missing_is_told_at_once() -> None:
    """A header without its mandatory parts is refused with an issue for each."""
    bare = b'<ClinicalDocument xmlns="urn:hl7-org:v3"><title>x</title></ClinicalDocument>'
    with pytest.raises(FhirError) as failure:
        entry(bare)
    assert failure.value.category is Category.UNPROCESSABLE
    told = {row.expression for row in failure.value.issues}
    assert len(failure.value.issues) == 14
    assert "ClinicalDocument.legalAuthenticator.assignedEntity" in told


def test_visibility_stands_behind_the_level(variant: Variant) -> None:
    """The level of the document comes first; a setting that the DMP lacks becomes a known one."""
    hidden = Code("MASQUE_PS", "1.2.250.1.213.1.1.4.13", "Masqué")
    one = replace(entry(variant()), setting=Code("ESSMS", "1.2.250.1.213.1.1.4.9", "ESSMS"))
    wanted = for_dmp(one, [hidden])
    assert [code.code for code in wanted.confidentiality] == ["N", "MASQUE_PS"]
    assert wanted.setting is not None
    assert wanted.setting.code == "AMBULATOIRE"


@pytest.mark.parametrize(
    ("id", "name"),
    [
        ({"root": "1.2.3"}, "1.2.3"),
        ({"root": "1.2.3", "extension": "a"}, "1.2.3^a"),
        (
            {"root": "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"},
            "2.25.329800735698586629295641978511506172918",
        ),
        ({"root": "not-a-root"}, None),
        ({}, None),
    ],
    ids=["oid", "extension", "uuid", "neither", "nothing"],
)
def test_documents_are_named_by_oids(id: dict[str, str], name: str | None) -> None:
    """A UUID becomes the OID that is kept for it."""
    assert unique_id(etree.Element(tag("id"), id)) == name


def test_only_a_replacement_replaces(variant: Variant) -> None:
    """A document related in another way replaces nothing."""
    data = variant(replaces="1.2.3")
    assert replaced(documents.read(data)) == "1.2.3"
    assert replaced(documents.read(data.replace(b'"RPLC"', b'"APND"'))) is None


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("20260318114000+0100", "20260318104000"),
        ("202607011200", "202607011000"),
        ("2026070112", "2026070110"),
        ("20260318", "20260318"),
        ("2026", "2026"),
        ("20260318114000.123-0500", "20260318164000"),
        ("20261340", "20261340"),
        ("20260399995959", None),
        ("hier", None),
    ],
)
def test_times_are_utc(value: str, told: str | None) -> None:
    """Times of day are moved to UTC, days stay; local time is that of the server's zone."""
    assert utc(value, PARIS) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("20260318104000", "2026-03-18T10:40:00Z"),
        ("202603181040", "2026-03-18T10:40:00Z"),
        ("20260318", "2026-03-18"),
        ("202603", "2026-03"),
        ("2026", "2026"),
        ("", None),
    ],
)
def test_times_of_metadata_are_date_times(value: str, told: str | None) -> None:
    """With the precision that FHIR knows."""
    assert date_time(value) == told


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=60))
def test_separators_in_a_text_separate_nothing(text: str) -> None:
    """What is escaped holds no separator, and reads as it was but for its white space."""
    written = escaped(text)
    assert not {"^", "&", "|", "~"} & set(written)
    assert plain(written) == " ".join(text.split())


@given(st.text(max_size=400), st.text(max_size=400))
def test_names_fit_into_their_slot(family: str, given_name: str) -> None:
    """People and structures are shortened in their names alone, never within an escape."""
    person = xcn("810100000009", [family, given_name], "1.2.250.1.71.4.2.1", "D", "IDNPS")
    place = xon(family, "1129484952", "1.2.250.1.71.4.2.2", "IDNST")
    for made in (person, place):
        assert len(made) <= LONGEST
        assert made.count("\\") % 2 == 0
    assert person.endswith("^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS")
    assert place.endswith("^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1129484952")


def test_values_of_queries_cannot_leave_their_quotes() -> None:
    """A quote is doubled; many values are told in as many slots' worth as they need."""
    asked = adhoc_query("GetDocuments", {"A": "x'y", "B": ["a" * 100, "b" * 100, "c" * 100]})
    rows = [row.text for row in asked.iter(f"{{{RIM}}}Value")]
    told = [f"('{'a' * 100}','{'b' * 100}')", f"('{'c' * 100}')"]
    assert rows == ["'x''y'", *told]


def test_a_revision_keeps_what_it_does_not_know(variant: Variant) -> None:
    """Slots of others, versions and order stay; ids are those of the new version."""
    held: Any = extrinsic_object(replace(entry(variant()), logical_id="urn:uuid:9", version="4"))
    held.set("status", "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved")
    held.insert(0, etree.fromstring(f'<r:Slot xmlns:r="{RIM}" name="urn:x:own"/>'))
    made = with_confidentiality(held, "urn:uuid:new", [Code("R", "1.2", "Restreint")])
    read = document_entry(made)
    assert (read.id, read.logical_id, read.version, read.status) == (
        *("urn:uuid:new", "urn:uuid:9", "4"),
        None,
    )
    assert read.confidentiality == (Code("R", "1.2", "Restreint"),)
    assert made[0].get("name") == "urn:x:own"
    owners = {row.get("classifiedObject") or row.get("registryObject") for row in made}
    assert owners == {None, "urn:uuid:new"}
    assert held.get("id") == "urn:uuid:1"
