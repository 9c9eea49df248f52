"""What base definitions and the JSON format ask of an instance."""

from decimal import Decimal
from typing import Any

import pytest

from cordee.validation.validator import Validator

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "name": [{"family": "Dupont", "given": ["Marie"]}],
    "birthDate": "1980-02-29",
    "active": True,
}

SCRIPT = '<div xmlns="http://www.w3.org/1999/xhtml"><a href="JavaScript:alert(1)">x</a></div>'
OF_CONTAINER = {"extension": [{"url": "urn:x", "valueCanonical": "#"}]}
KILOGRAM = {"value": 1, "system": "http://unitsofmeasure.org", "code": "kg"}
USES_C = {"managingOrganization": {"reference": "#c"}}

CASES: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "unknown element": ({"nane": []}, ("element-unknown", "Patient")),
    "array where one value stands": (
        {"birthDate": ["1980-01-01"]},
        ("json-array-unexpected", "Patient.birthDate"),
    ),
    "one value where an array stands": ({"name": {}}, ("json-array-expected", "Patient.name")),
    "empty array": ({"name": []}, ("json-array-empty", "Patient.name")),
    "empty object": ({"name": [{}]}, ("json-object-empty", "Patient.name[0]")),
    "only an id": ({"name": [{"id": "x"}]}, ("element-empty", "Patient.name[0]")),
    "string where an object stands": (
        {"maritalStatus": "M"},
        ("json-kind", "Patient.maritalStatus"),
    ),
    "string where a boolean stands": ({"active": "true"}, ("json-kind", "Patient.active")),
    "text that is no boolean": ({"active": "TRUE"}, ("primitive-format", "Patient.active")),
    "null": ({"birthDate": None}, ("json-kind", "Patient.birthDate")),
    "empty string": ({"language": ""}, ("primitive-empty", "Patient.language")),
    "blank string": (
        {"name": [{"family": "  "}]},
        ("primitive-blank", "Patient.name[0].family"),
    ),
    "day that does not exist": (
        {"birthDate": "2021-02-29"},
        ("primitive-format", "Patient.birthDate"),
    ),
    "number out of range": (
        {"multipleBirthInteger": 2**31},
        ("primitive-format", "Patient.multipleBirth.ofType(integer)"),
    ),
    "decimal where an integer stands": (
        {"multipleBirthInteger": Decimal("1.0")},
        ("primitive-format", "Patient.multipleBirth.ofType(integer)"),
    ),
    "two types of a choice": (
        {"deceasedBoolean": True, "deceasedDateTime": "2020"},
        ("choice-several", "Patient"),
    ),
    "null without extension": (
        {"name": [{"given": ["Marie", None]}]},
        ("json-null", "Patient.name[0].given[1]"),
    ),
    "arrays of different lengths": (
        {"name": [{"given": ["A"], "_given": [{"id": "x"}, None]}]},
        ("json-arrays-differ", "Patient.name[0].given"),
    ),
    "resourceType inside an element": (
        {"maritalStatus": {"resourceType": "CodeableConcept", "text": "x"}},
        ("resource-type-misplaced", "Patient.maritalStatus"),
    ),
    "unknown contained type": (
        {"contained": [{"resourceType": "Patiente", "id": "c"}], **USES_C},
        ("resource-type-unknown", "Patient.contained[0]"),
    ),
    "contained without type": (
        {"contained": [{"id": "c"}], **USES_C},
        ("resource-type-missing", "Patient.contained[0]"),
    ),
    "missing element": (
        {"communication": [{"preferred": True}]},
        ("cardinality-min", "Patient.communication[0]"),
    ),
    "reference to a type that is not allowed": (
        {"managingOrganization": {"reference": "Practitioner/1"}},
        ("reference-target-type", "Patient.managingOrganization"),
    ),
    "reference to a contained resource that is not there": (
        {"managingOrganization": {"reference": "#o"}},
        ("reference-contained-missing", "Patient.managingOrganization"),
    ),
    "reference by search to a type that is not allowed": (
        {"managingOrganization": {"reference": "Practitioner?identifier=urn:x|1"}},
        ("reference-target-type", "Patient.managingOrganization"),
    ),
    "reference by identifier to a type that is not allowed": (
        {"managingOrganization": {"identifier": {"value": "1"}, "type": "Practitioner"}},
        ("reference-target-type", "Patient.managingOrganization"),
    ),
    "id of an element used before": (
        {
            "name": [{"id": "a", "text": "x"}],
            "deceasedBoolean": True,
            "_deceasedBoolean": {"id": "a"},
        },
        ("element-id-twice", "Patient.deceased.ofType(boolean)"),
    ),
    "canonical of a contained resource that is not there": (
        {"meta": {"profile": ["#o"]}},
        ("canonical-contained-missing", "Patient.meta.profile[0]"),
    ),
    "link that runs a script": (
        {"text": {"status": "additional", "div": SCRIPT}},
        ("narrative-link-script", "Patient.text.div"),
    ),
    "end before the start": (
        {"name": [{"text": "x", "period": {"start": "2024-03", "end": "2024-02-15"}}]},
        ("invariant", "Patient.name[0].period"),
    ),
    "extension without value": (
        {"extension": [{"url": "urn:x"}]},
        ("extension-content", "Patient.extension[0]"),
    ),
    "extension with a value and extensions": (
        {"extension": [{"url": "urn:x", "valueCode": "a", **OF_CONTAINER}]},
        ("extension-content", "Patient.extension[0]"),
    ),
    "length of time in kilograms": (
        {"extension": [{"url": "urn:x", "valueDuration": KILOGRAM}]},
        ("unit-other", "Patient.extension[0].value.ofType(Duration).code"),
    ),
    "reference whose stated type is another": (
        {"managingOrganization": {"reference": "Organization/1", "type": "Patient"}},
        ("reference-type-mismatch", "Patient.managingOrganization"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_fault_is_one_issue_at_its_place(validator: Validator, name: str) -> None:
    """A single fault gives a single error, at the element at fault."""
    change, expected = CASES[name]
    report = validator.validate(PATIENT | change)
    errors = [issue for issue in report.issues if issue.severity == "error"]
    assert [(issue.message_id, issue.expression) for issue in errors] == [expected]
    assert not report.ok


ABSENT = {
    "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
    "valueCode": "unknown",
}

GOOD: tuple[dict[str, Any], ...] = (
    {},
    {"name": [{"given": ["A", None], "_given": [None, {"extension": [ABSENT]}]}]},
    {"_birthDate": {"id": "b"}},
    {"contained": [{"resourceType": "Basic", "id": "c", "code": {"text": "x"}, **OF_CONTAINER}]},
    {"managingOrganization": {"reference": "https://fhir.example/Organization/1"}},
    {"managingOrganization": {"reference": "urn:uuid:9a1e0f3c-7b0d-4a4e-9a3b-1f2b3c4d5e6f"}},
)


@pytest.mark.parametrize("change", GOOD)
def test_well_formed_content_is_accepted(validator: Validator, change: dict[str, Any]) -> None:
    """What the format allows draws no error."""
    report = validator.validate(PATIENT | change)
    assert [issue for issue in report.issues if issue.severity == "error"] == []
    assert report.ok


def test_a_misspelt_element_is_told_the_likely_one(validator: Validator) -> None:
    """The message of an unknown element names the nearest known one."""
    (issue,) = validator.validate(PATIENT | {"birthdate": "1980"}).issues
    assert "birthDate?" in issue.diagnostics


@pytest.mark.parametrize("value", [None, [], "x", 3, {}, {"resourceType": 4}, {"a": {}}])
def test_anything_gets_a_report(validator: Validator, value: Any) -> None:
    """The validator answers whatever it is given."""
    assert not validator.validate(value).ok


def test_bundle_entries_are_checked(validator: Validator) -> None:
    """A fault in a Bundle entry is found at its place in the Bundle."""
    patient = PATIENT | {"gender": 3}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient}]}
    expressions = [issue.expression for issue in validator.validate(bundle).issues]
    assert "Bundle.entry[0].resource.gender" in expressions


