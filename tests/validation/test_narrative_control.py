"""What profiles ask of narratives, and of profiles that inherit obligations."""

from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.validation.options import STRICT
from cordee.validation.validator import Validator

BASE = "http://hl7.org/fhir/StructureDefinition/"
URL = "http://example.org/StructureDefinition/"


def profile(name: str, **more: Any) -> dict[str, Any]:
    """Make a profile of Patient."""
    return {
        "resourceType": "StructureDefinition",
        "url": URL + name,
        "name": name,
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "baseDefinition": BASE + "Patient",
        "derivation": "constraint",
        "differential": {"element": [{"id": "Patient", "path": "Patient"}]},
    } | more


def patient(inside: str) -> dict[str, Any]:
    """Make a patient in English whose narrative holds `inside`."""
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{inside}</div>'
    return {
        "resourceType": "Patient",
        "language": "en",
        "text": {"status": "generated", "div": div},
    }


ENGLISH, GERMAN = '<div lang="en">a</div>', '<div lang="de">b</div>'
LANGUAGE, SOURCE = "narrative-language-control", "narrative-source-control"


@pytest.mark.parametrize(
    ("control", "code", "inside", "expected"),
    [
        (LANGUAGE, "_no", ENGLISH, ["narrative-sections-refused"]),
        (LANGUAGE, "_no", "<p>a</p>", []),
        (LANGUAGE, "_yes", "<p>a</p>", ["narrative-sections-missing"]),
        (LANGUAGE, "_yes", GERMAN, []),
        (LANGUAGE, "_resource", GERMAN, ["narrative-section-missing"]),
        (LANGUAGE, "_resource", GERMAN + ENGLISH, []),
        (LANGUAGE, "fr", ENGLISH, ["narrative-section-missing"]),
        (SOURCE, "warning", '<p class="generated">a<b>c</b></p>', []),
        (SOURCE, "warning", "text<p>a</p>", ["narrative-source-missing"] * 2),
        (SOURCE, "warning", '<p class="x original">a</p> b', ["narrative-source-missing"]),
    ],
)  # fmt: skip
def test_narratives_follow_the_controls_of_the_profile(
    control: str, code: str, inside: str, expected: list[str]
) -> None:
    """Language sections and sources are asked for by extensions on the profile's element."""
    asked = {
        "id": "Patient.text",
        "path": "Patient.text",
        "extension": [{"url": BASE + control, "valueCode": code}],
    }
    repository = Repository.load()
    repository.add(profile("controlled", differential={"element": [asked]}))
    found = Validator(repository).validate(patient(inside), [URL + "controlled"]).issues
    assert [row.message_id for row in found if row.severity == "error"] == expected


@pytest.mark.parametrize(
    ("flag", "base", "expected"),
    [
        ("obligation-profile-flag", "Patient", []),
        ("obligation-profile", "Patient", []),
        ("other", "Patient", ["obligations-not-flagged"]),
        ("obligation-profile-flag", "DomainResource", ["obligations-base"]),
    ],
)
def test_obligations_come_from_obligation_profiles_of_the_same_base(
    flag: str, base: str, expected: list[str]
) -> None:
    """What is inherited from must be marked, and have the base of what inherits."""
    repository = Repository.load()
    marked = [{"url": BASE + flag, "valueBoolean": True}]
    repository.add(profile("duties", extension=marked, baseDefinition=BASE + base))
    heir = [
        {"url": BASE + "inherit-obligations", "valueCanonical": URL + name}
        for name in ("duties", "unknown")
    ]
    found = Validator(repository, options=STRICT).validate(profile("heir", extension=heir)).issues
    assert [row.message_id for row in found if "obligations" in str(row.message_id)] == expected
