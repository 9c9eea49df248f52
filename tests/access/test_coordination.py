"""The operations of coordination under the rules of access: nothing opens by another door."""

from typing import Any
from uuid import uuid4

import pytest

from access.records import CONSENT, professional
from access.serving import Scene, Server
from cordee.access.caller import Caller

pytestmark = pytest.mark.xdist_group("circles")


NURSE, INVITED, OUTSIDER = professional("nurse"), professional("invited"), professional("out")
PERSON = {"reference": "Patient/p@"}
CIRCLE = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam"


@pytest.fixture
async def server(circles: Server) -> Scene:
    """A person in the care of a nurse, with a dossier."""
    scene = Scene(circles, uuid4().hex[:8])
    member = {"member": {"reference": "PractitionerRole/nurse@"}}
    team = {"resourceType": "CareTeam", "id": "t@", "status": "active", "subject": PERSON}
    episode = {"resourceType": "EpisodeOfCare", "id": "e@", "status": "active", "patient": PERSON}
    roles = [{"resourceType": "PractitionerRole", "id": f"{who}@"} for who in ("nurse", "invited")]
    person = {"resourceType": "Patient", "id": "p@", "name": [{"family": "Secret"}]}
    await scene.load(person, team | {"participant": [member]}, episode, *roles)
    return scene


def parameters(**references: str) -> dict[str, Any]:
    """The parameters of an operation."""
    rows = [
        {"name": name, "valueReference": {"reference": value}} for name, value in references.items()
    ]
    return {"resourceType": "Parameters", "parameter": rows}


async def invite(server: Scene, caller: Caller) -> Any:
    """Ask a colleague into the circle."""
    body = parameters(member="PractitionerRole/invited@")
    return await server.send(caller, "POST", "/CareTeam/t@/$invite", body)


async def test_who_accepts_an_invitation_sees_the_record(server: Scene) -> None:
    """From the acceptance on, not before; the invitation itself names nobody."""
    task = (await invite(server, NURSE)).json()
    assert "Secret" not in str(task)
    assert (await server.send(INVITED, "GET", "/Patient/p@")).status_code == 404
    url = f"/Task/{task['id']}"
    assert (await server.send(INVITED, "GET", url)).status_code == 200
    accepted = await server.send(INVITED, "PUT", url, task | {"status": "accepted"})
    assert accepted.status_code == 200, accepted.text
    assert (await server.send(INVITED, "GET", "/Patient/p@")).status_code == 200


async def test_an_outsider_neither_invites_nor_accepts(server: Scene) -> None:
    """Neither by the operation, nor by a Task made by hand, nor in somebody else's place."""
    assert (await invite(server, OUTSIDER)).status_code == 404
    task = (await invite(server, NURSE)).json()
    forged = {key: value for key, value in task.items() if key not in {"id", "meta"}}
    forged |= {"owner": {"reference": "PractitionerRole/out@"}}
    assert not (await server.send(OUTSIDER, "POST", "/Task", forged)).is_success
    url = f"/Task/{task['id']}"
    taken = await server.send(OUTSIDER, "PUT", url, task | {"status": "accepted"})
    assert not taken.is_success
    assert (await server.send(OUTSIDER, "GET", "/Patient/p@")).status_code == 404


