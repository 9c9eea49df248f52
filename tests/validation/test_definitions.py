"""What is asked of definitions beyond their shape: profiles, code systems, value sets, forms."""

from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.resource.types import Resource
from cordee.terminology import Terminology
from cordee.validation.options import STRICT
from cordee.validation.validator import Validator

BASE = "http://hl7.org/fhir/StructureDefinition/"
GENDER = "http://hl7.org/fhir/administrative-gender"
GENDERS = "http://hl7.org/fhir/ValueSet/administrative-gender"
PARENT = {
    "code": "parent",
    "uri": "http://hl7.org/fhir/concept-properties#parent",
    "type": "code",
}


def profile(*elements: dict[str, Any], type: str = "Patient", **more: Any) -> Resource:
    """A StructureDefinition whose differential holds some elements."""
    rows = [row | {"id": row.get("id", row["path"])} for row in elements]
    kind = "complex-type" if type == "Extension" else "resource"
    context = {"context": [{"type": "element", "expression": "Patient"}]}
    return {
        "resourceType": "StructureDefinition",
        "url": "urn:test:p",
        "name": "Test",
        "status": "draft",
        "kind": kind,
        "abstract": False,
        "type": type,
        "baseDefinition": BASE + type,
        "derivation": "constraint",
        "differential": {"element": [{"id": type, "path": type}, *rows]},
        **(context if type == "Extension" else {}),
        **more,
    }


def constrained(expression: str) -> Resource:
    """A profile with one constraint on a name."""
    row = {"key": "t-1", "severity": "error", "human": "x", "expression": expression}
    return profile({"path": "Patient.name", "constraint": [row]})


def bound(path: str, value_set: str, strength: str = "required") -> Resource:
    """A profile that binds an element."""
    return profile({"path": path, "binding": {"strength": strength, "valueSet": value_set}})


def aimed(target: str) -> Resource:
    """A profile whose general practitioner may be one target alone."""
    of = {"code": "Reference", "targetProfile": [target]}
    return profile({"path": "Patient.generalPractitioner", "type": [of]})


def code_system(*concepts: dict[str, Any], **more: Any) -> Resource:
    """A complete code system."""
    made = {"resourceType": "CodeSystem", "url": "urn:test:cs", "status": "draft"}
    return {**made, "content": "complete", "concept": list(concepts), **more}


def value_set(**include: Any) -> Resource:
    """A value set of one include."""
    made = {"resourceType": "ValueSet", "url": "urn:test:vs", "status": "draft"}
    return {**made, "compose": {"include": [include]}}


def filtered(operator: str, value: str) -> Resource:
    """A value set of the codes of gender that pass a filter."""
    return value_set(
        system=GENDER, filter=[{"property": "concept", "op": operator, "value": value}]
    )


def concept_map(code: str, display: str) -> Resource:
    """A map of one gender to one gender."""
    row = {"code": code, "target": [{"code": "male", "display": display, "equivalence": "equal"}]}
    group = {"source": GENDER, "target": GENDER, "element": [row]}
    return {"resourceType": "ConceptMap", "status": "draft", "group": [group]}


def form(*items: dict[str, Any]) -> Resource:
    """A questionnaire; items are text unless they say otherwise."""
    rows = [{"linkId": str(n), "type": "string", "text": "?"} | row for n, row in enumerate(items)]
    return {"resourceType": "Questionnaire", "name": "Test", "status": "draft", "item": rows}


def condition(question: str, **answer: Any) -> dict[str, Any]:
    """An item shown under a condition."""
    stated = answer or {"answerString": "a"}
    return {"enableWhen": [{"question": question, "operator": "=", **stated}]}


def patient(**parts: Any) -> Resource:
    """A patient."""
    return {"resourceType": "Patient", **parts}


