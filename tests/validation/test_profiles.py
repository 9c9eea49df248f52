"""What profiles ask: cardinality, values, types, slices, references, constraints."""

from collections.abc import Callable
from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.terminology import Terminology
from cordee.validation.options import Options
from cordee.validation.validator import Validator

BASE = "http://hl7.org/fhir/StructureDefinition/"
URL = "http://example.org/StructureDefinition/p"

Check = Callable[[list[dict[str, Any]], dict[str, Any]], list[tuple[str, str]]]


def profile(type_name: str, elements: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Make a profile with a differential."""
    return {
        "resourceType": "StructureDefinition",
        "url": URL,
        "name": "P",
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": type_name,
        "baseDefinition": BASE + type_name,
        "derivation": "constraint",
        "differential": {"element": [{"id": row["path"], **row} for row in elements]},
    } | more


@pytest.fixture
def errors() -> Check:
    """Validate a resource against a profile and give (message id, expression) of each error."""

    def run(elements: list[dict[str, Any]], resource: dict[str, Any]) -> list[tuple[str, str]]:
        repository = Repository.load()
        repository.add(profile(resource["resourceType"], elements))
        validator = Validator(repository, Terminology(repository))
        found = validator.validate(resource, [URL]).issues
        return [
            (str(row.message_id), str(row.expression)) for row in found if row.severity == "error"
        ]

    return run


PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "birthDate": "1980-01-01",
    "identifier": [
        {"system": "urn:oid:1.2", "value": "a"},
        {"system": "urn:oid:1.3", "value": "b"},
    ],
    "managingOrganization": {"reference": "Organization/1"},
}

CASES: dict[str, tuple[list[dict[str, Any]], tuple[str, str] | None]] = {
    "an element that must be there": (
        [{"path": "Patient.gender", "min": 1}],
        ("cardinality-min", "Patient"),
    ),
    "an element that must not be there": (
        [{"path": "Patient.birthDate", "max": "0"}],
        ("cardinality-max", "Patient"),
    ),
    "an element that is there": ([{"path": "Patient.birthDate", "min": 1}], None),
    "a fixed value": (
        [{"path": "Patient.birthDate", "fixedDate": "1990-01-01"}],
        ("fixed", "Patient.birthDate"),
    ),
    "a pattern that holds": (
        [{"path": "Patient.birthDate", "patternDate": "1980-01-01"}],
        None,
    ),
    "a smallest value": (
        [{"path": "Patient.birthDate", "minValueDate": "2000-01-01"}],
        ("value-too-small", "Patient.birthDate"),
    ),
    "a greatest length": (
        [{"path": "Patient.identifier.value", "maxLength": 0}],
        ("value-too-long", "Patient.identifier[0].value"),
    ),
    "a constraint": (
        [
            {
                "path": "Patient",
                "constraint": [
                    {
                        "key": "x-1",
                        "severity": "error",
                        "human": "no",
                        "expression": "identifier.count() = 3",
                    }
                ],
            }
        ],
        ("invariant", "Patient"),
    ),
    "a version that a reference must name": (
        [
            {
                "path": "Patient.managingOrganization",
                "type": [
                    {
                        "code": "Reference",
                        "targetProfile": [f"{BASE}Organization"],
                        "versioning": "specific",
                    }
                ],
            }
        ],
        ("reference-version-missing", "Patient.managingOrganization"),
    ),
    "an element that the profile puts below another": (
        [{"path": "Patient.contact", "min": 1}, {"path": "Patient.contact.name", "min": 1}],
        ("cardinality-min", "Patient"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_rule_of_a_profile_is_asked(errors: Check, name: str) -> None:
    """A broken rule gives an error at its place, a rule that is kept gives none."""
    elements, expected = CASES[name]
    assert errors(elements, PATIENT)[:1] == ([expected] if expected else [])


def slices(rules: str, *names: tuple[str, str, int, str]) -> list[dict[str, Any]]:
    """Slice identifiers by system: (slice name, system, min, max)."""
    made: list[dict[str, Any]] = [
        {
            "path": "Patient.identifier",
            "slicing": {"discriminator": [{"type": "value", "path": "system"}], "rules": rules},
        }
    ]
    for name, system, least, most in names:
        here = f"Patient.identifier:{name}"
        path = "Patient.identifier"
        made.append({"id": here, "path": path, "sliceName": name, "min": least, "max": most})
        made.append(
            {"id": f"{here}.system", "path": f"{path}.system", "min": 1, "patternUri": system}
        )
    return made


def test_slices_are_told_apart_and_counted(errors: Check) -> None:
    """A slice that is missing and one that has too many are each an error."""
    elements = slices("open", ("a", "urn:oid:1.2", 0, "0"), ("c", "urn:oid:1.9", 1, "1"))
    assert errors(elements, PATIENT) == [
        ("cardinality-max", "Patient"),
        ("cardinality-min", "Patient"),
    ]


def test_a_closed_slicing_refuses_what_fits_no_slice(errors: Check) -> None:
    """Closed slicing leaves room for the slices alone."""
    elements = slices("closed", ("a", "urn:oid:1.2", 0, "1"))
    assert errors(elements, PATIENT) == [("slice-closed", "Patient.identifier[1]")]


def test_an_open_slicing_leaves_the_rest_alone(errors: Check) -> None:
    """Open slicing says nothing of what fits no slice."""
    assert errors(slices("open", ("a", "urn:oid:1.2", 1, "1")), PATIENT) == []


def test_other_elements_come_after_the_slices_when_open_at_end(errors: Check) -> None:
    """What fits no slice stands last."""
    elements = slices("openAtEnd", ("b", "urn:oid:1.3", 1, "1"))
    assert errors(elements, PATIENT) == [("slice-not-at-end", "Patient.identifier[1]")]


def test_a_choice_may_be_narrowed_to_a_type(errors: Check) -> None:
    """A type that the profile leaves out is refused."""
    elements = [{"path": "Observation.value[x]", "type": [{"code": "Quantity"}]}]
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "valueString": "x",
    }
    assert errors(elements, observation) == [
        ("type-not-allowed", "Observation.value.ofType(string)")
    ]


def test_the_target_of_a_contained_reference_must_conform(errors: Check) -> None:
    """A reference to a contained resource of another type than asked is refused."""
    elements = [
        {
            "path": "Patient.generalPractitioner",
            "type": [{"code": "Reference", "targetProfile": [BASE + "Organization"]}],
        }
    ]
    patient = PATIENT | {
        "contained": [{"resourceType": "Practitioner", "id": "p"}],
        "generalPractitioner": [{"reference": "#p"}],
    }
    assert errors(elements, patient) == [
        ("reference-target-type", "Patient.generalPractitioner[0]")
    ]


def test_what_a_profile_imposes_is_asked_too() -> None:
    """A profile that is imposed by another, or by one it is derived from, must be kept."""
    repository = Repository.load()
    extension = {
        "url": f"{BASE}structuredefinition-imposeProfile",
        "valueCanonical": f"{URL}-imposed",
    }
    born = [{"path": "Patient.deceased[x]", "min": 1}]
    repository.add(profile("Patient", born, url=f"{URL}-imposed"))
    repository.add(profile("Patient", [], url=f"{URL}-imposing", extension=[extension]))
    repository.add(profile("Patient", [], baseDefinition=f"{URL}-imposing"))
    found = Validator(repository).validate(PATIENT, [URL]).issues
    assert [(row.message_id, row.expression) for row in found] == [("cardinality-min", "Patient")]


@pytest.mark.parametrize("url", [URL, f"{BASE}Patient|3.0.1"])
def test_a_profile_that_is_not_known_is_said(validator: Validator, url: str) -> None:
    """A claim that cannot be checked is a warning, a profile asked for that cannot is an error."""
    claimed = PATIENT | {"meta": {"profile": [url]}}
    found = [*validator.validate(claimed).issues, *validator.validate(PATIENT, [url]).issues]
    assert [(row.message_id, row.expression, row.severity) for row in found] == [
        ("profile-unknown", "Patient.meta.profile[0]", "warning"),
        ("profile-unknown", "Patient", "error"),
    ]


def test_a_profile_of_another_type_is_refused(validator: Validator) -> None:
    """A profile is for one type."""
    found = validator.validate(PATIENT, [BASE + "bp"]).issues
    assert [row.message_id for row in found] == ["profile-wrong-type"]


def test_an_expression_that_cannot_be_read_is_said(errors: Check) -> None:
    """An expression outside FHIRPath is a warning and stops nothing."""
    constraint = {"key": "x-1", "severity": "error", "human": "no", "expression": "((("}
    elements: list[dict[str, Any]] = [
        {"path": "Patient", "constraint": [constraint]},
        {"path": "Patient.gender", "min": 1},
    ]
    assert errors(elements, PATIENT) == [("cardinality-min", "Patient")]


def test_definitions_that_change_are_compiled_anew() -> None:
    """A profile added later is in force at the next validation."""
    repository = Repository.load()
    validator = Validator(repository)
    repository.add(profile("Patient", [{"path": "Patient.birthDate", "min": 1}]))
    assert validator.validate(PATIENT, [URL]).ok
    repository.add(profile("Patient", [{"path": "Patient.gender", "min": 1}]))
    assert not validator.validate(PATIENT, [URL]).ok


def test_unknown_extensions_are_refused_only_on_request(validator: Validator) -> None:
    """Whether an unknown extension is an error is the caller's choice."""
    patient = PATIENT | {"extension": [{"url": "https://x.fr/y", "valueString": "z"}]}
    assert validator.validate(patient).ok
    assert not validator.validate(patient, options=Options(any_extension=False)).ok


@pytest.mark.parametrize(
    ("claims", "expected"), [("error", ["error"]), ("warn", ["warning"]), ("off", [])]
)
def test_what_comes_of_a_broken_claim_is_the_callers_choice(
    claims: Any, expected: list[str]
) -> None:
    """A profile required of a type is checked as firmly as the caller asks."""
    repository = Repository.load()
    repository.add(profile("Patient", [{"path": "Patient.gender", "min": 1}]))
    options = Options(claims=claims, required={"Patient": (URL,)})
    found = Validator(repository, options=options).validate(PATIENT).issues
    assert [row.severity.value for row in found] == expected


def _slice(path: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": f"{path}:{name}", "path": path, "sliceName": name} | more


def _sliced(path: str, kind: str, by: str, rules: str = "open") -> dict[str, Any]:
    return {
        "path": path,
        "slicing": {"discriminator": [{"type": kind, "path": by}], "rules": rules},
    }


OWN_DOCTOR = [
    _sliced("Patient.generalPractitioner", "type", "resolve()", "closed"),
    _slice(
        "Patient.generalPractitioner",
        "own",
        min=1,
        type=[{"code": "Reference", "targetProfile": [f"{BASE}Practitioner"]}],
    ),
]
OTHER_BORN = [
    _sliced("Patient.link", "exists", "other.resolve().birthDate", "closed"),
    _slice("Patient.link", "born", min=1),
    {"id": "Patient.link:born.other", "path": "Patient.link.other", "min": 1},
]
ONE_CATEGORY = [
    _sliced("Observation.category", "value", "$this"),
    _slice(
        "Observation.category",
        "usual",
        max="1",
        binding={
            "strength": "extensible",
            "valueSet": "http://hl7.org/fhir/ValueSet/observation-category",
        },
    ),
]
ONE_PATIENT = [
    _sliced("Bundle.entry", "profile", "resource"),
    _slice("Bundle.entry", "patient", max="1"),
    {
        "id": "Bundle.entry:patient.resource",
        "path": "Bundle.entry.resource",
        "min": 1,
        "type": [{"code": "Patient"}],
    },
]
UNTOLD = [
    _sliced("Patient.identifier", "value", "value", "closed"),
    _slice("Patient.identifier", "a", min=1),
]


def _bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    full_url = "urn:uuid:c757873d-ec9a-4326-a141-556f4324952"
    entry = [
        {"fullUrl": f"{full_url}{index}", "resource": resource}
        for index, resource in enumerate(resources)
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entry}


def _categories(*systems: str) -> dict[str, Any]:
    coded = [{"coding": [{"system": system, "code": "x"}]} for system in systems]
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "category": coded,
    }


SORTED: dict[str, tuple[list[dict[str, Any]], dict[str, Any], list[tuple[str, str]]]] = {
    "a type that the reference names": (
        OWN_DOCTOR,
        PATIENT | {"generalPractitioner": [{"reference": "Practitioner/1"}]},
        [],
    ),
    "another type that the reference names": (
        OWN_DOCTOR,
        PATIENT | {"generalPractitioner": [{"reference": "Organization/1"}]},
        [("slice-closed", "Patient.generalPractitioner[0]"), ("cardinality-min", "Patient")],
    ),
    "a target of unknown type that is not at hand": (
        OWN_DOCTOR,
        PATIENT | {"generalPractitioner": [{"identifier": {"value": "1"}}]},
        [],
    ),
    "a path into a target that is not at hand": (
        OTHER_BORN,
        PATIENT | {"link": [{"type": "seealso", "other": {"reference": "Patient/1"}}]},
        [],
    ),
    "codes that no binding requires": (
        ONE_CATEGORY,
        _categories("http://example.org/a", "http://example.org/b"),
        [],
    ),
    "a type without a profile": (
        ONE_PATIENT,
        _bundle(PATIENT, PATIENT),
        [("cardinality-max", "Bundle")],
    ),
    "a discriminator that the slice says nothing of": (UNTOLD, PATIENT, []),
}


@pytest.mark.parametrize("name", SORTED)
def test_nothing_is_held_against_what_cannot_be_sorted(errors: Check, name: str) -> None:
    """Elements are told apart by what is known of them; nobody guesses the rest."""
    elements, resource, expected = SORTED[name]
    assert errors(elements, resource) == expected
