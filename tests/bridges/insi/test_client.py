"""The client of INSi against a server that demands a certificate."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bridges.insi.simulator import Citizen, Simulator
from certificates import Authority
from cordee.bridges.insi.client import InsiClient
from cordee.errors import Category, FhirError
from cordee.operations.identity.teleservice import Question, Verdict
from cordee.settings import Settings

MARIE = Citizen(
    "2770101154003", "29", "GARCIA-HAMMADI", "SARAH-LOU ANNA", "F", "1977-01-21", "01154"
)
QUESTION = Question("GARCIA-HAMMADI", "ANNA", "F", "1977-01-21")


@pytest.fixture
async def insi(tmp_path: Path) -> AsyncIterator[Simulator]:
    """A running simulator that knows one person."""
    async with Simulator(Authority.make(tmp_path, "igc"), [MARIE]) as simulator:
        yield simulator


def client(insi: Simulator, **settings: Any) -> InsiClient:
    """Make a client with a certificate of the simulator's authority."""
    given: dict[str, Any] = {
        "insi_url": insi.url,
        "insi_authority": insi.authority.root,
        "insi_certificate": insi.authority.issue("structure"),
        "insi_licence": "PDP00XX00XX0",
        "insi_sender": "10B0152872",
    }
    made = InsiClient.of(Settings(**(given | settings)))
    assert made is not None
    return made


async def test_a_person_is_found_over_mutual_tls(insi: Simulator) -> None:
    """The certificate is shown, the media type names the action, each message has its id."""
    asking = client(insi)
    answers = [await asking.search(QUESTION) for _ in range(2)]
    await asking.close()
    assert [answer.verdict for answer in answers] == [Verdict.FOUND] * 2
    assert 'action="urn:serviceidentitecertifiee:1.0.0:' in insi.headers[0]["content-type"]
    ids = {call.partition(b"uuid:")[2][:36] for call in insi.calls}
    assert len(ids) == 2


async def test_without_a_certificate_nothing_is_told(insi: Simulator) -> None:
    """The server ends the connection, and the client says that INSi cannot be reached."""
    asking = client(insi, insi_certificate=None)
    with pytest.raises(FhirError) as failure:
        await asking.search(QUESTION)
    await asking.close()
    assert failure.value.category is Category.UNAVAILABLE
    assert insi.calls == []


async def test_a_server_of_another_authority_is_not_asked(insi: Simulator, tmp_path: Path) -> None:
    """An INSi that nobody vouches for learns no traits."""
    (tmp_path / "other").mkdir()
    other = Authority.make(tmp_path / "other", "other")
    asking = client(insi, insi_authority=other.root)
    with pytest.raises(FhirError, match="cannot be reached"):
        await asking.search(QUESTION)
    await asking.close()
    assert insi.calls == []


async def test_a_late_answer_is_not_asked_for_again(insi: Simulator) -> None:
    """A timeout is an error at once; the call is made once."""
    insi.delay = 1.0
    asking = client(insi, insi_timeout=0.2)
    with pytest.raises(FhirError) as failure:
        await asking.search(QUESTION)
    await asking.close()
    assert failure.value.category is Category.TIMEOUT
    assert len(insi.calls) == 1


async def test_an_http_error_is_an_unavailable_service(insi: Simulator) -> None:
    """A gateway's error is told with its status, and not retried."""
    insi.status = 403
    asking = client(insi)
    with pytest.raises(FhirError, match="HTTP 403"):
        await asking.search(QUESTION)
    await asking.close()
    assert len(insi.calls) == 1


def test_an_unusable_certificate_is_said_at_start(tmp_path: Path) -> None:
    """A wrong file stops the start with a sentence."""
    with pytest.raises(FhirError, match="certificate for INSi"):
        InsiClient.of(Settings(insi_url="https://insi.test/lps", insi_certificate=tmp_path / "no"))


def test_without_an_address_there_is_no_client() -> None:
    """Nothing is configured by default."""
    assert InsiClient.of(Settings()) is None
