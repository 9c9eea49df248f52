"""https://hl7.org/fhir/R4/fhirpatch.html."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.errors import Category
from cordee.interactions.fhirpath_patch import apply
from interactions.conftest import Client, Json, Refusal, content, patient


def operation(type: str, path: str | None = None, **parts: Any) -> Json:
    """One operation; `value` is a ready part such as {"valueCode": "x"}, the rest is plain."""
    made: list[Json] = [{"name": "type", "valueCode": type}]
    if path is not None:
        made.append({"name": "path", "valueString": path})
    for name, value in parts.items():
        if name == "value":
            made.append({"name": "value", **value})
        elif isinstance(value, int):
            made.append({"name": name, "valueInteger": value})
        else:
            made.append({"name": name, "valueString": value})
    return {"name": "operation", "part": made}


def parameters(*operations: Json) -> Json:
    """A FHIRPath Patch."""
    return {"resourceType": "Parameters", "parameter": list(operations)}


BEFORE: Json = {
    "resourceType": "Patient",
    "birthDate": "1920-01-01",
    "_birthDate": {"extension": [{"url": "urn:e", "valueString": "x"}]},
    "name": [{"family": "A", "given": ["B", "C"]}],
    "contact": [{"name": {"text": "a name"}, "gender": "male"}],
    "identifier": [{"value": "1"}, {"value": "2"}, {"value": "3"}, {"value": "4"}],
    "deceasedBoolean": False,
}
NAME = {"valueHumanName": {"text": "new"}}
FIVE = {"valueIdentifier": {"value": "5"}}


def _identifiers(text: str) -> Json:
    return {"identifier": [{"value": value} for value in text]}


CASES: list[tuple[Json, Json]] = [
    (
        operation("replace", "Patient.birthDate", value={"valueDate": "1930-01-01"}),
        {"birthDate": "1930-01-01", "_birthDate": None},
    ),
    (operation("delete", "Patient.birthDate"), {"birthDate": None, "_birthDate": None}),
    (
        operation("add", "Patient", name="gender", value={"valueCode": "female"}),
        {"gender": "female"},
    ),
    (
        operation("replace", "Patient.contact[0].gender", value={"valueCode": "female"}),
        {"contact": [{"name": {"text": "a name"}, "gender": "female"}]},
    ),
    (operation("delete", "Patient.contact[0].name.text"), {"contact": [{"gender": "male"}]}),
    (operation("delete", "Patient.contact[0]"), {"contact": None}),
    (operation("delete", "Patient.photo"), {}),
    (
        operation("add", "Patient", name="contact", value={"part": [{"name": "name", **NAME}]}),
        {"contact": [BEFORE["contact"][0], {"name": {"text": "new"}}]},
    ),
    (
        operation("add", "Patient", name="maritalStatus", value={"valueCodeableConcept": {}}),
        {},
    ),
    (
        operation("replace", "Patient.name[0]", value=NAME),
        {"name": [{"text": "new"}]},
    ),
    (
        operation("insert", "Patient.identifier", index=4, value=FIVE),
        _identifiers("12345"),
    ),
    (operation("insert", "Patient.identifier", index=0, value=FIVE), _identifiers("51234")),
    (operation("insert", "Patient.identifier", index=1, value=FIVE), _identifiers("15234")),
    (
        operation("insert", "Patient.photo", index=0, value={"valueAttachment": {"title": "t"}}),
        {"photo": [{"title": "t"}]},
    ),
    (operation("delete", "Patient.identifier[1]"), _identifiers("134")),
    (operation("delete", "Patient.identifier.where(value = '3')"), _identifiers("124")),
    (operation("move", "Patient.identifier", source=3, destination=1), _identifiers("1423")),
    (operation("move", "Patient.identifier", source=0, destination=3), _identifiers("2341")),
    (
        operation("replace", "Patient.name.given[1]", value={"valueString": "D"}),
        {"name": [{"family": "A", "given": ["B", "D"]}]},
    ),
    (
        operation("replace", "Patient.deceased", value={"valueDateTime": "2020"}),
        {"deceasedBoolean": None, "deceasedDateTime": "2020"},
    ),
    (
        operation("replace", "Patient.deceased", value={"valueBoolean": True}),
        {"deceasedBoolean": True},
    ),
    (
        operation("add", "Patient", name="multipleBirth", value={"valueInteger": 2}),
        {"multipleBirthInteger": 2},
    ),
    (
        operation("add", "Patient", name="multipleBirthBoolean", value={"valueBoolean": True}),
        {"multipleBirthBoolean": True},
    ),
    (
        operation(
            "add",
            "Patient.birthDate",
            name="extension",
            value={"part": [{"name": "url", "valueUri": "urn:f"}]},
        ),
        {"_birthDate": {"extension": [{"url": "urn:e", "valueString": "x"}, {"url": "urn:f"}]}},
    ),
    (
        operation(
            "add",
            "Patient",
            name="extension",
            value={
                "part": [
                    {"name": "url", "valueUri": "urn:g"},
                    {"name": "value", "valueDecimal": Decimal("1.10")},
                ]
            },
        ),
        {"extension": [{"url": "urn:g", "valueDecimal": Decimal("1.10")}]},
    ),
    (
        operation("add", "Patient.name[0]", name="given", value={"valueString": "D"}),
        {"name": [{"family": "A", "given": ["B", "C", "D"]}]},
    ),
    (
        operation(
            "add",
            "Patient.name[0]",
            name="given",
            value={"valueString": "D", "_valueString": {"id": "d"}},
        ),
        {"name": [{"family": "A", "given": ["B", "C", "D"], "_given": [None, None, {"id": "d"}]}]},
    ),
    (
        operation("add", "Patient.name[0].given[1]", name="id", value={"valueString": "c"}),
        {"name": [{"family": "A", "given": ["B", "C"], "_given": [None, {"id": "c"}]}]},
    ),
    (
        operation(
            "add",
            "Patient",
            name="contained",
            value={"resource": {"resourceType": "Basic", "id": "b", "code": {"text": "x"}}},
        ),
        {"contained": [{"resourceType": "Basic", "id": "b", "code": {"text": "x"}}]},
    ),
]


@pytest.mark.parametrize(("change", "expected"), CASES)
def test_operations(repository: Repository, change: Json, expected: Json) -> None:
    """Each type of operation does what the specification says, and touches nothing else."""
    wanted = BEFORE | expected
    wanted = {name: value for name, value in wanted.items() if value is not None}
    assert apply(repository, parameters(change), deepcopy(BEFORE)) == wanted


IMPOSSIBLE: list[tuple[Json, Category]] = [
    ({"name": "operation"}, Category.INVALID),
    ({"name": "other", "part": operation("delete", "Patient.photo")["part"]}, Category.INVALID),
    (operation("fly", "Patient"), Category.INVALID),
    (operation("delete"), Category.INVALID),
    (operation("delete", "Patient.((("), Category.INVALID),
    (operation("replace", "Patient.birthDate"), Category.INVALID),
    (operation("add", "Patient", value=NAME), Category.INVALID),
    (operation("insert", "Patient.identifier", value=FIVE), Category.INVALID),
    (operation("move", "Patient.identifier", source=-1, destination=0), Category.INVALID),
    (operation("delete", "Patient"), Category.UNPROCESSABLE),
    (operation("delete", "Patient.identifier"), Category.UNPROCESSABLE),
    (operation("delete", "Patient.name.given.count()"), Category.UNPROCESSABLE),
    (operation("replace", "Patient", value=NAME), Category.UNPROCESSABLE),
    (operation("replace", "Patient.photo", value=NAME), Category.UNPROCESSABLE),
    (operation("replace", "Patient.identifier", value=FIVE), Category.UNPROCESSABLE),
    (operation("replace", "Patient.deceased", value=NAME), Category.UNPROCESSABLE),
    (operation("add", "Patient", name="dog", value=NAME), Category.UNPROCESSABLE),
    (operation("add", "Patient.photo", name="title", value=NAME), Category.UNPROCESSABLE),
    (
        operation("add", "Patient", name="birthDate", value={"valueDate": "1930"}),
        Category.UNPROCESSABLE,
    ),
    (
        operation("add", "Patient", name="deceased", value={"valueDateTime": "1930"}),
        Category.UNPROCESSABLE,
    ),
    (operation("insert", "Patient.identifier", index=9, value=FIVE), Category.UNPROCESSABLE),
    (operation("insert", "Patient.birthDate", index=0, value=FIVE), Category.UNPROCESSABLE),
    (operation("insert", "Patient.photo", index=1, value=FIVE), Category.UNPROCESSABLE),
    (operation("insert", "Patient.dog", index=0, value=FIVE), Category.UNPROCESSABLE),
    (operation("move", "Patient.identifier", source=4, destination=0), Category.UNPROCESSABLE),
    (operation("move", "Patient.photo", source=0, destination=0), Category.UNPROCESSABLE),
]


@pytest.mark.parametrize(("change", "category"), IMPOSSIBLE)
def test_what_cannot_be_done_is_refused(
    repository: Repository, change: Json, category: Category
) -> None:
    """Operations that are none are 400, those that do not fit are 422; each names itself."""
    with Refusal() as refusal:
        apply(repository, parameters(change), deepcopy(BEFORE))
    assert refusal.category is category
    assert list(refusal.expressions) == ["Parameters.parameter[0]"]


async def test_a_patched_resource_is_stored(client: Client) -> None:
    """The patched resource is checked and becomes the next version."""
    made = await client.create(patient())
    good = parameters(operation("add", "Patient", name="active", value={"valueBoolean": True}))
    answer = await client.patch(f"Patient/{made.id}", good)
    assert (answer.version, content(answer)["active"]) == (2, True)
    bad = parameters(operation("replace", "Patient.active", value={"valueString": "yes"}))
    with Refusal() as refusal:
        await client.patch(f"Patient/{made.id}", bad)
    assert refusal.category is Category.UNPROCESSABLE
    assert (await client.read(f"Patient/{made.id}")).version == 2


async def test_an_empty_patch_changes_nothing_but_the_version(client: Client) -> None:
    """No operation: the resource stays as it is."""
    made = await client.create(patient())
    answer = await client.patch(f"Patient/{made.id}", {"resourceType": "Parameters"})
    assert content(answer)["name"] == content(made)["name"]


async def test_the_id_stays(client: Client) -> None:
    """A patch cannot give the resource another id."""
    made = await client.create(patient())
    body = parameters(operation("replace", "Patient.id", value={"valueId": "other"}))
    with Refusal() as refusal:
        await client.patch(f"Patient/{made.id}", body)
    assert refusal.category is Category.UNPROCESSABLE


async def test_a_patch_must_be_valid_parameters(client: Client) -> None:
    """A Parameters resource that is not valid FHIR is refused, naming its element."""
    made = await client.create(patient())
    with Refusal() as refusal:
        await client.patch(f"Patient/{made.id}", {"resourceType": "Parameters", "parameter": 5})
    assert refusal.category is Category.UNPROCESSABLE
    assert "Parameters.parameter" in str(refusal.expressions)
