"""A terminology server elsewhere, over HTTP: https://hl7.org/fhir/R4/terminology-service.html."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial

import pytest

from cordee.terminology import ExpandOptions, Terminology
from cordee.terminology.circuit_breaker import FAILURES
from cordee.terminology.remote import Question, RemoteError, RemoteTerminology
from cordee.terminology.remote_answers import RemoteAnswers
from cordee.validation.validator import Validator
from terminology.conftest import made, value_set
from terminology.elsewhere import CODES, SLOW, SYSTEM, VALUE_SET, Elsewhere, running

PATIENT = 30.0
"""Seconds for a server that answers, on however loaded a machine."""
HASTY = 0.5
"""Seconds for one that is slow."""
GOOD = Question("P1", SYSTEM)
BAD = Question("P9", SYSTEM)
CODING = {"system": SYSTEM, "code": "P1"}


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """The other server."""
    with running() as server:
        yield server


@asynccontextmanager
async def joined(server: Elsewhere, patience: float = PATIENT) -> AsyncIterator[Terminology]:
    """A terminology that may ask the other server."""
    terminology = Terminology(made(), RemoteTerminology(server.url, patience))
    assert terminology.remote is not None
    yield terminology
    await terminology.remote.close()


@pytest.fixture
async def terminology(elsewhere: Elsewhere) -> AsyncIterator[Terminology]:
    """A terminology that may ask the other server."""
    async with joined(elsewhere) as found:
        yield found


@pytest.fixture
def remote(terminology: Terminology) -> RemoteAnswers:
    """The answers of the other server."""
    assert terminology.remote is not None
    return terminology.remote


async def test_codes_are_asked_for_once(elsewhere: Elsewhere, remote: RemoteAnswers) -> None:
    """Answers are remembered, and a question under way is not asked a second time."""
    found = await asyncio.gather(*(remote.ask(GOOD) for _ in range(5)))
    assert [(verdict.result, verdict.display) for verdict in found if verdict] == [
        (True, "Cadmium red")
    ] * 5
    wrong = await remote.ask(BAD)
    assert wrong is not None
    assert wrong.result is False
    assert await remote.ask(GOOD) == found[0]
    assert len(elsewhere.asked) == 2


async def test_questions_are_put_as_the_operations_want_them(
    elsewhere: Elsewhere, remote: RemoteAnswers
) -> None:
    """Code systems and value sets have their own operation and names; versions are split off."""
    await remote.ask(Question("P1", SYSTEM, "1", display_language="fr"))
    await remote.ask(Question("P1", SYSTEM, "1", f"{VALUE_SET}|2", "Cadmium red", abstract=False))
    await remote.ask(Question("P1", value_set=VALUE_SET))
    assert elsewhere.asked == [
        (
            "/CodeSystem/$validate-code",
            {"url": SYSTEM, "code": "P1", "version": "1", "displayLanguage": "fr"},
        ),
        (
            "/ValueSet/$validate-code",
            {
                "url": VALUE_SET,
                "valueSetVersion": "2",
                "code": "P1",
                "system": SYSTEM,
                "systemVersion": "1",
                "display": "Cadmium red",
                "abstract": False,
            },
        ),
        ("/ValueSet/$validate-code", {"url": VALUE_SET, "code": "P1", "inferSystem": True}),
    ]


async def test_what_it_does_not_know_is_no_false(
    elsewhere: Elsewhere, remote: RemoteAnswers
) -> None:
    """A server that says false because it lacks the system is taken to know nothing."""
    for _ in range(2):
        assert await remote.ask(Question("X", "http://example.org/other")) is None
    assert len(elsewhere.asked) == 1
    elsewhere.mode = "missing"
    assert await remote.ask(GOOD) is None


async def test_our_own_value_sets_go_along(elsewhere: Elsewhere, terminology: Terminology) -> None:
    """A value set that only we have is sent when the other server does not know its URL."""
    own = value_set("own-paints", {"system": SYSTEM})
    repository = made()
    repository.add(own)
    async with joined(elsewhere) as found:
        assert found.remote is not None
        assert await found.remote.ask(Question("P1", SYSTEM, value_set=own["url"])) is None
    terminology = Terminology(repository, RemoteTerminology(elsewhere.url, PATIENT))
    assert terminology.remote is not None
    verdict = await terminology.remote.ask(Question("P1", SYSTEM, value_set=own["url"]))
    assert verdict is not None
    assert verdict.result is True
    assert elsewhere.asked[-1][1]["valueSet"] == own
    expansion = await terminology.remote.expand(own["url"], ExpandOptions())
    assert expansion is not None
    await terminology.remote.close()


async def test_value_sets_are_expanded(elsewhere: Elsewhere, remote: RemoteAnswers) -> None:
    """Expansions are fetched with their options and remembered."""
    for _ in range(2):
        found = await remote.expand(VALUE_SET, ExpandOptions(count=1))
        assert found is not None
        assert [row["code"] for row in found["expansion"]["contains"]] == ["P1"]
    whole = await remote.expand(VALUE_SET, ExpandOptions())
    assert whole is not None
    assert len(whole["expansion"]["contains"]) == len(CODES)
    assert len(elsewhere.asked) == 2
    assert await remote.expand("http://example.org/none", ExpandOptions()) is None


@pytest.mark.parametrize("mode", ["broken", "busy", "moved", "html", "list", "other", "odd"])
async def test_bad_answers_are_errors(mode: str, elsewhere: Elsewhere) -> None:
    """What is no answer, whatever its status, is never taken for one."""
    elsewhere.mode = mode
    server = RemoteTerminology(elsewhere.url, PATIENT)
    with pytest.raises(RemoteError):
        await server.validate_code(GOOD)
    with pytest.raises(RemoteError):
        await server.expand(VALUE_SET, ExpandOptions())
    await server.close()


@pytest.mark.parametrize("mode", ["slow", "trickling"])
async def test_nobody_waits_longer_than_the_timeout(mode: str, elsewhere: Elsewhere) -> None:
    """A server that is slow, or trickles its answer, is given up on before it has answered."""
    elsewhere.mode = mode
    async with joined(elsewhere, HASTY) as hasty:
        assert hasty.remote is not None
        for work in (hasty.remote.ask(GOOD), hasty.remote.expand(VALUE_SET, ExpandOptions())):
            start = time.monotonic()
            assert await work is None
            assert time.monotonic() - start < SLOW


async def test_a_failing_server_is_left_alone(
    elsewhere: Elsewhere, remote: RemoteAnswers, caplog: pytest.LogCaptureFixture
) -> None:
    """After some failures nothing is sent for a while, and it is said in the log."""
    elsewhere.mode = "broken"
    with caplog.at_level(logging.WARNING):
        for number in range(FAILURES + 3):
            assert await remote.ask(Question(f"P{number}", SYSTEM)) is None
    assert len(elsewhere.asked) == FAILURES
    assert "500" in caplog.text


async def test_a_server_that_is_not_there_is_no_error() -> None:
    """Where nobody listens, nothing is known."""
    with running() as gone:
        url = gone.url
    terminology = Terminology(made(), RemoteTerminology(url, PATIENT))
    assert terminology.remote is not None
    assert await terminology.remote.ask(GOOD) is None
    assert terminology.contains(VALUE_SET, SYSTEM, "P1") is None
    await terminology.remote.close()


async def test_the_validator_recalls_and_never_waits(
    elsewhere: Elsewhere, terminology: Terminology
) -> None:
    """Unknown at first, which is asked for in the background, and known the next time."""
    elsewhere.mode = "slow"
    terminology.value_set(VALUE_SET)  # what is indexed on first use is not what is timed here
    terminology.validate_coding(CODING)
    start = time.monotonic()
    assert terminology.recalled(CODING) is None
    assert terminology.member_of("Coding", CODING, VALUE_SET) is None
    assert time.monotonic() - start < SLOW
    elsewhere.mode = "good"
    async with asyncio.timeout(10):
        while terminology.recalled({"system": SYSTEM, "code": "P2"}) is None:  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.01)
    concept = {"coding": [{"system": SYSTEM, "code": "P2"}]}
    async with asyncio.timeout(10):
        while terminology.member_of("CodeableConcept", concept, VALUE_SET) is not True:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_texts_stay_here(elsewhere: Elsewhere, terminology: Terminology) -> None:
    """What the validator asks about carries no display, which anybody may have typed."""
    coding = CODING | {"display": "Mme Martin, chambre 12"}
    await terminology.informed(lambda: terminology.recalled(coding))
    ((_, rows),) = elsewhere.asked
    assert rows == {"url": SYSTEM, "code": "P1"}


def observation(code: str) -> dict[str, object]:
    """An observation coded in a system that only the other server has."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": SYSTEM, "code": code}]},
    }


