"""Messages ordered to be sent, and their mails handed over."""

import base64
from typing import Any

import pytest

from bridges.mssante.conftest import DOCTOR, OURS, Mailing, Operator, message, of
from cordee.bridges.exchange import Done, Later, Refused
from cordee.bridges.mssante.dispatch import Dispatch
from cordee.bridges.mssante.submission import Submission
from cordee.bridges.mssante.tracking import deliveries

PROFILE = "https://cordee.example/fhir/StructureDefinition/coordination-message"


def dispatch(mailing: Mailing) -> Dispatch:
    """Give what sends the mails of a server."""
    return Dispatch(mailing.services, Submission(mailing.services.settings))


async def now(mailing: Mailing, id: str) -> dict[str, Any]:
    """Read a message."""
    found: dict[str, Any] = (await mailing.client.get(f"/Communication/{id}")).json()
    return found


async def test_a_message_is_queued_once_and_sent_as_the_same_mail(
    mailing: Mailing, operator: Operator
) -> None:
    """However often it is ordered and handled; the queue holds neither words nor documents."""
    answer = await mailing.sent(message())
    queued = answer.json()
    assert answer.status_code == 200, answer.text
    (row,) = deliveries(queued)
    assert (queued["status"], row.address, row.state) == ("in-progress", DOCTOR, "queued")
    assert row.recipient == of("Practitioner")
    again = (await mailing.again(queued["id"])).json()
    assert again["meta"]["versionId"] == queued["meta"]["versionId"]
    (exchange,) = await mailing.exchanges(queued["id"])
    assert exchange.subject == of("Patient")
    assert exchange.about == (
        f"Communication/{queued['id']}/_history/1",
        f"{of('ServiceRequest')}/_history/1",
    )
    assert set(exchange.content) == {"communication", "address", "message_id"}
    operator.answers = ["451 later", "250 OK", "250 OK"]
    send = dispatch(mailing)
    assert isinstance(await send(exchange), Later)
    outcome = await send(exchange)
    assert isinstance(outcome, Done)
    # It was handled again because nobody could note that it was done.
    assert isinstance(await send(exchange), Done)
    ((sender, recipients, mail),) = operator.mails
    assert (sender, recipients) == (OURS, [DOCTOR])
    stored = await mailing.client.get(
        f"/Binary/{exchange.id}", headers={"Accept": "application/fhir+json"}
    )
    assert base64.b64decode(stored.json()["data"]) == mail
    # This operator reports nothing, so that nothing more is to be waited for.
    done = await now(mailing, queued["id"])
    assert (done["status"], next(deliveries(done)).state) == ("completed", "relayed")


async def test_a_refusal_is_told_and_the_mail_can_be_ordered_anew(
    mailing: Mailing, operator: Operator
) -> None:
    """The message says why; ordered again, the same mail is tried again."""
    queued = (await mailing.sent(message())).json()
    (exchange,) = await mailing.exchanges(queued["id"])
    operator.answers = ["rcpt 550 5.1.1 no such mailbox"]
    outcome = await dispatch(mailing)(exchange)
    assert isinstance(outcome, Refused)
    told = await now(mailing, queued["id"])
    assert told["status"] == "not-done"
    assert "550 5.1.1 no such mailbox" in told["statusReason"]["text"]
    await mailing.queue.quarantine(exchange.id, "as if it had ended")
    ordered = (await mailing.again(queued["id"])).json()
    assert (ordered["status"], next(deliveries(ordered)).state) == ("in-progress", "queued")
    (waiting,) = await mailing.exchanges(queued["id"])
    assert waiting.state == "waiting"
    assert isinstance(await dispatch(mailing)(waiting), Done)
    assert len(operator.mails) == 1


async def test_nothing_is_sent_in_clear(mailing: Mailing, operator: Operator) -> None:
    """Neither to whoever has another certificate, nor to whoever has none."""
    queued = (await mailing.sent(message())).json()
    (exchange,) = await mailing.exchanges(queued["id"])
    untrusting = mailing.services.settings.model_copy(update={"mssante_authority": None})
    outcome = await Dispatch(mailing.services, Submission(untrusting))(exchange)
    assert isinstance(outcome, Later)
    assert operator.mails == []


async def test_each_recipient_has_a_mail_of_their_own(mailing: Mailing) -> None:
    """A patient by the INS; a role by its professional; one mailbox gets one mail."""
    roles = [
        row
        for row in (await mailing.client.get("/PractitionerRole?_count=100")).json()["entry"]
        if row["resource"]["practitioner"]["reference"] == of("Practitioner")
    ]
    role = f"PractitionerRole/{roles[0]['resource']['id']}"
    answer = await mailing.sent(message(of("Practitioner"), of("Patient"), role), final="true")
    rows = list(deliveries(answer.json()))
    assert [row.address for row in rows] == [DOCTOR, "233021220260160@patient.mssante.fr"]
    mails = {}
    for exchange in await mailing.exchanges(answer.json()["id"]):
        stored = await mailing.client.get(
            f"/Binary/{exchange.id}", headers={"Accept": "application/fhir+json"}
        )
        mails[exchange.target] = base64.b64decode(stored.json()["data"])
    assert b"X-MSS-MES: FIN" in mails[rows[1].address]
    assert b"X-MSS-MES" not in mails[DOCTOR]


