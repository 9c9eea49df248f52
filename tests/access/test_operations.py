"""Operations of an outsider, over HTTP: what is hidden answers as what is not there."""

import pytest

from access.records import NURSE, OUTSIDER, PATIENT, SOCIAL
from access.serving import SYSTEM, Scene
from cordee.access.caller import Caller

pytestmark = pytest.mark.xdist_group("circles")

NAMED = [("Patient", "p@"), ("CareTeam", "t@"), ("Observation", "o@")]
"""What is hidden of a record of each type, as far as operations are called on one."""
WAYS = [("GET", None), ("POST", None), ("POST", {"resourceType": "Parameters", "parameter": []})]


async def test_operations_tell_nothing_of_the_hidden(server: Scene) -> None:
    """Each that is called on one resource, read, posted or with nothing in its parameters."""
    asked = 0
    for entry in server.server.services.operations:
        for type, id in NAMED:
            if not entry.instance_level or type not in entry.types:
                continue
            for method, body in WAYS:
                answers = []
                for name in (id, "none@"):
                    url = f"/{type}/{name}/${entry.code}"
                    told = await server.send(OUTSIDER, method, url, body)
                    text = told.text.replace(server.own(f"{type}/{name}"), "?")
                    answers.append((told.status_code, text))
                assert answers[0] == answers[1], f"{type}/${entry.code}"
                asked += 1
    assert asked > 40


STRANGER = Caller(subject="899700999999", kind="professional", perimeter="health")
SON = Caller(subject="son@", kind="relative", references=("RelatedPerson/son@",))


@pytest.mark.parametrize(
    ("caller", "may"),
    [
        (NURSE, True),
        (OUTSIDER, True),
        (SYSTEM, True),
        (SOCIAL, False),
        (STRANGER, False),
        (PATIENT, False),
        (SON, False),
    ],
    ids=["nurse", "outsider", "software", "social", "stranger", "patient", "relative"],
)
@pytest.mark.parametrize("code", ["ins-search", "ins-check"])
async def test_insi_tells_the_ins_of_anybody_to_professionals_alone(
    server: Scene, caller: Caller, code: str, *, may: bool
) -> None:
    """A patient, or somebody whom the directory does not know, asks it about nobody."""
    sent = {"resourceType": "Patient", "name": [{"family": "MARTIN"}]}
    body = {"resourceType": "Parameters", "parameter": [{"name": "patient", "resource": sent}]}
    answer = await server.send(caller, "POST", f"/Patient/${code}", body)
    # No INSi is configured here: whoever may ask is told so.
    assert answer.status_code == (400 if may else 403), answer.text
    assert ("not configured" in answer.text) is may