def messages(validator: Validator, code: str) -> list[str | None]:
    """What the validator says of the code."""
    found = validator.validate(observation(code))
    return [issue.message_id for issue in found if "coding" in str(issue.message_id)]


async def test_a_validation_that_can_wait_is_informed(
    elsewhere: Elsewhere, terminology: Terminology
) -> None:
    """Codes that are not known here are judged by the other server's answers."""
    validator = Validator(made(), terminology)
    for code, expected in (("P1", []), ("P9", ["coding-unknown-code"])):
        found = await terminology.informed(partial(messages, validator, code))
        assert found == expected
    elsewhere.mode = "broken"
    silent = await terminology.informed(lambda: messages(validator, "P3"))
    assert silent == ["coding-unknown-system"]


async def test_an_informed_validation_ends_in_time(elsewhere: Elsewhere) -> None:
    """Many unknown codes and a slow server: the wait is one timeout, and nothing is refused."""
    elsewhere.mode = "slow"
    codings = [{"system": SYSTEM, "code": f"P{number}"} for number in range(300)]
    async with joined(elsewhere, HASTY) as hasty:
        start = time.monotonic()
        found = await hasty.informed(lambda: [hasty.recalled(each) for each in codings])
        assert found == [None] * 300
        assert time.monotonic() - start < SLOW


def test_without_a_loop_nothing_is_asked() -> None:
    """On the command line, where no loop runs, recalling asks nobody."""
    with running() as server:
        terminology = Terminology(made(), RemoteTerminology(server.url, PATIENT))
        assert terminology.recalled(CODING) is None
        assert server.asked == []
