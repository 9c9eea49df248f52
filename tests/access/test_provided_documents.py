"""Documents provided as PDSm asks, under the rules of access."""

import json
from typing import Any
from uuid import uuid4

import pytest

from access.records import NURSE, OUTSIDER, SOCIAL, team
from access.serving import Scene, Server
from bridges.mhd.provided_bundle import NUMBER, patient, provided

pytestmark = pytest.mark.xdist_group("circles")
GUESS = "255069999999934"


@pytest.fixture
async def record(circles: Server) -> Scene:
    """A person with a qualified INS, in the care of a nurse and a social worker."""
    scene = Scene(circles, uuid4().hex[:8])
    members = team("PractitionerRole/nurse@", "PractitionerRole/as@")
    await scene.load(patient() | {"id": "p@"}, members)
    return scene


def carrying(number: str) -> Any:
    """Give a Bundle whose document carries an INS of its patient."""
    bundle = provided("Patient/p@")
    for row in bundle["entry"][1]["resource"]["contained"]:
        if row["resourceType"] == "Patient":
            row["identifier"][0]["value"] = number
    return bundle


async def test_an_ins_that_is_guessed_is_not_confirmed(record: Scene) -> None:
    """Who may not know it gets the same answer to the right one and to a wrong one."""
    told = [(await record.send(SOCIAL, "POST", "", carrying(each))) for each in (NUMBER, GUESS)]
    assert [answer.status_code for answer in told] == [403, 403]
    assert told[0].text == told[1].text
    assert (await record.send(NURSE, "POST", "", carrying(GUESS))).status_code == 422
    assert (await record.send(NURSE, "POST", "", carrying(NUMBER))).status_code == 200


async def test_outsiders_provide_nothing(record: Scene) -> None:
    """Neither to a person whom they do not see; the answer is that for nobody."""
    hidden = await record.send(OUTSIDER, "POST", "", provided("Patient/p@"))
    nobody = await record.send(OUTSIDER, "POST", "", provided("Patient/none@"))
    assert hidden.status_code == nobody.status_code == 403


async def test_a_hidden_number_is_not_told(record: Scene) -> None:
    """Who may not see a document learns nothing of its number; who may is told that it is there."""
    bundle = provided("Patient/p@")
    first = await record.send(NURSE, "POST", "", bundle)
    assert first.status_code == 200, first.text
    again = await record.send(NURSE, "POST", "", bundle)
    assert again.status_code == 409
    await record.load(patient() | {"id": "q@"}, other_team())
    elsewhere = json.loads(json.dumps(bundle).replace("Patient/p@", "Patient/q@"))
    fresh = provided("Patient/q@")
    told = [(await record.send(OUTSIDER, "POST", "", each)) for each in (elsewhere, fresh)]
    assert [answer.status_code for answer in told] == [200, 200], [each.text for each in told]


def other_team() -> dict[str, Any]:
    """Give the circle of another person, whom the outsider cares for."""
    circle = team("PractitionerRole/out@")
    return circle | {"id": "u@", "subject": {"reference": "Patient/q@"}}
