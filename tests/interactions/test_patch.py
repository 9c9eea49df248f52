"""https://hl7.org/fhir/R4/http.html#patch."""

from decimal import Decimal
from typing import Any

import pytest

from cordee.errors import Category
from interactions.conftest import Client, Refusal, content, patient


async def test_json_patch_makes_a_new_version(client: Client) -> None:
    """Operations apply in order, and the result is the next version."""
    made = await client.create(patient())
    answer = await client.patch(
        f"Patient/{made.id}",
        [
            {"op": "test", "path": "/name/0/family", "value": "Durand"},
            {"op": "replace", "path": "/name/0/family", "value": "Martin"},
            {"op": "add", "path": "/name/0/given", "value": ["Anne"]},
            {"op": "add", "path": "/name/0/given/-", "value": "Marie"},
        ],
    )
    assert (answer.status, answer.version) == (200, 2)
    assert content(answer)["name"] == [{"family": "Martin", "given": ["Anne", "Marie"]}]


async def test_json_patch_keeps_decimals(client: Client) -> None:
    """Digits of the patch and of the resource survive."""
    body = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "valueQuantity": {"value": Decimal("1.00")},
        "component": [{"code": {"text": "y"}, "valueQuantity": {"value": Decimal("2.50")}}],
    }
    made = await client.create(body)
    operation = {"op": "replace", "path": "/valueQuantity/value", "value": Decimal("0.000010")}
    answer = await client.patch(f"Observation/{made.id}", [operation])
    assert answer.body is not None
    assert b'"value":0.000010' in answer.body
    assert b'"value":2.50' in answer.body


async def test_what_a_patch_empties_disappears(client: Client) -> None:
    """FHIR knows no empty arrays: removing the last item removes the element."""
    made = await client.create(patient(identifier=[{"value": "1"}]))
    answer = await client.patch(f"Patient/{made.id}", [{"op": "remove", "path": "/identifier/0"}])
    assert "identifier" not in content(answer)


@pytest.mark.parametrize(
    ("operations", "category"),
    [
        ([{"op": "test", "path": "/name/0/family", "value": "X"}], Category.UNPROCESSABLE),
        ([{"op": "remove", "path": "/active"}], Category.UNPROCESSABLE),
        ([{"op": "add", "path": "/a/b/c", "value": 1}], Category.UNPROCESSABLE),
        ([{"op": "replace", "path": "/birthDate", "value": "x"}], Category.UNPROCESSABLE),
        ([{"op": "add", "path": "/birthDate", "value": "x"}], Category.UNPROCESSABLE),
        ([{"op": "replace", "path": "/id", "value": "other"}], Category.UNPROCESSABLE),
        ([{"op": "remove", "path": "/id"}], Category.UNPROCESSABLE),
        ([{"op": "replace", "path": "/resourceType", "value": "Group"}], Category.UNPROCESSABLE),
        ([{"op": "replace", "path": "", "value": 1}], Category.UNPROCESSABLE),
        ([{"op": "replace", "path": "", "value": []}], Category.UNPROCESSABLE),
        ([{"op": "remove", "path": ""}], Category.UNPROCESSABLE),
        ([{"op": "move", "from": "/x", "path": "/y"}], Category.UNPROCESSABLE),
        ([{"op": "copy", "from": "/x/y", "path": "/y"}], Category.UNPROCESSABLE),
        ([{"op": "move", "from": "/name", "path": "/name/0"}], Category.UNPROCESSABLE),
        ([{"op": "add", "path": "/name/x", "value": {}}], Category.UNPROCESSABLE),
        ([{"op": "add", "path": "/name/9", "value": {}}], Category.UNPROCESSABLE),
        ([{"op": "add", "path": "name", "value": {}}], Category.UNPROCESSABLE),
        ([{"op": "fly", "path": "/name"}], Category.INVALID),
        ([{"op": "add", "path": "/active"}], Category.INVALID),
        ([{"op": "add", "value": 1}], Category.INVALID),
        ([{"op": "add", "path": 7, "value": 1}], Category.INVALID),
        ([{"op": ["add"], "path": "/active", "value": True}], Category.INVALID),
        (["add"], Category.INVALID),
        ({"resourceType": "Patient"}, Category.INVALID),
        (None, Category.INVALID),
    ],
)
async def test_a_patch_that_fails_changes_nothing(
    client: Client, operations: Any, category: Category
) -> None:
    """A failed test, a missing path or an invalid result is 422; what is no patch is 400."""
    made = await client.create(patient())
    with Refusal() as refusal:
        await client.patch(f"Patient/{made.id}", operations)
    assert refusal.category is category
    assert (await client.read(f"Patient/{made.id}")).version == 1