@pytest.mark.parametrize(("kind", "severity"), [("transaction", "error"), ("batch", "warning")])
def test_a_urn_that_leads_nowhere_is_told(validator: Validator, kind: str, severity: str) -> None:
    """Nothing outside a Bundle has a URN's name: a transaction cannot store such a reference."""
    organization = {"reference": "urn:uuid:9a1e0f3c-7b0d-4a4e-9a3b-1f2b3c4d5e6f"}
    entry = {"resource": PATIENT | {"managingOrganization": organization}}
    bundle = {"resourceType": "Bundle", "type": kind, "entry": [entry]}
    found = validator.validate(bundle).issues
    told = [row.severity for row in found if row.message_id == "reference-urn-unresolved"]
    assert told == [severity]


def test_a_urn_leads_to_a_type_that_is_allowed(validator: Validator) -> None:
    """Where a Bundle holds what a URN names, its type is judged like one that is named."""
    urn = "urn:uuid:9a1e0f3c-7b0d-4a4e-9a3b-1f2b3c4d5e6f"
    entries = [
        {"fullUrl": urn, "resource": {"resourceType": "Practitioner"}},
        {"resource": PATIENT | {"managingOrganization": {"reference": urn}}},
    ]
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    found = [row for row in validator.validate(bundle) if row.message_id == "reference-target-type"]
    expression = "Bundle.entry[1].resource.managingOrganization"
    assert [row.expression for row in found] == [expression]


@pytest.mark.parametrize(("path", "good"), [("Thing.part-1", True), ("Thing.part 1", False)])
def test_constraints_are_about_the_whole_text(validator: Validator, path: str, good: bool) -> None:
    """A published pattern that would match anywhere in a path is held against all of it."""
    definition = {
        "resourceType": "StructureDefinition",
        "url": "http://example.org/StructureDefinition/Thing",
        "name": "Thing",
        "status": "draft",
        "kind": "logical",
        "abstract": False,
        "type": "Thing",
        "differential": {"element": [{"id": path, "path": path}]},
    }
    found = validator.validate(definition).issues
    assert good is not any("eld-19" in issue.diagnostics for issue in found)


def test_messages_are_written_in_french_on_request(validator: Validator) -> None:
    """The same report reads French or English."""
    report = validator.validate(PATIENT | {"name": []})
    assert "est vide" in report.render("fr-FR")[0].diagnostics
    assert "is empty" in report.render("en")[0].diagnostics
