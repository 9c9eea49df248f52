"""Work in the background ends when the server does."""

import asyncio
import threading

import pytest

from cordee.background import AT_ONCE, LARGE, beside, ended, on_loop


async def test_a_lost_cancellation_is_repeated() -> None:
    """Work that forgot that it was told to end is told again."""
    forgotten = 0

    async def deaf() -> None:
        nonlocal forgotten
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                forgotten += 1
                if forgotten == 2:
                    raise

    work = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await ended(work, patience=0.01)
    assert forgotten == 2
    assert work.cancelled()


async def test_work_may_put_its_things_away() -> None:
    """What it does at its end is done, and what it failed with is not raised here."""
    steps: list[str] = []

    async def tidy() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.02)
            steps.append("away")
            raise ValueError("whatever")

    works = [asyncio.create_task(tidy()), asyncio.create_task(asyncio.sleep(0))]
    await asyncio.sleep(0)
    await ended(*works)
    assert steps == ["away"]
    with pytest.raises(ValueError, match="whatever"):
        works[0].result()


async def test_nothing_is_over_at_once() -> None:
    """No tasks, no waiting."""
    await ended()


async def test_large_work_leaves_the_loop_to_others() -> None:
    """What is large is done in a thread, what is small here and now."""
    assert on_loop()
    assert await beside(LARGE - 1, on_loop)
    assert not await beside(LARGE, on_loop)


async def test_few_large_works_go_at_once() -> None:
    """Further ones wait, also when those who asked for the first have gone away."""
    under_way, go = threading.Semaphore(0), threading.Event()

    def work() -> None:
        under_way.release()
        go.wait()

    async def counted() -> int:
        return await asyncio.to_thread(lambda: sum(under_way.acquire(timeout=5) for _ in "ab"))

    asked = [asyncio.create_task(beside(LARGE, work)) for _ in range(AT_ONCE)]
    try:
        assert await counted() == AT_ONCE
        await ended(*asked)
        further = asyncio.create_task(beside(LARGE, go.is_set))
        assert under_way.acquire(blocking=False) is False
    finally:
        go.set()
    assert await further
