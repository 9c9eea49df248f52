"""Reading that is broken off when its client has hung up."""

import asyncio
from typing import Any

import pytest
from starlette.types import Receive

from cordee.errors import Category, FhirError
from cordee.web import departure
from cordee.web.departure import Departure, Departures


async def never() -> Any:
    """Stay, as clients do who wait for their answer."""
    await asyncio.Event().wait()


async def gone() -> Any:
    """Have hung up."""
    return {"type": "http.disconnect"}


async def reading(receive: Receive, seconds: float) -> None:
    """Read without end, within a time."""
    async with asyncio.timeout(seconds):
        with Departure(Departures(), receive):
            await asyncio.Event().wait()


async def unasked() -> Any:
    """Fail the test."""
    raise AssertionError("nobody need ask")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Watch from the beginning."""
    monkeypatch.setattr(departure, "PATIENCE", 0.0)


async def test_quick_answers_are_not_watched() -> None:
    """What comes soon costs no look at the connection."""
    with Departure(Departures(), unasked):
        await asyncio.sleep(0)


@pytest.mark.usefixtures("at_once")
async def test_who_hung_up_ends_the_reading() -> None:
    """It ends as abandoned, and the task can go on to say so."""
    with pytest.raises(FhirError) as caught:
        await reading(gone, 5)
    assert caught.value.category is Category.ABANDONED
    await asyncio.sleep(0)


@pytest.mark.usefixtures("at_once")
async def test_who_waits_gets_the_answer() -> None:
    """Watched long, a client that stays is served."""
    with Departure(Departures(), never):
        await asyncio.sleep(0.02)
    await asyncio.sleep(0)


@pytest.mark.usefixtures("at_once")
async def test_other_cancellations_stay_what_they_are() -> None:
    """A request that runs out of time, or a server that stops, is not taken for a departure."""
    with pytest.raises(TimeoutError):
        await reading(never, 0.02)
    with pytest.raises(FhirError):
        await reading(gone, 5)
