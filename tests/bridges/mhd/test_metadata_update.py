"""Flow 03: what may be changed of a shared document."""

from typing import Any

import pytest

from bridges.mhd.conftest import Manager
from bridges.mhd.provided_bundle import ARCHIVED
from cordee.bridges.mhd.visibility import SYSTEM

JSON_PATCH = {"Content-Type": "application/json-patch+json"}
RESTRICTED = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]
}


async def _patched(manager: Manager, document: str, *changes: Any) -> Any:
    number = (await manager.read(document))["masterIdentifier"]["value"]
    url = f"/DocumentReference?identifier={number}"
    return await manager.http.patch(url, json=list(changes), headers=JSON_PATCH)


async def test_status_label_and_archiving_change(manager: Manager) -> None:
    """A conditional patch by the document's number changes what the guide lets change."""
    _, document, _ = await manager.provided()
    answer = await _patched(
        manager,
        document,
        {"op": "replace", "path": "/securityLabel/0", "value": RESTRICTED},
        {"op": "add", "path": "/extension", "value": [{"url": ARCHIVED, "valueBoolean": True}]},
    )
    assert answer.status_code == 200, answer.text
    found = await manager.read(document)
    assert found["securityLabel"] == [RESTRICTED]
    assert await manager.found("DocumentReference?isArchived=true") == [document]
    assert found["meta"]["versionId"] == "2"


async def test_visibility_is_given_and_taken_in_both_places(manager: Manager) -> None:
    """What a patch masks or shows in one place is so in the other, where access looks too."""
    _, document, _ = await manager.provided()
    label = {"coding": [{"system": SYSTEM, "code": "MASQUE_PS"}]}
    for change, held in (
        ({"op": "add", "path": "/securityLabel/-", "value": label}, ["MASQUE_PS"]),
        ({"op": "remove", "path": "/securityLabel/1"}, []),
        ({"op": "add", "path": "/meta/security", "value": label["coding"]}, ["MASQUE_PS"]),
        ({"op": "remove", "path": "/meta/security"}, []),
    ):
        answer = await _patched(manager, document, change)
        assert answer.status_code == 200, answer.text
        found = await manager.read(document)
        assert [row["code"] for row in found["meta"].get("security", ())] == held
        labels = [row["coding"][0]["code"] for row in found["securityLabel"]]
        assert labels == ["N", *held]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/description", "another"),
        ("/extension", [{"url": "https://else.example/e", "valueBoolean": True}]),
        ("/date", "2026-01-01T00:00:00Z"),
    ],
    ids=["description", "extension", "date"],
)
async def test_anything_else_is_not_patched(manager: Manager, path: str, value: Any) -> None:
    """A patch of another element is answered 405, and changes nothing."""
    _, document, _ = await manager.provided()
    answer = await _patched(manager, document, {"op": "add", "path": path, "value": value})
    assert answer.status_code == 405, answer.text
    assert (await manager.read(document))["meta"]["versionId"] == "1"


async def test_fhirpath_patches_are_bounded_too(manager: Manager) -> None:
    """The other format of patches is held to the same."""
    _, document, _ = await manager.provided()
    replaced = [
        {"name": "type", "valueCode": "replace"},
        {"name": "path", "valueString": "DocumentReference.status"},
        {"name": "value", "valueCode": "superseded"},
    ]
    added = [
        {"name": "type", "valueCode": "add"},
        {"name": "path", "valueString": "DocumentReference"},
        {"name": "name", "valueString": "description"},
        {"name": "value", "valueString": "another"},
    ]
    for part, status in ((replaced, 200), (added, 405)):
        body = {
            "resourceType": "Parameters",
            "parameter": [{"name": "operation", "part": part}],
        }
        answer = await manager.http.patch(f"/{document}", json=body)
        assert answer.status_code == status, answer.text


async def test_other_documents_are_patched_freely(manager: Manager) -> None:
    """What does not claim the guide's profile is not bounded by it."""
    body = {
        "resourceType": "DocumentReference",
        "status": "current",
        "content": [{"attachment": {"title": "any"}}],
    }
    made = (await manager.http.post("/DocumentReference", json=body)).json()
    patch = [{"op": "add", "path": "/description", "value": "another"}]
    url = f"/DocumentReference/{made['id']}"
    assert (await manager.http.patch(url, json=patch, headers=JSON_PATCH)).status_code == 200