SECURITY = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
CASES: dict[str, tuple[Resource, str, str]] = {
    "expression that cannot be read": (
        constrained("family.exists("),
        "structure-expression",
        "StructureDefinition.differential.element[1].constraint[0]",
    ),
    "expression that names no element": (
        constrained("famly.exists()"),
        "structure-expression",
        "StructureDefinition.differential.element[1].constraint[0]",
    ),
    "fixed value of another type": (
        profile({"path": "Patient.gender", "fixedString": "male"}),
        "structure-value-type",
        "StructureDefinition.differential.element[1]",
    ),
    "binding of a date": (
        bound("Patient.birthDate", GENDERS),
        "structure-facet",
        "StructureDefinition.differential.element[1]",
    ),
    "length of a concept": (
        profile({"path": "Patient.maritalStatus", "maxLength": 3}),
        "structure-facet",
        "StructureDefinition.differential.element[1]",
    ),
    "smallest code": (
        profile({"path": "Patient.gender", "minValueInteger": 3}),
        "structure-facet",
        "StructureDefinition.differential.element[1]",
    ),
    "binding to a code system": (
        bound("Patient.gender", GENDER),
        "canonical-target-type",
        "StructureDefinition.differential.element[1].binding.valueSet",
    ),
    "binding that weakens": (
        bound("Patient.gender", GENDERS, "preferred"),
        "structure-binding",
        "StructureDefinition.differential.element[1]",
    ),
    "more than the base allows": (
        profile({"path": "Patient.gender", "max": "*"}),
        "structure-max",
        "StructureDefinition.differential.element[1]",
    ),
    "less than the base asks": (
        profile({"path": "Observation.status", "min": 0}, type="Observation"),
        "structure-min",
        "StructureDefinition.differential.element[1]",
    ),
    "type that the base has not": (
        profile({"path": "Patient.deceased[x]", "type": [{"code": "string"}]}),
        "structure-type",
        "StructureDefinition.differential.element[1]",
    ),
    "target that the base has not": (
        aimed(BASE + "Patient"),
        "structure-target",
        "StructureDefinition.differential.element[1].type[0].targetProfile[0]",
    ),
    "target that is not known": (
        aimed("urn:test:none"),
        "structure-target-unknown",
        "StructureDefinition.differential.element[1].type[0].targetProfile[0]",
    ),
    "context of what is no extension": (
        profile(context=[{"type": "element", "expression": "Patient"}]),
        "structure-context",
        "StructureDefinition",
    ),
    "extension without its url": (
        profile(type="Extension"),
        "structure-extension-url-missing",
        "StructureDefinition",
    ),
    "extension with another's url": (
        profile({"path": "Extension.url", "fixedUri": "urn:test:other"}, type="Extension"),
        "structure-extension-url",
        "StructureDefinition",
    ),
    "base that is not known": (
        profile(baseDefinition="urn:test:none"),
        "structure-base-unknown",
        "StructureDefinition.baseDefinition",
    ),
    "wrong count": (
        code_system({"code": "a", "concept": [{"code": "b"}]}, count=3),
        "code-system-count",
        "CodeSystem.count",
    ),
    "part that is larger than the whole": (
        code_system({"code": "a"}, content="fragment", count=0),
        "code-system-count-fragment",
        "CodeSystem.count",
    ),
    "concepts that are not present": (
        code_system({"code": "a"}, content="not-present"),
        "code-system-not-present",
        "CodeSystem",
    ),
    "supplement of nothing": (
        code_system({"code": "a"}, content="supplement"),
        "code-system-supplement",
        "CodeSystem",
    ),
    "supplement of a code that is not there": (
        code_system({"code": "zz"}, content="supplement", supplements=GENDER),
        "code-system-supplement-code",
        "CodeSystem.concept[0]",
    ),
    "value set of the whole that is another's": (
        code_system({"code": "a"}, valueSet=GENDERS),
        "code-system-value-set",
        "CodeSystem.valueSet",
    ),
    "property nobody declared": (
        code_system({"code": "a", "property": [{"code": "p", "valueString": "x"}]}),
        "code-system-property-unknown",
        "CodeSystem.concept[0].property[0]",
    ),
    "property of another type": (
        code_system(
            {"code": "a", "property": [{"code": "p", "valueString": "x"}]},
            property=[{"code": "p", "type": "integer"}],
        ),
        "code-system-property-type",
        "CodeSystem.concept[0].property[0]",
    ),
    "parent that is not there": (
        code_system(
            {"code": "a", "property": [{"code": "parent", "valueCode": "b"}]}, property=[PARENT]
        ),
        "code-system-link",
        "CodeSystem.concept[0].property[0]",
    ),
    "value set as a system": (
        value_set(system=GENDERS),
        "value-set-system",
        "ValueSet.compose.include[0].system",
    ),
    "system that is not absolute": (
        value_set(system="gender"),
        "system-relative",
        "ValueSet.compose.include[0].system",
    ),
    "code of no system": (
        value_set(system=GENDER, concept=[{"code": "m"}]),
        "value-set-code",
        "ValueSet.compose.include[0].concept[0]",
    ),
    "display of another language": (
        value_set(system=GENDER, concept=[{"code": "male", "display": "Mann"}]),
        "value-set-display",
        "ValueSet.compose.include[0].concept[0]",
    ),
    "code twice": (
        value_set(system=GENDER, concept=[{"code": "male"}, {"code": "male"}]),
        "value-set-code-twice",
        "ValueSet.compose.include[0].concept[1]",
    ),
    "import of what is not here": (
        value_set(valueSet=["urn:test:none"]),
        "value-set-import-unknown",
        "ValueSet.compose.include[0].valueSet[0]",
    ),
    "import of itself": (
        value_set(valueSet=["urn:test:vs|1"]),
        "value-set-circle",
        "ValueSet.compose.include[0].valueSet[0]",
    ),
    "import of a code system": (
        value_set(valueSet=[GENDER]),
        "canonical-target-type",
        "ValueSet.compose.include[0].valueSet[0]",
    ),
    "filter that is neither true nor false": (
        filtered("exists", "maybe"),
        "value-set-filter-boolean",
        "ValueSet.compose.include[0].filter[0]",
    ),
    "filter below a code that is not there": (
        filtered("is-a", "m"),
        "value-set-filter-code",
        "ValueSet.compose.include[0].filter[0]",
    ),
    "mapped code that is not there": (
        concept_map("m", "Male"),
        "concept-map-code",
        "ConceptMap.group[0].element[0].code",
    ),
    "mapped display": (
        concept_map("male", "Mann"),
        "concept-map-display",
        "ConceptMap.group[0].element[0].target[0].display",
    ),
    "condition on nothing": (
        form(condition("9")),
        "enable-when-unknown",
        "Questionnaire.item[0].enableWhen[0]",
    ),
    "condition on itself": (
        form(condition("0")),
        "enable-when-self",
        "Questionnaire.item[0].enableWhen[0]",
    ),
    "condition on what is inside": (
        form({"type": "group", **condition("x"), "item": [{"linkId": "x", "type": "string"}]}),
        "enable-when-self",
        "Questionnaire.item[0].enableWhen[0]",
    ),
    "condition on what comes later": (
        form(condition("1"), {}),
        "enable-when-later",
        "Questionnaire.item[0].enableWhen[0]",
    ),
    "condition on another kind of answer": (
        form({}, condition("0", answerInteger=3)),
        "questionnaire-value-type",
        "Questionnaire.item[1].enableWhen[0]",
    ),
    "option of another type": (
        form({"type": "integer", "answerOption": [{"valueString": "3"}]}),
        "questionnaire-value-type",
        "Questionnaire.item[0].answerOption[0]",
    ),
    "OID": (
        patient(identifier=[{"system": "urn:oid:1.02", "value": "1"}]),
        "uri-oid",
        "Patient.identifier[0].system",
    ),
    "UUID": (
        patient(identifier=[{"system": "urn:uuid:12", "value": "1"}]),
        "uri-uuid",
        "Patient.identifier[0].system",
    ),
    "identifier that is no URI": (
        patient(identifier=[{"system": "urn:ietf:rfc:3986", "value": "12"}]),
        "identifier-uri",
        "Patient.identifier[0].value",
    ),
    "label twice": (
        patient(meta={"security": [SECURITY, SECURITY]}),
        "security-twice",
        "Patient.meta.security[1]",
    ),
    "unit": (
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"text": "x"},
            "valueQuantity": {"value": 1, "system": "http://unitsofmeasure.org", "code": "tablet"},
        },
        "unit-unknown",
        "Observation.value.ofType(Quantity).code",
    ),
}
GOOD: tuple[Resource, ...] = (
    constrained("family.exists() or given.exists()"),
    profile({"path": "Patient.gender", "min": 1, "patternCode": "male"}),
    profile({"path": "Patient.deceased[x]", "type": [{"code": "dateTime"}]}),
    profile({"path": "Extension.url", "fixedUri": "urn:test:p"}, type="Extension"),
    aimed(BASE + "Practitioner"),
    aimed("urn:test:doctor"),
    code_system({"code": "a", "concept": [{"code": "b"}]}, count=2),
    code_system({"code": "male"}, content="supplement", supplements=GENDER),
    value_set(system=GENDER, concept=[{"code": "male", "display": "Male"}]),
    filtered("is-a", "male"),
    concept_map("male", "Male"),
    form({"linkId": "a"}, condition("a", answerString="x")),
    patient(identifier=[{"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.0.3"}]),
)


