"""Official value sets: those of R4 core, and the French ones of the national material."""

import json
from collections import Counter
from pathlib import Path

import pytest

from cordee.definitions.repository import Repository
from cordee.definitions.repository import core as core_pack
from cordee.terminology import ExpandOptions, Terminology

pytestmark = pytest.mark.conformance

NOS = "https://mos.esante.gouv.fr/NOS/"
NOTES = NOS + "TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote"
NOTE_TYPES = NOS + "JDV_J23-TypeNoteCahierLiaison-CISIS/FHIR/JDV-J23-TypeNoteCahierLiaison-CISIS"


@pytest.fixture(scope="module")
def core() -> Terminology:
    return Terminology(Repository.load())


@pytest.fixture(scope="module")
def french(material: Path) -> Terminology:
    """R4 core with the national code systems and value sets."""
    repository = Repository.load()
    for path in sorted((material / "nos").glob("[CV]*.json")):
        repository.add(json.loads(path.read_text("utf-8")))
    return Terminology(repository)


def test_the_value_sets_of_core_are_listed() -> None:
    """All value sets of R4 core are listed but those on systems that are not here."""
    repository = Repository([core_pack()])
    terminology = Terminology(repository)
    counts = Counter(terminology.codes(url) is None for url, _ in repository.canonicals("ValueSet"))
    assert counts[False] >= 1209
    assert counts[True] <= 107


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("administrative-gender", 4),
        ("observation-status", 8),
        ("bundle-type", 9),
        ("resource-types", 148),
        ("all-types", 213),
        ("event-status", 8),
        ("quantity-comparator", 4),
        ("care-team-status", 5),
    ],
)
def test_required_bindings_have_their_codes(name: str, count: int, core: Terminology) -> None:
    """Value sets of required bindings hold as many codes as the specification lists."""
    assert len(core.codes(f"http://hl7.org/fhir/ValueSet/{name}|4.0.1") or ()) == count


@pytest.mark.parametrize(
    ("value_set", "code"),
    [
        ("http://hl7.org/fhir/ValueSet/mimetypes", "application/pdf"),
        ("http://hl7.org/fhir/ValueSet/all-languages", "fr-FR"),
        ("http://hl7.org/fhir/ValueSet/languages", "fr"),
        ("http://hl7.org/fhir/ValueSet/ucum-units", "mg/dL"),
    ],
)
def test_grammars_answer_for_value_sets_without_lists(
    value_set: str, code: str, core: Terminology
) -> None:
    """Media types, languages and units are checked though no one lists them."""
    assert core.contains(value_set, None, code) is True
    assert core.contains(value_set, None, "not a code!") is False


def test_nested_concepts_are_reached(core: Terminology) -> None:
    """An is-a filter on a deep hierarchy finds the encounter classes, in their tree."""
    expansion = core.expand("http://terminology.hl7.org/ValueSet/v3-ActEncounterCode")
    assert [member.code for member in expansion.members] == [
        "AMB", "EMER", "FLD", "HH", "IMP", "OBSENC", "PRENC", "SS", "VR",
    ]  # fmt: skip
    inpatient = next(member for member in expansion.members if member.code == "IMP")
    assert [member.code for member in inpatient.contains] == ["ACUTE", "NONAC"]


def test_all_french_value_sets_are_listed(french: Terminology, material: Path) -> None:
    """Every national value set is listed, with as many codes as it names."""
    for path in sorted((material / "nos").glob("ValueSet-*.json")):
        resource = json.loads(path.read_text("utf-8"))
        codes = french.codes(resource["url"])
        includes = resource["compose"]["include"]
        whole = [row for row in includes if not row.get("concept")]
        if codes is None:
            assert whole, resource["url"]
            continue
        named = {
            (row["system"], part["code"]) for row in includes for part in row.get("concept", ())
        }
        assert len(codes) >= len(named) > 0 or whole, resource["url"]


def test_french_note_types(french: Terminology) -> None:
    """The types of liaison notes are found by canonical and by OID, in French."""
    by_url, by_oid = french.codes(NOTE_TYPES), french.codes("urn:oid:1.2.250.1.213.1.1.5.98")
    codes = {code for _, code in by_url or ()}
    assert codes == {"DEM-AVIS", "GEN", "INST", "INTERV", "OBS"}
    assert by_oid == by_url
    assert french.oids.canonical("1.2.250.1.213.1.1.4.334") == NOTES
    assert french.contains(NOTE_TYPES, "urn:oid:1.2.250.1.213.1.1.4.334", "OBS") is True
    assert french.contains(NOTE_TYPES, NOTES, "obs") is True
    assert french.contains(NOTE_TYPES, NOTES, "NONE") is False
    found = french.expand(NOTE_TYPES, ExpandOptions(filter="generale"))
    assert [member.display for member in found.members] == ["Note générale"]


def test_fragments_do_not_refuse_codes(french: Terminology) -> None:
    """A code that a fragment of a national system lacks is not known, not wrong."""
    assert french.validate_code("OBS", system=NOTES).result is True
    assert french.validate_code("OTHER", system=NOTES).result is None