async def test_a_message_of_the_circle_is_sent(mailing: Mailing, operator: Operator) -> None:
    """What its profile and the rules of messages want still holds when it is followed."""
    member = {"reference": of("PractitionerRole")}
    circle = {
        "resourceType": "CareTeam",
        "status": "active",
        "subject": {"reference": of("Patient")},
        "participant": [{"member": member}],
    }
    assert (await mailing.client.post("/CareTeam", json=circle)).status_code == 201
    role = (await mailing.client.get(f"/{member['reference']}")).json()
    role["telecom"] = [{"system": "email", "value": DOCTOR}]
    assert (await mailing.client.put(f"/{member['reference']}", json=role)).status_code == 200
    made = message(
        member["reference"],
        meta={"profile": [PROFILE]},
        status="completed",
        sent="2026-11-22T10:00:00+01:00",
    )
    answer = await mailing.sent(made)
    assert answer.status_code == 200, answer.text
    (exchange,) = await mailing.exchanges(answer.json()["id"])
    operator.answers = ["554 no"]
    assert isinstance(await dispatch(mailing)(exchange), Refused)
    told = await now(mailing, answer.json()["id"])
    (row,) = deliveries(told)
    # It was said to the circle all the same.
    assert (told["status"], row.state, row.reason) == ("completed", "failed", "554 no")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no secured mailbox": ({"recipient": [{"reference": of("Practitioner", 1)}]}, "no mailbox"),
    "nobody": ({"recipient": [{"reference": "Practitioner/absent"}]}, "nobody whom"),
    "no recipient": ({"recipient": []}, "needs a recipient"),
    "no patient": ({"subject": None}, "names the patient"),
    "a file": (
        {"payload": [{"contentAttachment": {"contentType": "text/plain", "data": "YQ=="}}]},
        "refer to a DocumentReference",
    ),
    "no document": (
        {"payload": [{"contentReference": {"reference": of("Practitioner")}}]},
        "No document can be made",
    ),
    "in error": ({"status": "entered-in-error"}, "entered in error"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_cannot_be_sent_says_why(name: str, mailing: Mailing) -> None:
    """Nothing is queued, and the message stays as it is."""
    change, text = WRONG[name]
    made = {key: value for key, value in (message() | change).items() if value}
    answer = await mailing.sent(made)
    assert answer.status_code == 422, answer.text
    assert text in answer.text
    found = (await mailing.client.get("/Communication")).json()["entry"]
    assert found[0]["resource"]["meta"]["versionId"] == "1"
    assert await mailing.exchanges(found[0]["resource"]["id"]) == []


@pytest.mark.parametrize(
    ("label", "recipient"),
    [("INVISIBLE_PATIENT", "Patient"), ("MASQUE_PS", "Practitioner")],
)
async def test_labels_of_visibility_hold(label: str, recipient: str, mailing: Mailing) -> None:
    """What a patient, or a professional, is not to see is not sent to them."""
    system = "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07"
    held = (await mailing.client.get(f"/{of('ServiceRequest')}")).json()
    held["meta"]["security"] = [{"system": system, "code": label}]
    assert (await mailing.client.put(f"/{of('ServiceRequest')}", json=held)).status_code == 200
    answer = await mailing.sent(message(of(recipient)))
    assert answer.status_code == 422
    assert label in answer.text


async def test_documents_of_somebody_else_are_not_sent(mailing: Mailing) -> None:
    """A message about one patient never carries another one's documents."""
    other = (await mailing.client.get(f"/{of('Patient')}")).json()
    other["identifier"][0]["value"] = "133021220260113"
    other["gender"], other["id"] = "male", "other"
    assert (await mailing.client.put("/Patient/other", json=other)).status_code == 201
    answer = await mailing.sent(message(subject={"reference": "Patient/other"}))
    assert answer.status_code == 422, answer.text
    assert "another patient" in answer.text


async def test_a_server_without_a_mailbox_says_so(http: Any) -> None:
    """The operation is there, and tells."""
    made = await http.post(
        "/Communication", json={"resourceType": "Communication", "status": "preparation"}
    )
    answer = await http.post(f"/Communication/{made.json()['id']}/$mssante-send")
    assert answer.status_code == 400, answer.text
    assert "no mailbox of MSSant" in answer.text
