"""Waiting before trying again, and endpoints that are left alone for a while."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from cordee.subscriptions.backoff import LONGEST, MOST_ASKED, TRIPS, Circuit, asked, pause
from subscriptions.conftest import observation, subscription
from subscriptions.receiver import Receiver


def test_pauses_double_with_jitter_up_to_the_longest() -> None:
    """Each failure doubles the pause; two subscriptions do not wait the same time."""
    for failures in range(1, 9):
        longest = 0.5 * 2 ** (failures - 1)
        assert all(longest / 2 <= pause(failures) <= longest for _ in range(50))
    assert len({pause(5) for _ in range(9)}) > 1
    assert LONGEST / 2 <= pause(10_000) <= LONGEST


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("7", 7), ("soon", None), ("-3", None), ("999999999", MOST_ASKED)],
)
def test_retry_after_may_be_seconds(header: str | None, seconds: float | None) -> None:
    """What is no number is passed over, and nobody can ask for more than an hour."""
    assert asked(header) == seconds


def test_retry_after_may_be_a_date() -> None:
    """A date is so many seconds away; one in the past asks for nothing."""
    later = datetime.now(UTC) + timedelta(seconds=90)
    assert asked(format_datetime(later, usegmt=True)) == pytest.approx(90, abs=2)
    assert asked("Wed, 21 Oct 2015 07:28:00 GMT") == 0


def test_a_circuit_opens_then_lets_one_try() -> None:
    """After enough failures nobody tries for a while, then one, and the others when it worked."""
    circuit = Circuit()
    for _ in range(TRIPS):
        assert circuit.wait(0.0) == 0
        circuit.failed(0.0, None)
    opens = circuit.open_until
    circuit.failed(0.0, None)  # began before it opened
    assert circuit.open_until == opens
    assert circuit.wait(opens - 1) == pytest.approx(1)
    assert circuit.wait(opens) == 0
    assert circuit.wait(opens) > 0  # somebody else is trying
    circuit.succeeded()
    assert circuit.wait(opens) == circuit.wait(opens) == 0


async def test_an_endpoint_that_fails_is_left_alone_by_all_its_subscriptions(
    server: Any, receiver: Receiver
) -> None:
    """Eight subscriptions of a broken endpoint do not knock eight times as often."""
    times: list[float] = []
    broken = True

    def answer(_: object) -> tuple[int, dict[str, str]]:
        times.append(time.monotonic())
        return (500 if broken else 200), {}

    receiver.answer = answer
    for _ in range(8):
        await server.subscribe(subscription(receiver.url))
    await server.create(observation())
    await asyncio.sleep(5)
    knocked = len(times)
    # Eight at once before the circuit opens, then one at a time; alone, each would have tried four.
    assert TRIPS <= knocked <= 8 + 6
    broken = False
    await receiver.wait(knocked + 8, 40)
    told = [row.headers["x-cordee-subscription"] for row in receiver.all[-8:]]
    assert len(set(told)) == 8
