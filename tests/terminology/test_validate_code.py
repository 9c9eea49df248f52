"""Validating codes: yes, no, and not known here."""

from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.errors import FhirError
from cordee.terminology import Terminology
from terminology.conftest import COLOURS, VALUE_SET, filtered, made, value_set

SNOMED = "http://snomed.info/sct"
FRAGMENT = "http://example.org/CodeSystem/fragment"


@pytest.mark.parametrize(
    ("system", "code", "version", "result", "says"),
    [
        (COLOURS, "red", None, True, None),
        (COLOURS, "red", "2.0", True, None),
        (COLOURS, "red", "9.9", True, None),
        (COLOURS, "RED", None, False, "RED is not a code of"),
        (COLOURS, "green", None, False, "green is not a code of"),
        (COLOURS, "green", "9.9", None, "is not in the part of"),
        ("urn:oid:1.2.3.4", "red", None, True, None),
        ("urn:oid:1.2.3.4", "green", None, False, f"green is not a code of {COLOURS}"),
        (FRAGMENT, "a", None, True, None),
        (FRAGMENT, "Z", None, None, "is not in the part of"),
        (SNOMED, "1", None, None, "is not known here"),
        ("http://loinc.org", "1-8", None, None, "is not known here"),
        ("urn:ietf:bcp:47", "fr-FR", None, True, None),
        ("urn:ietf:bcp:47", "zh-Hant-TW-x-a", None, True, None),
        ("urn:ietf:bcp:47", "french language", None, False, "not well-formed"),
        ("urn:ietf:bcp:13", "text/plain; charset=utf-8", None, True, None),
        ("urn:ietf:bcp:13", "application/fhir+json", None, True, None),
        ("urn:ietf:bcp:13", "png", None, False, "not well-formed"),
        ("http://unitsofmeasure.org", "mm[Hg]", None, True, None),
        ("http://unitsofmeasure.org", "mmHg", None, False, "not well-formed"),
        ("urn:ietf:rfc:3986", "urn:oid:1.2", None, True, None),
        ("urn:ietf:rfc:3986", "nothing", None, False, "not well-formed"),
    ],
)
def test_a_code_is_checked_in_its_system(
    system: str, code: str, version: str | None, result: bool | None, says: str | None
) -> None:
    """A code is good, wrong, or not known; grammars answer for systems that no one lists."""
    terminology = Terminology(made())
    verdict = terminology.validate_code(code, system=system, version=version)
    assert verdict.result is result
    assert (verdict.message is None) is (says is None)
    assert says is None or says in (verdict.message or "")


@pytest.mark.parametrize(
    ("include", "system", "code", "result"),
    [
        ({"system": COLOURS}, COLOURS, "red", True),
        ({"system": COLOURS}, "urn:oid:1.2.3.4", "red", True),
        ({"system": "urn:oid:1.2.3.4"}, COLOURS, "red", True),
        ({"system": COLOURS}, COLOURS, "green", False),
        ({"system": COLOURS}, None, "red", True),
        ({"system": COLOURS}, None, "green", False),
        ({"system": COLOURS}, SNOMED, "red", False),
        ({"system": COLOURS, "version": "9.9"}, COLOURS, "red", True),
        ({"system": COLOURS, "version": "9.9"}, COLOURS, "green", None),
        ({"system": COLOURS, "version": "*"}, COLOURS, "green", False),
        ({"system": SNOMED}, SNOMED, "1", None),
        ({"system": SNOMED}, COLOURS, "red", False),
        ({"system": SNOMED}, None, "1", None),
        ({"system": SNOMED, "concept": [{"code": "1"}]}, SNOMED, "1", True),
        ({"system": SNOMED, "concept": [{"code": "1"}]}, SNOMED, "2", False),
        ({"system": FRAGMENT, "concept": [{"code": "A"}]}, FRAGMENT, "a", True),
        ({"system": FRAGMENT}, FRAGMENT, "a", True),
        ({"system": FRAGMENT}, FRAGMENT, "Z", None),
        ({"valueSet": ["http://example.org/none"]}, COLOURS, "red", None),
        ({"valueSet": ["http://example.org/none"]}, None, "red", None),
        ({"system": COLOURS, "valueSet": ["http://example.org/none"]}, COLOURS, "green", False),
        ({"system": "urn:ietf:bcp:47"}, None, "fr", True),
        ({"system": "urn:ietf:bcp:47"}, None, "not a tag", False),
        (
            filtered("canonical", "=", "g", "http://unitsofmeasure.org"),
            "http://unitsofmeasure.org",
            "mg",
            True,
        ),
        (
            filtered("canonical", "=", "g", "http://unitsofmeasure.org"),
            "http://unitsofmeasure.org",
            "m",
            False,
        ),
        (
            filtered("unheard", "=", "g", "http://unitsofmeasure.org"),
            "http://unitsofmeasure.org",
            "m",
            None,
        ),
        ({}, COLOURS, "red", False),
    ],
)
def test_a_code_is_checked_in_a_value_set(
    include: dict[str, Any],
    system: str | None,
    code: str,
    result: bool | None,
    terminology: Terminology,
) -> None:
    """A value set answers from what it lists, filters and imports, and says when it cannot."""
    verdict = terminology.validate_code(code, system=system, value_set=value_set("x", include))
    assert verdict.result is result
    assert (verdict.message is None) is (result is True)


def test_excludes_can_be_unknown_too(terminology: Terminology) -> None:
    """A code that an unknown system cannot hold stays in; one it may hold is not known."""
    both: list[dict[str, Any]] = [
        {"system": COLOURS},
        {"system": SNOMED, "concept": [{"code": "1"}]},
    ]
    some = value_set("x", *both, exclude=[{"system": SNOMED}])
    assert terminology.validate_code("red", system=COLOURS, value_set=some).result is True
    assert terminology.validate_code("1", system=SNOMED, value_set=some).result is None