async def test_a_refusal_tells_nothing_of_the_program(client: Client) -> None:
    """A path through a text is told in words of the patch."""
    made = await client.create(patient())
    operation = {"op": "add", "path": "/name/0/family/0", "value": "x"}
    with Refusal() as refusal:
        await client.patch(f"Patient/{made.id}", [operation])
    assert refusal.category is Category.UNPROCESSABLE
    assert "/name/0/family/0" in refusal.text
    assert "class" not in refusal.text


DOUBLING = [
    {"op": "add", "path": "/extension", "value": [{"url": "http://x", "valueString": "a"}]},
    *[{"op": "copy", "from": "/extension", "path": "/extension/0/extension"}] * 60,
]
GROWING = [
    {"op": "add", "path": "/extension", "value": [{"url": "http://x", "extension": []}]},
    *[{"op": "copy", "from": "/extension/0", "path": "/extension/0/extension/-"}] * 60,
]
SINKING = [
    {"op": "add", "path": "/extension" + "/extension" * level, "value": {}} for level in range(990)
]
SUNK = [*SINKING, {"op": "copy", "from": "/extension", "path": "/contained"}]
SOUGHT = [*SINKING, {"op": "test", "path": "/extension", "value": {"extension": {}}}]


@pytest.mark.parametrize(
    "operations",
    [DOUBLING, GROWING, SINKING, SUNK, SOUGHT],
    ids=["doubling", "growing", "sinking", "sunk", "sought"],
)
async def test_a_small_patch_makes_no_large_resource(
    client: Client, operations: list[dict[str, Any]]
) -> None:
    """Copies that double, and levels below levels, are refused before they fill the memory."""
    made = await client.create(patient())
    with Refusal() as refusal:
        await client.patch(f"Patient/{made.id}", operations)
    assert refusal.category is Category.UNPROCESSABLE
    assert (await client.read(f"Patient/{made.id}")).version == 1


async def test_a_patch_needs_a_living_resource(client: Client) -> None:
    """Unknown is 404, deleted is 410."""
    made = await client.create(patient())
    await client.delete(f"Patient/{made.id}")
    for id, category in ((made.id, Category.DELETED), ("never", Category.NOT_FOUND)):
        with Refusal() as refusal:
            await client.patch(f"Patient/{id}", [])
        assert refusal.category is category


async def test_a_patch_honours_if_match(client: Client) -> None:
    """If-Match of another version is 412."""
    made = await client.create(patient())
    with Refusal() as refusal:
        await client.patch(f"Patient/{made.id}", [], if_match="2")
    assert refusal.category is Category.PRECONDITION_FAILED


async def test_conditional_patch(client: Client) -> None:
    """No match is 404, one match is patched, several are 412."""
    operations = [{"op": "add", "path": "/active", "value": True}]
    with Refusal() as refusal:
        await client.patch("Patient?family=durand", operations)
    assert refusal.category is Category.NOT_FOUND
    made = await client.create(patient())
    answer = await client.patch("Patient?family=durand", operations)
    assert (answer.id, answer.version) == (made.id, 2)
    await client.create(patient())
    with Refusal() as refusal:
        await client.patch("Patient?family=durand", operations)
    assert refusal.category is Category.MULTIPLE_MATCHES