@pytest.fixture(scope="module")
def strict() -> Validator:
    """A validator for conformance testing, which knows some definitions more."""
    repository = Repository.load()
    repository.add(profile(type="Practitioner", url="urn:test:doctor"))
    for number in (1, 2, 3):
        others = [f"urn:test:ring{number % 3 + 1}", GENDERS]
        repository.add(value_set(valueSet=others) | {"url": f"urn:test:ring{number}"})
    return Validator(repository, Terminology(repository), STRICT)


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_found_where_it_is(strict: Validator, name: str) -> None:
    """Each mistake is named, at the element that is at fault."""
    resource, message_id, expression = CASES[name]
    found = {(row.message_id, row.expression) for row in strict.validate(resource).issues}
    assert (message_id, expression) in found


@pytest.mark.parametrize("number", range(len(GOOD)))
def test_what_is_right_is_let_be(strict: Validator, number: int) -> None:
    """The same definitions without the mistake draw none of these messages."""
    ours = {message_id for _, message_id, _ in CASES.values()}
    found = {row.message_id for row in strict.validate(GOOD[number]).issues}
    assert found.isdisjoint(ours)


def test_a_circle_of_value_sets_is_drawn(strict: Validator) -> None:
    """The whole way back is told, at each import that starts one, in include and exclude."""
    ring = value_set(valueSet=["urn:test:ring2", GENDERS]) | {"url": "urn:test:ring1"}
    ring["compose"]["exclude"] = [{"valueSet": ["urn:test:ring3"]}]
    found = [row for row in strict.validate(ring).issues if row.message_id == "value-set-circle"]
    assert [row.expression for row in found] == [
        "ValueSet.compose.include[0].valueSet[0]",
        "ValueSet.compose.exclude[0].valueSet[0]",
    ]
    way = "urn:test:ring1 → urn:test:ring2 → urn:test:ring3 → urn:test:ring1"
    assert way in found[0].diagnostics
    beside = value_set(valueSet=["urn:test:ring1"]) | {"url": "urn:test:beside"}
    assert all(row.message_id != "value-set-circle" for row in strict.validate(beside).issues)