@pytest.mark.parametrize(
    ("display", "correct"),
    [("Red", True), ("rED ", True), ("Rouge", True), ("Blue", False), (None, None)],
)
def test_displays_are_compared(
    display: str | None, correct: bool | None, terminology: Terminology
) -> None:
    """Any known text is a good display, case aside; a wrong one is said beside the verdict."""
    verdict = terminology.validate_code("red", system=COLOURS, display=display)
    assert (verdict.result, verdict.display, verdict.display_correct) == (True, "Red", correct)
    assert (verdict.message is not None) is (correct is False)
    french = terminology.validate_code("red", system=COLOURS, display_language="fr-CA, en")
    assert french.display == "Rouge"
    german = terminology.validate_code("red", system=COLOURS, display_language="de")
    assert german.display == "Rot"


def test_inactive_and_abstract_codes_are_told(terminology: Terminology) -> None:
    """A retired code is valid but said to be inactive; abstract codes can be refused."""
    assert terminology.validate_code("rust", system=COLOURS).inactive
    whole = value_set("x", {"system": COLOURS})
    assert terminology.validate_code("any", value_set=whole).result is True
    refused = terminology.validate_code("any", value_set=whole, abstract=False)
    assert refused.result is False
    assert "only groups" in (refused.message or "")


@pytest.mark.parametrize(
    ("codings", "result"),
    [
        ([{"system": COLOURS, "code": "green"}, {"system": COLOURS, "code": "red"}], True),
        ([{"system": COLOURS, "code": "green"}, {"system": SNOMED, "code": "1"}], False),
        ([{"system": SNOMED, "code": "1"}, {"code": "red"}], False),
        ([{"display": "no code"}], False),
        ([], False),
    ],
)
def test_one_good_coding_is_enough(
    codings: list[dict[str, Any]], result: bool | None, repository: Repository
) -> None:
    """A CodeableConcept is good when one of its codings is."""
    repository.add(value_set("x", {"system": COLOURS}))
    terminology = Terminology(repository)
    verdict = terminology.validate_concept({"coding": codings}, VALUE_SET + "x")
    assert verdict.result is result
    member = terminology.member_of("CodeableConcept", {"coding": codings}, VALUE_SET + "x")
    assert member is result


def test_a_right_display_counts_before_a_wrong_one(repository: Repository) -> None:
    """In which order the codings of a CodeableConcept stand makes no difference."""
    repository.add(value_set("x", {"system": COLOURS}))
    codings = [
        {"system": COLOURS, "code": "red", "display": "Green"},
        {"system": COLOURS, "code": "blue", "display": "Blue"},
    ]
    for order in (codings, codings[::-1]):
        found = Terminology(repository).validate_concept({"coding": order}, VALUE_SET + "x")
        assert (found.code, found.display_correct) == ("blue", True)


def test_codings_need_enough_to_go_by(terminology: Terminology) -> None:
    """A coding without code is wrong; one without system, outside a value set, is not known."""
    assert terminology.validate_coding({"system": COLOURS}).result is False
    assert terminology.validate_coding({"code": "red"}).result is None
    assert terminology.validate_coding({"system": COLOURS, "code": "red"}).result is True
    with pytest.raises(FhirError, match="needs a system or a value set"):
        terminology.validate_code("red")


def test_membership_by_type(repository: Repository) -> None:
    """FHIRPath's memberOf takes codes, Codings and CodeableConcepts."""
    repository.add(value_set("x", {"system": COLOURS}))
    terminology = Terminology(repository)
    url = VALUE_SET + "x"
    assert terminology.member_of("code", "red", url) is True
    assert terminology.member_of("Coding", {"system": COLOURS, "code": "red"}, url) is True
    assert terminology.member_of("Coding", {"system": SNOMED, "code": "red"}, url) is False
    assert terminology.member_of("boolean", True, url) is None
    assert terminology.member_of("code", "red", "http://example.org/none") is None


def test_another_version_of_a_value_set_stands_in(repository: Repository) -> None:
    """With another version at hand, members are members, and the rest is not known."""
    repository.add(value_set("x", {"system": COLOURS}, version="1.2.0"))
    terminology = Terminology(repository)
    for version, missing in (("|1.2.0", False), ("|1.2", False), ("|3", None), ("", False)):
        url = VALUE_SET + "x" + version
        assert terminology.contains(url, COLOURS, "red") is True
        assert terminology.contains(url, COLOURS, "green") is missing
        assert (terminology.codes(url) is None) is (missing is None)


@pytest.mark.parametrize(
    "compose",
    ["text", ["x"], {"include": "x"}, {"include": [1]}, {"include": [{"system": 1}]}],
)
def test_misshapen_definitions_are_not_known(compose: Any, repository: Repository) -> None:
    """A value set or code system of the wrong shape, as packages may hold, breaks nothing."""
    repository.add(value_set("x") | {"compose": compose})
    system = {"resourceType": "CodeSystem", "url": "http://e/s", "content": "complete"}
    repository.add(system | {"concept": [{"code": "a", "property": ["x"]}]})
    terminology = Terminology(repository)
    assert terminology.contains(VALUE_SET + "x", COLOURS, "red") is None
    assert terminology.codes(VALUE_SET + "x") is None
    assert terminology.validate_code("a", system="http://e/s").result is None
    with pytest.raises(FhirError, match="is not a valid"):
        terminology.expand(VALUE_SET + "x")
