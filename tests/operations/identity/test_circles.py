"""Matching and merging under the rules of care circles, over HTTP."""

from typing import Any
from uuid import uuid4

import pytest

from access.serving import SYSTEM, Scene, Server
from cordee.access.caller import Caller

pytestmark = pytest.mark.xdist_group("circles")


def professional(name: str) -> Caller:
    """Make a health professional by one role."""
    return Caller(
        subject=f"{name}@",
        kind="professional",
        perimeter="health",
        references=(f"PractitionerRole/{name}@",),
    )


NURSE, BOTH, OUTSIDER = professional("nurse"), professional("both"), professional("out")


def patient(id: str) -> dict[str, Any]:
    """Make a record of one and the same person."""
    return {
        "resourceType": "Patient",
        "id": id,
        "name": [{"family": "Lefèvre", "given": ["Jeanne"]}],
        "birthDate": "1941-03-09",
    }


def team(id: str, whose: str, *members: str) -> dict[str, Any]:
    """Make a circle."""
    return {
        "resourceType": "CareTeam",
        "id": id,
        "status": "active",
        "subject": {"reference": whose},
        "participant": [{"member": {"reference": f"PractitionerRole/{m}@"}} for m in members],
    }


PARAMETERS = {
    "resourceType": "Parameters",
    "parameter": [
        {"name": f"{word}-patient", "valueReference": {"reference": f"Patient/{id}@"}}
        for word, id in (("source", "a"), ("target", "b"))
    ],
}


@pytest.fixture
async def scene(circles: Server) -> Scene:
    """Two records of one person, with circles of their own."""
    made = Scene(circles, uuid4().hex[:8])
    await made.load(
        patient("a@"),
        patient("b@"),
        team("ta@", "Patient/a@", "nurse", "both"),
        team("tb@", "Patient/b@", "both"),
        {
            "resourceType": "Observation",
            "id": "o@",
            "status": "final",
            "code": {"text": "weight"},
            "subject": {"reference": "Patient/a@"},
        },
    )
    return made


async def test_a_match_finds_only_whom_one_may_see(scene: Scene) -> None:
    """A member of one circle is told of that record, an outsider of none."""
    for caller, seen in ((BOTH, ["a", "b"]), (NURSE, ["a"]), (OUTSIDER, [])):
        answer = await scene.send(caller, "POST", "/Patient/$match", patient("x"))
        assert answer.status_code == 200, answer.text
        ids = sorted(entry["resource"]["id"] for entry in answer.json().get("entry", ()))
        assert ids == [f"{name}{scene.key}" for name in seen]
        assert answer.json()["total"] == len(seen)


async def test_who_sees_one_record_alone_cannot_merge(scene: Scene) -> None:
    """The hidden record answers as one that does not exist, and nothing changes."""
    answer = await scene.send(NURSE, "POST", "/Patient/$merge", PARAMETERS)
    assert answer.status_code == 404
    missing = (await scene.send(NURSE, "GET", "/Patient/nobody")).json()["issue"][0]
    hidden = answer.json()["issue"][0]
    assert hidden["code"] == missing["code"]
    assert hidden["diagnostics"].replace(f"b{scene.key}", "nobody") == missing["diagnostics"]
    assert (await scene.send(BOTH, "GET", "/Patient/a@")).json()["meta"]["versionId"] == "1"


@pytest.mark.parametrize("caller", [BOTH, SYSTEM], ids=["member of both", "software"])
async def test_who_may_change_both_may_merge(scene: Scene, caller: Caller) -> None:
    """Whoever may change both records merges them and takes them apart; nothing is lost."""
    for operation, whose in (("$merge", "b"), ("$unmerge", "a")):
        answer = await scene.send(caller, "POST", f"/Patient/{operation}", PARAMETERS)
        assert answer.status_code == 200, answer.text
        found = (await scene.send(SYSTEM, "GET", "/Observation/o@")).json()
        assert found["subject"]["reference"] == f"Patient/{whose}{scene.key}"
