"""Costly requests leave turns of the loop to others."""

import asyncio

import pytest

from cordee.web.turns import BETWEEN, Turns


async def test_callers_go_in_order_with_free_turns_between() -> None:
    """Between two costly callers the loop turns often enough for an answer to reach its reader."""
    turns, done = Turns(), []

    async def costly(name: str) -> None:
        await turns.take()
        done.append(name)

    async def cheap() -> None:
        while done.count("-") < 3 * BETWEEN:
            await asyncio.sleep(0)
            done.append("-")

    await asyncio.gather(costly("a"), costly("b"), costly("c"), cheap())
    first, second = done.index("b"), done.index("c")
    assert done[0] == "a"
    assert done[first:second].count("-") >= BETWEEN - 1


async def test_a_caller_that_goes_away_keeps_nobody_waiting() -> None:
    """A cancelled request loses its turn, and the next one gets it."""
    turns = Turns()
    await turns.take()
    gone, next_one = asyncio.create_task(turns.take()), asyncio.create_task(turns.take())
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait_for(next_one, 1)
    assert gone.cancelled() or gone.done()


async def test_an_idle_loop_lets_a_caller_go_at_once() -> None:
    """Nobody waits for a turn when nobody else is costly."""
    turns = Turns()
    for _ in range(3):
        await asyncio.wait_for(turns.take(), 1)
        await asyncio.sleep(0.001)
    with pytest.raises(StopIteration):  # it ends without a pause
        turns.take().send(None)
