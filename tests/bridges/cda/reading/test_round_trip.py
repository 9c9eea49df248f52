"""What we write as CDA, read again: nothing is lost of what the official mapping covers."""

from collections.abc import Callable
from typing import Any

import pytest

from bridges.cda.conftest import Write, focus_of, people
from bridges.cda.reading.conftest import Read, made
from bridges.cda.rich_record import clinical
from cordee.resource.types import Resource


def concept(held: dict[str, Any] | None) -> tuple[Any, ...]:
    """Give what a concept means: its codes, or its words where it has none."""
    codings = (held or {}).get("coding", ())
    codes = tuple((row.get("system"), row.get("code"), row.get("display")) for row in codings)
    return codes or ((held or {}).get("text"),)


def status(row: Resource) -> str:
    """Give the clinical status, which is active unless told."""
    codings = row.get("clinicalStatus", {}).get("coding", [{"code": "active"}])
    return str(codings[0]["code"])


def amount(row: Resource) -> tuple[str, str | None] | None:
    """Give the number and unit of an Observation."""
    held = row.get("valueQuantity")
    return (str(held["value"]), held.get("code")) if held else None


def signs(rows: list[Resource]) -> list[Resource]:
    """Take panels of vital signs apart, as CDA does."""
    vital = [row for row in rows if row.get("category")]
    return [row | one for row in vital for one in row.get("component") or [{}]]


SAME: dict[str, Callable[[Resource], tuple[Any, ...]]] = {
    "Condition": lambda row: (
        concept(row.get("code")),
        status(row),
        row.get("onsetDateTime", row.get("recordedDate")),
        row.get("abatementDateTime"),
    ),
    "AllergyIntolerance": lambda row: (
        concept(row.get("code")),
        tuple(row.get("category", ())),
        row.get("onsetDateTime"),
    ),
    "Procedure": lambda row: (
        concept(row.get("code")),
        row.get("status"),
        row.get("performedDateTime"),
    ),
    "Goal": lambda row: (concept(row.get("description")), row.get("startDate")),
}
"""Type → what of it the mapping covers."""


@pytest.fixture(scope="module")
def told() -> tuple[Resource, ...]:
    """A generated territory with one of each kind of clinical resource."""
    patient = focus_of(people(), None)
    assert patient is not None
    return (*people(), *clinical(patient))


@pytest.mark.parametrize("type", SAME)
def test_a_summary_read_again_tells_the_same(
    type: str, told: tuple[Resource, ...], written: Write, reading: Read
) -> None:
    """Codes, words, dates and states come back."""
    found = made(reading(written("ips", told)), type)
    wanted = [row for row in told if row["resourceType"] == type]
    assert sorted(map(SAME[type], found), key=str) == sorted(map(SAME[type], wanted), key=str)


def test_treatments_come_back(told: tuple[Resource, ...], written: Write, reading: Read) -> None:
    """Product, dosage in words and period; CDA has one kind of treatment for two of FHIR."""
    found = made(reading(written("ips", told)), "MedicationStatement")
    assert [
        (concept(row["medicationCodeableConcept"])[0], row["dosage"], row["effectivePeriod"])
        for row in found
    ] == [
        (
            ("urn:oid:1.2.250.1.213.2.3.1", "60019927", "SOLIAN 100 mg"),
            [{"text": "1 le soir"}],
            {"start": "2024-01-01"},
        ),
        ("Paracétamol", [{"text": "si douleur"}], {"start": "2026-11-01"}),
    ]


def test_vital_signs_come_back(told: tuple[Resource, ...], written: Write, reading: Read) -> None:
    """One by one, with their units and moments."""
    found = made(reading(written("ips", told)), "Observation")
    wanted = signs([row for row in told if row["resourceType"] == "Observation"])
    assert [(concept(row["code"]), amount(row), row["effectiveDateTime"]) for row in found] == [
        (concept(row["code"]), amount(row), row["effectiveDateTime"]) for row in wanted
    ]


def test_people_come_back(told: tuple[Resource, ...], written: Write, reading: Read) -> None:
    """The patient with INS and traits, professionals with number, profession and structure."""
    found = reading(written("ips", told))
    (patient,) = made(found, "Patient")
    before = focus_of(told, None)
    assert before is not None
    for name in ("gender", "birthDate"):
        assert patient[name] == before[name]
    assert patient["name"][0]["family"] == before["name"][0]["family"]
    assert patient["identifier"][0]["value"] == before["identifier"][0]["value"]
    numbers = {row["identifier"][-1]["value"] for row in made(found, "Practitioner")}
    known = {
        one["value"]
        for row in told
        if row["resourceType"] == "Practitioner"
        for one in row["identifier"]
    }
    assert numbers
    assert numbers <= known
    assert all(row["code"] and row["organization"] for row in made(found, "PractitionerRole"))


def test_a_level_1_document_gives_its_pdf(written: Write, reading: Read) -> None:
    """The document and the file inside, each as a Binary."""
    found = reading(written("ppcs"))
    (document,) = made(found, "DocumentReference")
    kinds = [row["attachment"]["contentType"] for row in document["content"]]
    assert kinds == ["text/xml", "application/pdf"]
    assert document["content"][0]["format"]["code"] == "urn:ihe:iti:xds-sd:pdf:2008"
    assert len(made(found, "Binary")) == 2


def test_lines_of_a_text_stay_lines(written: Write, reading: Read) -> None:
    """What was written in lines, with any characters, comes back in lines."""
    words = "Chute <à domicile> & « fracture »\r\n\n  - plâtre; œdème 😀"
    fall = {"resourceType": "Condition", "id": "fall", "code": {"text": words}}
    data = written("ips", (*people(), fall))
    assert data.count(b"<br/>") == 2
    found = [row["code"].get("text") for row in made(reading(data), "Condition")]
    assert "Chute <à domicile> & « fracture »\n\n- plâtre; œdème 😀" in found


def test_words_of_others_do_not_run_together(written: Write, reading: Read) -> None:
    """Items, paragraphs and breaks part words; comments and emphasis inside a word do not."""
    ours = {"resourceType": "Condition", "id": "c", "code": {"text": "ICI"}}
    theirs = (
        "<list><item>Asthme</item><item>E<!-- x -->cz<content>éma</content></item></list>"
        "depuis<br/>2019"
    )
    data = written("ips", (*people(), ours)).replace(b"<td>ICI</td>", f"<td>{theirs}</td>".encode())
    found = [row["code"].get("text") for row in made(reading(data), "Condition")]
    assert "Asthme Eczéma depuis\n2019" in found