async def test_an_invitation_does_not_tell_which_circles_there_are(server: Scene) -> None:
    """An outsider's Task that leads to a hidden circle fails as one that leads nowhere."""
    task = (await invite(server, NURSE)).json()
    forged = {key: task[key] for key in ("resourceType", "status", "intent", "code", "owner")}
    answers = []
    for name in ("CareTeam/t@", "CareTeam/none@"):
        made = await server.send(OUTSIDER, "POST", "/Task", forged | {"focus": {"reference": name}})
        answers.append((made.status_code, made.text.replace(server.own(name), "?")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 422
    plain = {"resourceType": "Task", "status": "draft", "intent": "order"}
    own = {"owner": {"reference": "PractitionerRole/out@"}}
    made = await server.send(OUTSIDER, "POST", "/Task", plain | own)
    url = made.headers["location"].partition("/fhir")[2].partition("/_history")[0]
    changed = [
        await server.send(
            OUTSIDER,
            "PUT",
            url,
            forged | own | {"id": url.rpartition("/")[2], "focus": {"reference": name}},
        )
        for name in ("CareTeam/t@", "CareTeam/none@")
    ]
    assert changed[0].status_code == changed[1].status_code
    assert not changed[0].is_success


async def test_who_only_reads_a_message_does_not_send_it(server: Scene) -> None:
    """Neither by a consent, nor as a friend, nor in an emergency; a member of the circle does."""
    await server.load(
        {"resourceType": "Practitioner", "id": "dr@", "name": [{"family": "Petit"}]},
        {
            "resourceType": "Communication",
            "id": "m@",
            "status": "completed",
            "subject": PERSON,
            "recipient": [{"reference": "Practitioner/dr@"}],
            "payload": [{"contentString": "à lire"}],
        },
        CONSENT
        | {
            "id": "c@",
            "patient": PERSON,
            "provision": {
                "type": "permit",
                "actor": [
                    {"role": {"text": "x"}, "reference": {"reference": "PractitionerRole/out@"}}
                ],
            },
        },
    )
    url = "/Communication/m@/$mssante-send"
    assert (await server.send(OUTSIDER, "GET", "/Communication/m@")).status_code == 200
    assert (await server.send(OUTSIDER, "POST", url)).status_code == 403
    urgent = {"X-Emergency-Access": "Personne inconsciente au domicile"}
    smur = professional("smur")
    assert (await server.send(smur, "GET", "/Patient/p@", headers=urgent)).status_code == 200
    assert (await server.send(smur, "POST", url)).status_code == 403
    # A member comes further: the recipient has no mailbox.
    assert (await server.send(NURSE, "POST", url)).status_code == 422


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("GET", "/Patient/p@/$dossier", None),
        ("POST", "/CareTeam/t@/$join", parameters(member="PractitionerRole/out@")),
        ("POST", "/CareTeam/t@/$leave", parameters(member="PractitionerRole/nurse@")),
        ("POST", "/PlanDefinition/vigilans/$apply", parameters(subject="Patient/p@")),
        ("GET", "/Questionnaire/gds-15/$populate?subject=Patient/p@", None),
        ("GET", "/CareTeam/t@/$free-slots?start=2099-12-01&end=2099-12-01", None),
        ("GET", "/CareTeam/t@/$unread", None),
    ],
)
async def test_operations_do_not_know_the_person(
    server: Scene, method: str, url: str, body: Any
) -> None:
    """To an outsider they answer as for somebody who is not there."""
    assert (await server.send(OUTSIDER, method, url, body)).status_code == 404
    assert (await server.send(NURSE, method, url, body)).status_code == 200


async def test_a_refused_circle_names_no_hidden_one(server: Scene) -> None:
    """A member is told which circle there is; for an outsider it has no name."""
    circle = {
        "resourceType": "CareTeam",
        "meta": {"profile": [CIRCLE]},
        "identifier": [{"system": "urn:own", "value": "1"}],
        "status": "active",
        "name": "Cercle",
        "subject": PERSON,
        "period": {"start": "2026-01-01"},
    }
    await server.load(circle | {"id": "c@"})
    answer = await server.send(OUTSIDER, "POST", "/CareTeam", circle)
    assert not answer.is_success
    assert server.own("c@") not in answer.text


async def test_a_made_up_step_moves_no_pathway(server: Scene) -> None:
    """An outsider may hand in a Task; naming a step of a pathway does not end it."""
    body = parameters(subject="Patient/p@")
    await server.send(NURSE, "POST", "/PlanDefinition/vigilans/$apply", body)
    rows = (await server.send(NURSE, "GET", "/Task?patient=Patient/p@")).json()["entry"]
    tasks = [row["resource"] for row in rows]
    card = next(each for each in tasks if each["identifier"][0]["value"].endswith("/card"))
    forged = {key: card[key] for key in ("resourceType", "identifier", "intent", "for")}
    await server.send(OUTSIDER, "POST", "/Task", forged | {"status": "completed"})
    rows = (await server.send(NURSE, "GET", "/Task?patient=Patient/p@")).json()["entry"]
    statuses = {
        row["resource"]["identifier"][0]["value"].partition("/")[2]: row["resource"]["status"]
        for row in rows
        if row["resource"]["id"] in {each["id"] for each in tasks}
    }
    assert statuses["call"] == "draft"
