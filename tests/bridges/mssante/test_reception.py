"""Mails collected and handled: each once, poison set apart, nothing lost."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest

from bridges.cda.conftest import Write, people, tables, written
from bridges.mssante.conftest import DOCTOR, OURS, Mailing, Operator, message, of
from bridges.xdm.test_archive import hostile
from bridges.xdm.test_reader import changed
from cordee.access.audit.act import Act
from cordee.bridges.cda.document import read
from cordee.bridges.exchange import Done, Exchange, Outcome, Quarantined, Refused
from cordee.bridges.mssante.collection import Collection
from cordee.bridges.mssante.mailbox import Mailbox, Place
from cordee.bridges.mssante.receipts import Receipts
from cordee.bridges.mssante.reception import Reception
from cordee.bridges.mssante.submission import Submission
from cordee.bridges.mssante.tracking import deliveries
from cordee.bridges.xdm.writer import Parcel, write
from cordee.errors import Category, FhirError
from cordee.store.mailbox_marks import Mark
from cordee.store.mongo_store import MongoStore

__all__ = ["tables", "written"]
ASIDE = "Quarantaine"


class Shelf(Mailbox):
    """A mailbox in memory."""

    def __init__(self) -> None:
        """Begin empty."""
        self.validity = 7
        self.folders: dict[str, dict[int, bytes]] = {"INBOX": {}, ASIDE: {}}
        self.down = False

    def add(self, mail: EmailMessage | bytes) -> Place:
        """Deliver a mail."""
        uid = max(self.folders["INBOX"], default=0) + 1
        self.folders["INBOX"][uid] = mail if isinstance(mail, bytes) else mail.as_bytes()
        return Place("INBOX", self.validity, uid)

    def news(self, mark: Mark) -> list[Place]:
        """Give what is new, as IMAP does."""
        last = mark.uid if mark.validity == self.validity else 0
        return [Place("INBOX", self.validity, uid) for uid in self.folders["INBOX"] if uid > last]

    def fetch(self, place: Place) -> bytes | None:
        """Give a mail."""
        if self.down:
            raise FhirError(Category.UNAVAILABLE, "down")
        return self.folders[place.folder].get(place.uid)

    def quarantine(self, place: Place) -> Place | None:
        """Move a mail."""
        if place.folder == ASIDE:
            return place
        uid = len(self.folders[ASIDE]) + 1
        self.folders[ASIDE][uid] = self.folders[place.folder].pop(place.uid)
        return Place(ASIDE, self.validity, uid)


class Book:
    """An audit that keeps what it is told."""

    on = True

    def __init__(self) -> None:
        """Begin empty."""
        self.acts: list[Act] = []

    async def record(self, *acts: Act) -> None:
        """Keep acts."""
        self.acts += acts

    async def publish(self) -> None:
        """Publish nothing."""


class Desk:
    """A server that handles what lies on a shelf."""

    def __init__(self, mailing: Mailing, shelf: Shelf) -> None:
        """Name the mailbox anew, so that nothing of other tests is known of it."""
        address = f"{uuid4().hex[:8]}@tilleuls.mssante.fr"
        settings = mailing.services.settings.model_copy(update={"mssante_mailbox": address})
        self.book = Book()
        services = replace(mailing.services, settings=settings, audit=self.book)
        assert isinstance(services.store, MongoStore)
        receipts = Receipts(services, mailing.queue, shelf, Submission(settings))
        self.handle = Reception(services, shelf, receipts)
        self.receipts = receipts
        self.collection = Collection(services, mailing.queue, services.store.mailbox_marks(), shelf)
        self.address = address
        self.mailing = mailing

    async def queued(self, action: str = "mail-in") -> list[Exchange]:
        """Give what this server has queued, the oldest first."""
        found = await self.mailing.queue.list(bridge="mssante", action=action, count=1_000)
        return [row for row in reversed(found) if self.address in (row.target, row.key[8:41])]

    async def messages(self, **query: str) -> list[dict[str, Any]]:
        """Give the messages of the record."""
        answer = await self.mailing.client.get("/Communication", params=query)
        return [row["resource"] for row in answer.json().get("entry", ())]


@pytest.fixture
def shelf() -> Shelf:
    """An empty mailbox."""
    return Shelf()


@pytest.fixture
async def desk(mailing: Mailing, shelf: Shelf) -> Desk:
    """A server that handles what lies in it."""
    return Desk(mailing, shelf)


def exchange(place: Place, result: Any = None) -> Exchange:
    """Make the exchange that a mail is."""
    key = uuid4().hex
    return Exchange(
        "mssante", "mail-in", key, content=place.json(), result=result or {}, attempts=5
    )


def letter(text: str = "Bonjour", **headers: str) -> EmailMessage:
    """Make a mail."""
    made = EmailMessage()
    given = {
        "From": f"Jeanne <{DOCTOR}>",
        "To": OURS,
        "Subject": "XDM/1.0/DDM+Lettre",
        "Message-ID": f"<{uuid4().hex}@chu.mssante.fr>",
    }
    for name, value in (given | headers).items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def parcel(*documents: bytes) -> bytes:
    """Pack documents as another software does."""
    return write(
        Parcel(
            [read(row) for row in documents],
            key="theirs",
            moment=datetime(2026, 11, 22, 12, tzinfo=UTC),
            zone=UTC,
            sender="CHU",
            source_id="1.2.3",
        )
    )


async def test_new_mails_are_queued_once(desk: Desk, shelf: Shelf) -> None:
    """Whoever looks again finds only what came since; a folder made anew is looked through anew."""
    shelf.add(letter())
    shelf.add(letter())
    assert await desk.collection.look() == 2
    assert await desk.collection.look() == 0
    shelf.add(letter())
    assert await desk.collection.look() == 1
    rows = await desk.queued()
    assert [row.content["uid"] for row in rows] == [1, 2, 3]
    assert all(set(row.content) == {"folder", "validity", "uid"} for row in rows)
    shelf.validity = 8
    assert await desk.collection.look() == 3
    for row in await desk.queued():
        assert isinstance(await desk.handle(row), Done)
    # Six exchanges, three mails.
    assert len(await desk.messages()) == 3


async def test_documents_and_message_are_stored_once(
    desk: Desk, shelf: Shelf, written: Write
) -> None:
    """The message names patient, sender and document; copies and strange files are told apart."""
    cda = written("ppcs")
    mail = letter("Voici le plan.", Date="Sun, 22 Nov 2026 10:00:00 +0100")
    mail.add_attachment(parcel(cda), "application", "zip", filename="IHE_XDM.ZIP")
    pdf = next(iter_pdf(cda))
    mail.add_attachment(pdf, "application", "pdf", filename="copie.pdf")
    mail.add_attachment(b"autre", "image", "png", filename="photo.png")
    mail.add_attachment(b"#!/bin/sh", "text", "plain", filename="virus.txt")
    place = shelf.add(mail)
    outcome = await desk.handle(exchange(place))
    assert isinstance(outcome, Done), outcome
    assert isinstance(await desk.handle(exchange(place)), Done)
    (came,) = await desk.messages()
    assert came["subject"]["reference"] == of("Patient")
    assert came["sender"]["reference"] == of("Practitioner")
    assert came["sent"] == "2026-11-22T10:00:00.000+01:00"
    assert came["topic"]["text"] == "Lettre"
    words, document, photo = came["payload"]
    assert words["contentString"] == "Voici le plan."
    assert document["contentReference"]["reference"] == outcome.result["documents"][0]
    held = photo["contentAttachment"]
    assert held["title"] == "photo.png"
    # It says to be a picture, and is none; what could do harm is not kept, and that is told.
    assert (held["contentType"], held["size"]) == ("application/octet-stream", 5)
    assert came["note"] == [{"text": "Pièce jointe non reprise : virus.txt (a script)"}]
    stored = await desk.mailing.client.get(f"/{held['url']}")
    assert stored.content == b"autre"
    listed = (await desk.mailing.client.get("/DocumentReference")).json()
    assert len(listed["entry"]) == 1
    told = {(act.name, act.type, act.caller.subject) for act in desk.book.acts}
    assert {("create", "Communication", "mssante"), ("update", "Binary", "mssante")} <= told


def iter_pdf(cda: bytes) -> Any:
    """Give the PDF in a document."""
    from cordee.bridges.mssante.pdf_copy import embedded  # noqa: PLC0415

    return embedded(read(cda))


async def test_an_answer_belongs_to_what_it_answers(desk: Desk, shelf: Shelf) -> None:
    """It is about the same person, for whoever had written, and masked from the same people."""
    masked = message() | {"meta": {"security": [{"code": "INVISIBLE_PATIENT"}]}}
    queued = (await desk.mailing.sent(masked)).json()
    (row,) = deliveries(queued)
    place = shelf.add(letter("Bien reçu.", In_Reply_To=f"<{row.message_id}>"))
    assert isinstance(await desk.handle(exchange(place)), Done)
    asked = f"Communication/{queued['id']}"
    (came,) = await desk.messages(**{"in-response-to": asked})
    assert came["subject"]["reference"] == of("Patient")
    assert came["recipient"] == [{"reference": of("PractitionerRole")}]
    assert came["meta"]["security"] == [{"code": "INVISIBLE_PATIENT"}]
    # And the answer's answer is found by its Message-ID.
    theirs = came["identifier"][0]["value"].removeprefix("mid:")
    place = shelf.add(letter("Merci.", References=f"<x@y> <{theirs}>"))
    assert isinstance(await desk.handle(exchange(place)), Done)
    assert len(await desk.messages(**{"in-response-to": f"Communication/{came['id']}"})) == 1


async def test_a_patient_writes_from_the_mailbox_of_the_ins(desk: Desk, shelf: Shelf) -> None:
    """The message is theirs and about them; somebody unknown is told in words."""
    number = "233021220260160"
    place = shelf.add(letter(From=f"{number}@patient.mssante.fr"))
    assert isinstance(await desk.handle(exchange(place)), Done)
    (came,) = await desk.messages()
    assert came["subject"] == came["sender"] == {"reference": of("Patient")}
    place = shelf.add(letter(From="Service <inconnu@chu.mssante.fr>"))
    assert isinstance(await desk.handle(exchange(place)), Done)
    (other,) = [row for row in await desk.messages() if row["id"] != came["id"]]
    assert other["sender"]["identifier"]["value"] == "mailto:inconnu@chu.mssante.fr"
    assert "subject" not in other


def poison(written: Write, **headers: str) -> dict[str, EmailMessage | bytes]:
    """Give mails that cannot be taken in."""
    made: dict[str, EmailMessage | bytes] = {
        "parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 5_000
    }
    other = tuple(dict(row) for row in people())
    for row in other:
        if row["resourceType"] == "Patient":
            row["identifier"] = [row["identifier"][0] | {"value": "133021220260113"}]
    both = (parcel(written("ppcs")), parcel(written("ppcs", other)))
    files = {
        "entries": (hostile(50_000),),
        "no archive": (b"PK",),
        "two patients": both,
        "two whom no metadata name": tuple(map(unnamed, both)),
        "no XDM": (hostile(3),),
    }
    for name, held in files.items():
        made[name] = mail = letter(**headers)
        for one in held:
            mail.add_attachment(one, "application", "zip", filename="IHE_XDM.ZIP")
    return made


def unnamed(archive: bytes) -> bytes:
    """Give an archive whose metadata name its patient by a number of the sender alone."""

    def change(held: dict[str, bytes]) -> None:
        name = next(row for row in held if row.endswith("METADATA.XML"))
        held[name], count = re.subn(
            rb'value="[^"]*\^NH"', b'value="1^^^&amp;1.2.3&amp;ISO^PI"', held[name]
        )
        assert count

    return changed(archive, change)


POISON = (
    "parts",
    "entries",
    "no archive",
    "two patients",
    "two whom no metadata name",
    "no XDM",
)


@pytest.mark.parametrize("name", POISON)
async def test_poison_is_set_apart(name: str, desk: Desk, shelf: Shelf, written: Write) -> None:
    """It is moved, kept and named, and nothing of it is stored; ordered again it ends again."""
    place = shelf.add(poison(written)[name])
    outcome = await desk.handle(exchange(place))
    assert isinstance(outcome, Quarantined)
    assert shelf.folders["INBOX"] == {}
    assert len(shelf.folders[ASIDE]) == 1
    assert await desk.messages() == []
    documents = await desk.mailing.client.get("/DocumentReference")
    assert "entry" not in documents.json()
    again = await desk.handle(exchange(place, outcome.result))
    assert isinstance(again, Quarantined)
    assert again.reason == outcome.reason
    assert len(shelf.folders[ASIDE]) == 1


async def test_what_is_mended_is_taken_from_where_it_was_set_apart(
    desk: Desk, shelf: Shelf
) -> None:
    """The exchange knows where the mail lies."""
    shelf.folders[ASIDE][4] = letter().as_bytes()
    moved = {"moved": Place(ASIDE, 7, 4).json()}
    outcome = await desk.handle(exchange(Place("INBOX", 7, 1), moved))
    assert isinstance(outcome, Done)
    assert len(await desk.messages()) == 1


async def test_what_is_gone_or_out_of_reach_is_told_apart(desk: Desk, shelf: Shelf) -> None:
    """A mail that somebody deleted is no more; a mailbox that is down is asked again."""
    assert isinstance(await desk.handle(exchange(Place("INBOX", 7, 99))), Refused)
    shelf.down = True
    with pytest.raises(FhirError) as passing:
        await desk.handle(exchange(Place("INBOX", 7, 99)))
    assert passing.value.category is Category.UNAVAILABLE


async def _receipt(desk: Desk, operator: Operator) -> bytes | None:
    """Send the only receipt that waits; None where there is none."""
    found = await desk.mailing.queue.list(action="receipt", bridge="mssante", count=1_000)
    waiting = [row for row in found if row.state == "waiting"]
    if not waiting:
        return None
    (row,) = waiting
    assert set(row.content) == {"place", "address", "error"}
    outcome: Outcome = await desk.receipts(row)
    assert isinstance(outcome, Done)
    await desk.mailing.queue.quarantine(row.id, "so that no other test sees it")
    return operator.mails[-1][2]


async def test_senders_who_ask_are_told(
    desk: Desk, shelf: Shelf, operator: Operator, written: Write
) -> None:
    """That their mail was taken in, or why not; never strangers, machines or lists."""
    await desk.handle(exchange(shelf.add(letter(Disposition_Notification_To=DOCTOR))))
    taken = await _receipt(desk, operator)
    assert taken is not None
    assert b"; processed\r\n" in taken
    assert operator.mails[-1][0] in {"", "<>", None}
    await desk.handle(
        exchange(shelf.add(poison(written, Disposition_Notification_To=DOCTOR)["entries"]))
    )
    refused = await _receipt(desk, operator)
    assert refused is not None
    assert b"processed/Error: 906^The archive has 50000 entries" in refused
    for headers in (
        {"Disposition_Notification_To": "other@chu.mssante.fr"},
        {"Disposition_Notification_To": DOCTOR, "Auto_Submitted": "auto-replied"},
        {"Disposition_Notification_To": DOCTOR, "Return_Path": "<>"},
        {"From": "x@gmail.com", "Disposition_Notification_To": "x@gmail.com"},
        {},
    ):
        await desk.handle(exchange(shelf.add(letter(**headers))))
        assert await _receipt(desk, operator) is None


@pytest.mark.parametrize(
    ("address", "state"), [(DOCTOR, "read"), ("other@x.fr", "queued")], ids=["ours", "other"]
)
async def test_reports_are_believed_of_their_own_mail(
    address: str, state: str, desk: Desk, shelf: Shelf
) -> None:
    """By its name, which nobody else knows, and by its recipient."""
    queued = (await desk.mailing.sent(message())).json()
    (row,) = deliveries(queued)
    for name in (f"{queued['id']}.{'0' * 32}@tilleuls.mssante.fr", row.message_id):
        text = (
            "From: x@y\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n"
            "Content-Type: message/disposition-notification\r\n\r\n"
            f"Final-Recipient: rfc822;{address}\r\nOriginal-Message-ID: <{name}>\r\n"
            "Disposition: manual-action/MDN-sent-manually; displayed\r\n--b--\r\n"
        )
        assert isinstance(await desk.handle(exchange(shelf.add(text.encode()))), Done)
        found = (await desk.mailing.client.get(f"/Communication/{queued['id']}")).json()
        wanted = state if name == row.message_id else "queued"
        assert [one.state for one in deliveries(found)] == [wanted]
    assert await desk.messages(identifier="mid:x") == []
