"""Mails by the rules of MSSanté."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from bridges.cda.conftest import Write, people, tables, written
from cordee.bridges.cda.document import Document, read
from cordee.bridges.mssante.letter import Letter, write
from cordee.bridges.mssante.naming import communication_of, message_id, pdf_name, subject
from cordee.bridges.mssante.pdf_copy import pdf_of

__all__ = ["tables", "written"]
PATIENT: dict[str, Any] = next(row for row in people() if row["resourceType"] == "Patient")


@pytest.fixture(scope="module")
def plan(written: Write) -> Document:
    """A document of level 1."""
    return read(written("ppcs"))


@pytest.fixture(scope="module")
def file(written: Write) -> Document:
    """A structured document without a PDF of its own."""
    return read(written("dlu"))


def form(*documents: Document) -> Letter:
    """Give a letter with documents."""
    return Letter(
        sender="us@tilleuls.mssante.fr",
        address="doc@medecin.mssante.fr",
        message_id="1.a@tilleuls.mssante.fr",
        moment=datetime(2026, 11, 22, 12, tzinfo=UTC),
        text="",
        patient=PATIENT,
        documents=documents,
        archive=b"PK",
        qualified=True,
    )


def parsed(letter: Letter) -> EmailMessage:
    """Write a letter and read it with the standard library."""
    found = message_from_bytes(write(letter), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_one_document_is_named_in_the_subject(plan: Document) -> None:
    """With the patient's birth name, first given name and date of birth."""
    mail = parsed(form(plan))
    title = "Plan personnalisé de coordination en san"
    assert mail["Subject"] == f"XDM/1.0/DDM+{title} BRUN Jacqueline 20/02/1933"
    assert mail["X-MSS-CODECDA"] == "18776-5"
    text = mail.get_body(("plain",))
    assert text is not None
    assert "le document concernant Plan personnalisé" in text.get_content()
    archive, pdf = mail.iter_attachments()
    assert (archive.get_content_type(), archive.get_filename()) == (
        "application/zip",
        "IHE_XDM.ZIP",
    )
    assert str(pdf.get_filename())[8:] == (
        "_Plan_personnalise_de_coordination_en_san_BRUN_Jacqueline.pdf"
    )


def test_several_documents_are_counted(plan: Document, file: Document) -> None:
    """Each has its copy, with a number; each type is named once."""
    mail = parsed(form(plan, file, plan))
    assert mail["Subject"].startswith("XDM/1.0/DDM+3 documents BRUN")
    assert mail["X-MSS-CODECDA"] == "18776-5,74207-2"
    names = [str(row.get_filename()) for row in mail.iter_attachments()]
    assert [name[-6:] for name in names[1:]] == ["_1.pdf", "_2.pdf", "_3.pdf"]


def test_a_mail_of_words_alone(plan: Document) -> None:
    """It has no archive, and none of the headers of documents; line breaks end no header."""
    bare = replace(
        form(), text="Bonjour à tous", title="Question\r\nBcc: x@y.fr", patient=None, archive=b""
    )
    mail = parsed(replace(bare, qualified=False, product="", final=True))
    assert list(mail.iter_attachments()) == []
    assert mail["Subject"] == "Question Bcc: x@y.fr"
    assert mail["Bcc"] is None
    assert mail["X-MSS-CODECDA"] is None
    assert mail["X-MSS-NIL"] is None
    assert (mail["X-MSS-INS"], mail["X-MSS-MES"]) == ("N", None)
    assert mail.get_content().split() == ["Bonjour", "à", "tous"]
    assert plan.templates


def test_headers_for_patients_and_threads(plan: Document) -> None:
    """Only patients are told not to answer; what is answered is named."""
    mail = parsed(
        replace(
            form(plan),
            address="233021220260160@patient.mssante.fr",
            final=True,
            product="NIL",
            reply_to="doc@pro.mssante.fr",
            answers=("a@b", "c@d"),
        )
    )
    assert (mail["X-MSS-MES"], mail["X-MSS-INS"], mail["X-MSS-NIL"]) == ("FIN", "O", "NIL")
    assert (mail["In-Reply-To"], mail["References"]) == ("<c@d>", "<a@b> <c@d>")
    assert mail["Reply-To"] == "doc@pro.mssante.fr"
    assert mail["Message-ID"] == "<1.a@tilleuls.mssante.fr>"


def test_every_line_fits_the_wire(plan: Document, file: Document) -> None:
    """RFC 5321: at most 998 characters a line, and ASCII."""
    mail = write(replace(form(plan, file), text="é" * 5_000))
    assert mail.isascii()
    assert max(map(len, mail.split(b"\r\n"))) <= 998
    assert b"\n" not in mail.replace(b"\r\n", b"")


def test_a_copy_is_the_pdf_that_a_document_holds(plan: Document) -> None:
    """Byte for byte."""
    data = pdf_of(plan)
    assert data.startswith(b"%PDF-1.4")
    assert data == pdf_of(plan)


def test_a_copy_of_a_structured_document_is_made(file: Document) -> None:
    """As PDF/A, the same each time."""
    data = pdf_of(file)
    assert data.startswith(b"%PDF-1.4")
    assert b"<pdfaid:part>1</pdfaid:part>" in data
    assert data == pdf_of(file)


@pytest.mark.parametrize("key", ["fludt", "fludr", "ldl-ses", "ips", "vsm", "pps-paerpa"])
def test_every_structured_type_has_a_copy(key: str, written: Write) -> None:
    """Whatever its narrative is made of."""
    assert pdf_of(read(written(key))).startswith(b"%PDF-1.4")


def test_ids_lead_back_to_the_message() -> None:
    """A Message-ID of ours names the Communication, whatever its id; others do not."""
    made = message_id("a.b-1", "key", "us@tilleuls.mssante.fr")
    assert made.endswith("@tilleuls.mssante.fr")
    assert made == message_id("a.b-1", "key", "us@tilleuls.mssante.fr")
    assert communication_of(made) == "a.b-1"
    for other in ("x@y", "a.b@c", f"a/b.{'0' * 32}@c", ""):
        assert communication_of(other) is None


def test_names_without_traits_are_no_error(plan: Document) -> None:
    """A patient without a name or a date of birth leaves these out."""
    assert subject([plan], {}).endswith("en san")
    assert pdf_name(plan, {}).endswith("en_san.pdf")
