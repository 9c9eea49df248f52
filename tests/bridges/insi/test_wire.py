"""The wire format of INSi, held against recorded envelopes."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from xml.etree.ElementTree import canonicalize

import pytest

from cordee.bridges.insi.envelope import Sender, envelope
from cordee.bridges.insi.reply import reply
from cordee.errors import Category, FhirError
from cordee.operations.identity.teleservice import Ins, Question, Verdict
from cordee.operations.identity.traits import Traits

ENVELOPES = Path(__file__).parent / "envelopes"


def recorded(name: str) -> bytes:
    """Read an envelope."""
    return (ENVELOPES / f"{name}.xml").read_bytes()


def canonical(content: bytes) -> str:
    """Write XML in one way, so that only its meaning is compared."""
    return canonicalize(content.decode(), strip_text=True, rewrite_prefixes=True)


def test_a_search_is_written_as_recorded() -> None:
    """Contexts, addressing and traits stand where INSi wants them."""
    sender = Sender(
        "PDP00XX00XX0", "1.0", UUID("636c9d43-1a19-5b8c-a8b1-ac43227cfe46"), "10B0152872"
    )
    question = Question("D'ARTAGNAN DE L'HERAULT", "PIERRE-ALAIN", "M", "2001-06-17")
    message = UUID("b3549edd-4ae9-472a-b26f-fd2fb4ef397f")
    written = envelope(question, sender, message, datetime(2026, 1, 15, 8, 30, tzinfo=UTC))
    assert canonical(written) == canonical(recorded("search"))


def test_a_person_is_read_with_history_and_traits() -> None:
    """The number gets its key, a day nobody knows is completed, former numbers keep their times."""
    found = reply(recorded("found")).person
    assert found is not None
    assert found.ins == Ins("297022A02077878", "1.2.250.1.213.1.4.8")
    assert found.history == (
        Ins("236066322083656", "1.2.250.1.213.1.4.9", "1999-03-01", "2009-07-14"),
    )
    assert found.traits == Traits(
        "ADRTROIS", ("DOMINIQUE", "MARIE-LOUISE"), "F", "1997-02-01", "2A020"
    )


def test_nobody_is_an_answer() -> None:
    """Code 01 is an answer, not an error."""
    found = reply(recorded("none"))
    assert (found.verdict, found.label, found.person) == (
        Verdict.NONE,
        "Aucune identite trouvee",
        None,
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (recorded("fault"), "IDAM n'est pas reconnu"),
        (b"<html>Bad gateway</html>", "no report"),
        (b"not XML", "cannot be read"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "cannot be read"),
        (recorded("none").replace(b">01<", b">99<"), "99"),
        (recorded("found").replace(b"INSACTIF", b"INSPASSIF"), "without an INS"),
        (recorded("found").replace(b"<ns2:Sexe>F", b"<ns2:Sexe>X"), "without all traits"),
        (b" " * 1_000_001, "too long"),
    ],
)
def test_what_is_no_answer_says_so(content: bytes, told: str) -> None:
    """Faults and strange contents are an unavailable service, with the reason."""
    with pytest.raises(FhirError, match=told) as failure:
        reply(content)
    assert failure.value.category is Category.UNAVAILABLE
