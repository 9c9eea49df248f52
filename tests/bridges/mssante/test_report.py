"""Reports of delivery and receipts, as mail systems and readers write them."""

import pytest

from cordee.bridges.mssante.mail import read
from cordee.bridges.mssante.report import Report, Told, report_of

FRAME = (
    "From: x@y.fr\r\nContent-Type: multipart/report; report-type={kind}; boundary=b\r\n\r\n"
    "--b\r\n\r\nFor people.\r\n--b\r\nContent-Type: message/{kind}\r\n\r\n{fields}\r\n"
    "--b\r\nContent-Type: {original}\r\n\r\nMessage-ID: <our@mail>\r\nSubject: x\r\n\r\n--b--\r\n"
)


def report(kind: str, fields: str, original: str = "text/rfc822-headers") -> Report | None:
    """Read a report of some fields."""
    text = FRAME.format(kind=kind, fields=fields.replace("\n", "\r\n"), original=original)
    return report_of(read(text.encode()))


FAILED = """Reporting-MTA: dns; mx.example.org
Original-Envelope-Id: envelope

Original-Recipient: rfc822;Doc@medecin.mssante.fr
Final-Recipient: rfc822; other@medecin.mssante.fr
Action: failed
Status: 5.1.1 (no such mailbox)
Diagnostic-Code: smtp; 550 unknown

Final-Recipient: rfc822; two@medecin.mssante.fr
Action: delayed
Status: 4.0.0
"""


@pytest.mark.parametrize("original", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_of_delivery(original: str) -> None:
    """Each recipient has an outcome; the mail is named by envelope and by its own headers."""
    assert report("delivery-status", FAILED, original) == Report(
        ("envelope", "our@mail"),
        (
            Told("failed", "doc@medecin.mssante.fr", "5.1.1 550 unknown"),
            Told("delayed", "two@medecin.mssante.fr", "4.0.0"),
        ),
    )


@pytest.mark.parametrize(
    ("action", "word"),
    [("delivered", "delivered"), ("relayed", "relayed"), ("expanded", "relayed")],
)
def test_each_action_has_a_word(action: str, word: str) -> None:
    """As RFC 3464 lists them."""
    fields = f"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.fr\nAction: {action}\n"
    found = report("delivery-status", fields)
    assert found is not None
    assert [row.word for row in found.told] == [word]


@pytest.mark.parametrize(
    ("disposition", "word", "reason"),
    [
        ("manual-action/MDN-sent-manually; displayed", "read", ""),
        ("automatic-action/MDN-sent-automatically; processed", "read", ""),
        ("manual-action/MDN-sent-manually; deleted", "delivered", ""),
        ("a/b; processed/Error: 902^Patient inconnu", "refused", "902^Patient inconnu"),
        ("a/b;processed/error", "refused", ""),
    ],
)
def test_a_receipt(disposition: str, word: str, reason: str) -> None:
    """Read, deleted unread, or not taken in, with the code of the error."""
    found = report(
        "disposition-notification",
        f"Final-Recipient: rfc822;a@b.fr\nOriginal-Message-ID: <our@mail>\n"
        f"Disposition: {disposition}\n",
        "message/rfc822",
    )
    assert found is not None
    assert set(found.ids) == {"our@mail"}
    assert found.told == (Told(word, "a@b.fr", reason),)  # type: ignore[arg-type]


@pytest.mark.parametrize("mark", ["[KO Intégration système !]", "[Erreur d'intégration !]"])
def test_an_error_told_in_a_common_mail(mark: str) -> None:
    """By its subject, about the mail it answers."""
    subject = f"Subject: {mark}[904] XDM/1.0/DDM+Lettre\r\n".encode()
    found = report_of(read(subject + b"In-Reply-To: <our@mail>\r\n\r\nINS autre."))
    assert found == Report(("our@mail",), (Told("refused", None, "904: INS autre."),))


@pytest.mark.parametrize(
    "data",
    [
        b"Subject: [KO Int\r\n\r\nx",
        b"Subject: bonjour\r\nIn-Reply-To: <our@mail>\r\n\r\nx",
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n",
    ],
    ids=["cut", "answer", "empty"],
)
def test_other_mails_are_no_reports(data: bytes) -> None:
    """They are taken in as messages."""
    assert report_of(read(data)) is None
