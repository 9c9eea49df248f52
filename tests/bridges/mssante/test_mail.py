"""Mails of strangers: honest ones are read, hostile ones cost neither time nor memory."""

import base64
import time
from collections.abc import Callable

import pytest

from cordee.bridges.mssante.mail import addresses, read
from cordee.errors import FhirError

TWO_PARTS = (
    b"From: =?utf-8?q?H=C3=A9l=C3=A8ne?= <Helene.Roux@Medecin.mssante.fr>\r\n"
    b'To: a@b.fr, "x <evil@x.fr>" <c@d.fr>\r\n'
    b"Subject: =?utf-8?b?w6l0w6k=?= caf\xc3\xa9\r\n"
    b"Date: Sun, 22 Nov 2026 10:00:00 +0100\r\n"
    b"Message-ID: <1@x>\r\nReferences: <a@b> <c@d>\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n"
    b"--c\r\nContent-Type: text/plain; charset=iso-8859-15\r\n\r\n\xa4 20\r\n"
    b"--c\r\nContent-Type: text/html\r\n\r\n<p>html</p>\r\n--c--\r\n"
    b"--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n"
    b"Content-Disposition: attachment; filename*=utf-8''d%C3%A9but.zip\r\n\r\n"
    + base64.encodebytes(b"PK..")
    + b"\r\n--b--\r\n"
)


def test_an_honest_mail_is_read() -> None:
    """Words in any charset, addresses in lower case, files with their names."""
    mail = read(TWO_PARTS)
    assert mail.sender == "helene.roux@medecin.mssante.fr"
    assert mail.addresses("To") == ["a@b.fr", "c@d.fr"]
    assert mail.subject == "été café"
    assert mail.text == "€ 20"
    assert mail.id == "1@x"
    assert mail.ids("References") == ["a@b", "c@d"]
    assert mail.sent is not None
    assert mail.sent.isoformat() == "2026-11-22T10:00:00+01:00"
    (file,) = mail.attachments
    assert (file.name, file.kind, file.data) == ("début.zip", "application/zip", b"PK..")


def test_a_mail_is_the_same_by_whichever_way_it_came() -> None:
    """What servers write above it is no part of its digest."""
    assert read(b"Received: by x\r\n" + TWO_PARTS).digest == read(TWO_PARTS).digest
    assert read(TWO_PARTS + b"x").digest != read(TWO_PARTS).digest


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"no header at all", ""),
        (b"Content-Type: text/plain; charset=nonsense\r\n\r\ncaf\xe9", "café"),
        (b'Content-Type: text/plain; charset="a\0b"\r\n\r\nx\x00\x0by\xff', "xyÿ"),
        (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!", ""),
        (b"Content-Type: text/html\r\n\r\n<script>evil</script><p>a</p>", "a"),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nopen end", "open end"),
        (b"Content-Type: a/b/c; =; charset*=x'y'%zz\r\n\r\nx", "x"),
    ],
    ids=range(8),
)
def test_a_broken_mail_costs_what_is_broken(data: bytes, text: str) -> None:
    """The rest of it is read."""
    mail = read(data)
    assert mail.text == text or not text
    assert mail.sent is None
    assert mail.addresses("To") == []


def nested(depth: int) -> bytes:
    """Put parts into parts."""
    rows = (
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number)
        for number in range(depth)
    )
    return b"Subject: x\r\n" + b"".join(rows)


PARTS = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
HOSTILE: dict[str, Callable[[], bytes]] = {
    "deep": lambda: nested(5_000),
    "deep by mails": lambda: b"Content-Type: message/rfc822\r\n\r\n" * 5_000,
    "deep by carriage returns": lambda: nested(200).replace(b"\r\n", b"\r"),
    "parts": lambda: PARTS + b"--b\r\n\r\nx\r\n" * 10_000,
    "bare parts": lambda: PARTS.replace(b"\r\n", b"\r") + b"--b\r\rx\r" * 10_000,
    "headers": lambda: b"Subject: " + b"=?utf-8?q?a?= " * 2_000_000 + b"\r\n\r\nx",
    "description": lambda: PARTS.replace(b"; b", b";" + b" a=b;" * 50_000 + b" b"),
    "disposition": lambda: (
        PARTS + b"--b\r\nContent-Disposition: x;" + b" filename*0=a;" * 50_000 + b"\r\n\r\nx"
    ),
    "large": lambda: b"Subject: x\r\n\r\n" + bytes(40_000_001),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_refused_before_it_is_parsed(name: str) -> None:
    """In next to no time."""
    data = HOSTILE[name]()
    begun = time.process_time()
    with pytest.raises(FhirError):
        read(data)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "header",
    [
        b"To: " + b"(" * 100_000,
        b"To: " + b'"\\' * 50_000,
        b"To: " + b"a@" * 50_000,
        b"To: " + b"<a@b.fr>," * 20_000,
        b"Subject: " + b"=?utf-8?q?" * 10_000,
        b"Date: " + b"1 " * 50_000,
        b"Message-ID: " + b"<" * 100_000,
    ],
    ids=["comments", "quotes", "signs", "many", "words", "date", "ids"],
)
def test_a_hostile_header_is_read_in_time(header: bytes) -> None:
    """What is read of it has a bound."""
    begun = time.process_time()
    mail = read(header + b"\r\n\r\nx")
    assert len(mail.addresses("To")) <= 200
    assert len(mail.subject) <= 20_000
    assert mail.sent is None
    assert len(mail.ids("Message-ID")) == 0
    assert time.process_time() - begun < 10


def test_addresses_are_such() -> None:
    """Names, groups and comments are no addresses."""
    assert addresses("Groupe: <a@b.fr>, c@d.fr; (rien)") == ["a@b.fr", "c@d.fr"]
    assert addresses("x, @b, a@, <>, a b@c.fr") == ["b@c.fr"]


def test_no_text_can_break_what_stores_it() -> None:
    """Characters that no FHIR string may hold are left out."""
    mail = read(b"Subject: a\x0bb\x07\r\n\r\nx\x00\x1by\tz")
    assert mail.subject == "a b"
    assert mail.text == "xy\tz"
