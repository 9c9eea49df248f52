"""Secured mail through mail servers that are not ours: out, in, back, read, and poison."""

import asyncio
import hashlib
import imaplib
import io
import json
import os
import smtplib
import ssl
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree

from bridges.cda.conftest import people
from certificates import Authority
from subscriptions.conftest import topical
from subscriptions.receiver import Receiver
from system.conftest import Running, free_port
from system.mail_servers import PASSWORD, MailServers
from system.subscriber import active

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("mail")]
OURS = "circle@tilleuls.mssante.fr"
DOCTOR = "jeanne.martin@medecin.mssante.fr"
TOLD = {"Patient", "Practitioner", "PractitionerRole", "Organization", "CareTeam", "ServiceRequest"}
EMAIL_TYPE = {
    "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type",
    "valueCoding": {
        "system": "https://mos.esante.gouv.fr/NOS/TRE_R256-TypeMessagerie/FHIR/TRE-R256-TypeMessagerie",
        "code": "MSSANTE",
    },
}


@pytest.fixture(scope="module")
def server(
    mail: MailServers, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """A server with a mailbox, whose certificate is its account at the mail servers."""
    folder = tmp_path_factory.mktemp("cordee")
    environment = {
        "CORDEE_MONGODB_CACHE_GB": "0.25",
        "CORDEE_MSSANTE_MAILBOX": OURS,
        "CORDEE_MSSANTE_SMTP": f"smtp://127.0.0.1:{mail.certified}",
        "CORDEE_MSSANTE_IMAP": f"imaps://127.0.0.1:{mail.imaps}",
        "CORDEE_MSSANTE_CERTIFICATE": str(authority.issue(OURS)),
        "CORDEE_MSSANTE_AUTHORITY": str(authority.root),
        "CORDEE_MSSANTE_POLL_SECONDS": "0.5",
        "CORDEE_MSSANTE_NIL": "NIL-1",
    }
    environment |= {
        "CORDEE_SUBSCRIPTIONS_ALLOW_HTTP": "true",
        "CORDEE_SUBSCRIPTIONS_ALLOWED_HOSTS": "127.0.0.1",
    }
    running = Running(folder / "data", free_port(), environment)
    running.start()
    with httpx.Client(base_url=running.base_url, timeout=60) as http:
        entries = [_put(row) for row in _record()]
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        answer = http.post("", json=bundle)
        assert answer.status_code == 200, answer.text
    yield running
    running.stop()


@pytest.fixture
def http(server: Running) -> Iterator[httpx.Client]:
    """A client of that server."""
    with httpx.Client(base_url=server.base_url, timeout=60) as client:
        yield client


def _put(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "resource": row,
        "request": {"method": "PUT", "url": f"{row['resourceType']}/{row['id']}"},
    }


def _record() -> Iterator[dict[str, Any]]:
    """Give the territory, where one doctor has a mailbox and another one that is gone."""
    boxes = iter((DOCTOR, "nobody@gone.mssante.fr"))
    for row in people():
        if row["resourceType"] not in TOLD:
            continue
        box = next(boxes, None) if row["resourceType"] == "Practitioner" else None
        told = {"system": "email", "value": box, "extension": [EMAIL_TYPE]}
        yield row | ({"telecom": [told]} if box else {})


def _of(type: str, number: int = 0) -> str:
    rows = [row for row in people() if row["resourceType"] == type]
    return f"{type}/{rows[number]['id']}"


def message(*recipients: str, **more: Any) -> dict[str, Any]:
    """Make a message that carries a referral."""
    return {
        "resourceType": "Communication",
        "status": "preparation",
        "subject": {"reference": _of("Patient")},
        "sender": {"reference": _of("PractitionerRole")},
        "recipient": [{"reference": row} for row in recipients],
        "payload": [
            {"contentString": "Voici la demande, à relire avant lundi."},
            {"contentReference": {"reference": _of("ServiceRequest")}},
        ],
    } | more


def sent(http: httpx.Client, resource: dict[str, Any]) -> dict[str, Any]:
    """Store a message and have it sent."""
    made = http.post("/Communication", json=resource)
    assert made.status_code == 201, made.text
    answer = http.post(f"/Communication/{made.json()['id']}/$mssante-send")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def until(ask: Callable[[], Any], seconds: float = 30) -> Any:
    """Ask until there is an answer."""
    for _ in range(int(seconds / 0.1)):
        found = ask()
        if found:
            return found
        asyncio.run(asyncio.sleep(0.1))
    pytest.fail("nothing happened")


def deliveries(resource: dict[str, Any]) -> list[dict[str, Any]]:
    """Give what the server tells of each mail of a message."""
    rows = [row["extension"] for row in resource["extension"]]
    return [{p["url"]: next(v for k, v in p.items() if k != "url") for p in row} for row in rows]


def in_state(http: httpx.Client, id: str, *states: str) -> dict[str, Any]:
    """Wait until the only delivery of a message is in one of some states."""

    def ask() -> dict[str, Any] | None:
        found: dict[str, Any] = http.get(f"/Communication/{id}").json()
        return found if deliveries(found)[0]["state"] in states else None

    answer: dict[str, Any] = until(ask)
    return answer


def test_a_referral_goes_out_and_its_delivery_is_told(
    http: httpx.Client, mail: MailServers, material: Path
) -> None:
    """The mail is by the rules, the archive is XDM to others; sending again sends nothing."""
    queued = sent(http, message(_of("Practitioner")))
    assert queued["status"] == "in-progress"
    (found,) = mail.mails(DOCTOR)
    patient = next(row for row in people() if row["resourceType"] == "Patient")
    name = patient["name"][0]
    assert found["Subject"].startswith("XDM/1.0/DDM+")
    assert found["Subject"].endswith(f"{name['family'].upper()} {name['given'][0]} 20/02/1933")
    assert (found["From"], found["X-MSS-INS"], found["X-MSS-NIL"]) == (OURS, "O", "NIL-1")
    assert found["X-MSS-CODECDA"] == "96349-6"
    assert found["Disposition-Notification-To"] == OURS
    archive, pdf = found.iter_attachments()
    assert archive.get_filename() == "IHE_XDM.ZIP"
    assert pdf.get_content_type() == "application/pdf"
    assert pdf.get_content().startswith(b"%PDF-1.4")
    with zipfile.ZipFile(io.BytesIO(archive.get_content())) as held:
        metadata = etree.fromstring(held.read("IHE_XDM/SUBSET01/METADATA.XML"))
        assert b"96349-6" in held.read("IHE_XDM/SUBSET01/DOC00001.XML")
    schema = etree.XMLSchema(file=str(material / "cda-suite/xds-schemas/XDSb_lxml.xsd"))
    schema.assertValid(metadata)
    text = found.get_body(("plain",))
    assert text is not None
    assert "à relire avant lundi" in text.get_content()
    told = in_state(http, queued["id"], "delivered")
    assert told["status"] == "completed"
    assert told["sent"]
    assert told["received"]
    assert http.post(f"/Communication/{queued['id']}/$mssante-send").json()["status"] == "completed"
    asyncio.run(asyncio.sleep(2))
    assert len(mail.mails(DOCTOR)) == 1


def test_what_does_not_arrive_is_told(http: httpx.Client) -> None:
    """The mail system's report comes back, and says why."""
    queued = sent(http, message(_of("Practitioner", 1)))
    told = in_state(http, queued["id"], "failed")
    assert told["status"] == "not-done"
    assert "nobody@gone.mssante.fr: " in told["statusReason"]["text"]
    assert "received" not in told


def _answer(mail: EmailMessage, disposition: str) -> EmailMessage:
    """Make the receipt that a reader's software sends (RFC 8098)."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = DOCTOR, OURS, "Lu"
    made.set_content("Votre message a été lu.")
    made.make_mixed()
    made.set_param("report-type", "disposition-notification")
    made.set_type("multipart/report", header="Content-Type")
    part = EmailMessage()
    part["Final-Recipient"] = f"rfc822;{DOCTOR}"
    part["Original-Message-ID"] = mail["Message-ID"]
    part["Disposition"] = disposition
    made.add_attachment(part)
    text = made.as_string().replace("message/rfc822", "message/disposition-notification", 1)
    return BytesParser(policy=policy.SMTP).parsebytes(text.encode())


def hand_in(mail: MailServers, made: EmailMessage | bytes, sender: str = DOCTOR) -> None:
    """Send a mail to our mailbox, as others do."""
    with smtplib.SMTP("127.0.0.1", mail.smtp) as box:
        data = made if isinstance(made, bytes) else made.as_bytes()
        box.sendmail(sender, [OURS], data)


def test_a_receipt_is_told(http: httpx.Client, mail: MailServers) -> None:
    """A message that was read is so; one that software could not take in says why."""
    before = len(mail.mails(DOCTOR, 0))
    for number, (disposition, state) in enumerate(
        (
            ("manual-action/MDN-sent-manually; displayed", "read"),
            (
                "automatic-action/MDN-sent-automatically; processed/Error: 902^Patient inconnu",
                "refused",
            ),
        ),
        1,
    ):
        queued = sent(http, message(_of("Practitioner"), topic={"text": f"Lecture {number}"}))
        mails = mail.mails(DOCTOR, before + number)
        named = queued["id"]
        (found,) = [row for row in mails if named in row["Message-ID"]]
        hand_in(mail, _answer(found, disposition))
        told = in_state(http, named, state)
        assert told["status"] == ("completed" if state == "read" else "not-done")
    assert "902^Patient inconnu" in told["statusReason"]["text"]


def letter(documents: bytes, subject: str = "XDM/1.0/DDM+Lettre DUPONT Jeanne") -> EmailMessage:
    """Make a mail as a hospital sends it."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"Urgences <{DOCTOR}>", OURS, subject
    made["Message-ID"] = f"<{hashlib.sha1(documents).hexdigest()}@chu.mssante.fr>"
    made["Date"] = "Sun, 22 Nov 2026 10:00:00 +0100"
    made["Disposition-Notification-To"] = DOCTOR
    made.set_content("Bonjour, voici la lettre.\nCordialement")
    made.add_attachment(documents, "application", "zip", filename="IHE_XDM.ZIP")
    return made


async def test_the_circle_is_told(server: Running, mail: MailServers) -> None:
    """Who subscribed to a person's messages hears of one that came by mail."""
    async with Receiver() as receiver:
        hook = topical(receiver.url, "note", f"Communication?patient={_of('Patient')}")
        await active(server.base_url, hook)
        patient = next(row for row in people() if row["resourceType"] == "Patient")
        made = EmailMessage()
        made["From"] = f"{patient['identifier'][0]['value']}@patient.mssante.fr"
        made["To"], made["Subject"] = OURS, "Question"
        made.set_content("Puis-je sortir demain ?")
        await asyncio.to_thread(hand_in, mail, made)
        for _ in range(300):
            told = [row for row in receiver.all if b"Communication" in row.body]
            if told:
                break
            await asyncio.sleep(0.1)
    assert told


def test_a_mail_comes_in(http: httpx.Client, mail: MailServers) -> None:
    """What we sent, sent back by another: documents and message are stored, once however often."""
    queued = sent(http, message(_of("Practitioner"), payload=message()["payload"][1:]))
    until(lambda: any(queued["id"] in row["Message-ID"] for row in mail.mails(DOCTOR)))
    (found,) = [row for row in mail.mails(DOCTOR) if queued["id"] in row["Message-ID"]]
    archive = next(found.iter_attachments()).get_content()
    made = letter(archive)
    made["In-Reply-To"] = found["Message-ID"]
    hand_in(mail, made)
    hand_in(mail, made)

    def came() -> Any:
        asked = {"in-response-to": f"Communication/{queued['id']}"}
        return http.get("/Communication", params=asked).json().get("entry")

    (entry,) = until(came)
    came_in = entry["resource"]
    assert came_in["status"] == "completed"
    assert came_in["topic"]["text"] == "Lettre DUPONT Jeanne"
    assert came_in["subject"]["reference"] == _of("Patient")
    assert came_in["sender"]["reference"].startswith("Practitioner/")
    assert came_in["recipient"][0]["reference"] == _of("PractitionerRole")
    words, document = came_in["payload"]
    assert words["contentString"].startswith("Bonjour, voici la lettre.")
    stored = http.get(f"/{document['contentReference']['reference']}").json()
    binary = http.get(f"/{stored['content'][0]['attachment']['url']}").content
    with zipfile.ZipFile(io.BytesIO(archive)) as held:
        cda = held.read("IHE_XDM/SUBSET01/DOC00001.XML")
    assert binary == cda
    until(lambda: any(row["Auto-Submitted"] for row in mail.mails(DOCTOR)))
    (receipt,) = [row for row in mail.mails(DOCTOR) if row["Auto-Submitted"]]
    assert receipt.get_content_type() == "multipart/report"
    assert "; processed\r\n" in receipt.as_bytes(policy=policy.SMTP).decode()
    assert len(came()) == 1


def quarantined(server: Running) -> list[dict[str, Any]]:
    """Ask the command line what is set apart."""
    told = operate(server, "list", "--state", "quarantined", "--json")
    rows: list[dict[str, Any]] = json.loads(told)
    return rows


def operate(server: Running, *arguments: str) -> str:
    """Call `cordee bridge`."""
    done = subprocess.run(
        [sys.executable, "-m", "cordee", "bridge", *arguments],
        env=os.environ | server.environment | {"CORDEE_DATA": str(server.data)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def subjects(mail: MailServers, folder: str) -> list[str]:
    """Give the subjects of the mails in a folder of our mailbox."""
    context = ssl.create_default_context(cafile=str(mail.authority.root))
    with imaplib.IMAP4_SSL("127.0.0.1", mail.imaps, ssl_context=context) as box:
        box.login(OURS, PASSWORD)
        if box.select(folder, readonly=True)[0] != "OK":
            return []
        found = box.fetch("1:*", "(BODY[HEADER.FIELDS (SUBJECT)])")[1]
        return [row[1].decode().strip() for row in found if isinstance(row, tuple)]


def bomb() -> bytes:
    """Pack a file that is huge when unpacked."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("IHE_XDM/SUBSET01/METADATA.XML", bytes(50_000_000))
    return held.getvalue()


def test_poison_is_set_apart(http: httpx.Client, server: Running, mail: MailServers) -> None:
    """It lies in a folder of its own, the queue tells why, and the mails behind it are taken in."""
    hand_in(mail, letter(bomb(), "Bombe"))
    parts = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 10_000
    hand_in(mail, b"Subject: Parties\r\n" + parts)
    plain = EmailMessage()
    plain["From"], plain["To"], plain["Subject"] = DOCTOR, OURS, "Sans document"
    plain["Message-ID"] = "<plain@chu.mssante.fr>"
    plain.set_content("Un mot simplement.")
    hand_in(mail, plain)

    def came() -> Any:
        asked = {"identifier": "urn:ietf:rfc:3986|mid:plain@chu.mssante.fr"}
        return http.get("/Communication", params=asked).json().get("entry")

    (entry,) = until(came)
    assert entry["resource"]["payload"] == [{"contentString": "Un mot simplement."}]
    until(lambda: len(subjects(mail, "Quarantaine")) == 2)
    rows = quarantined(server)
    reasons = sorted(row["error"] for row in rows)
    assert "larger, unpacked" in reasons[0]
    assert "too many parts" in reasons[1]
    for row in rows:
        assert row["result"]["moved"]["folder"] == "Quarantaine"
    assert "Bombe" not in " ".join(subjects(mail, "INBOX"))
    operate(server, "retry", rows[0]["id"])
    until(lambda: server.log().count("state=quarantined") == 3)
    assert len(subjects(mail, "Quarantaine")) == 2
