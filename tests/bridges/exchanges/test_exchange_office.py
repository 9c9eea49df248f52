"""The work on exchanges: attempts, pauses, several processes, and what is left by dead ones."""

import asyncio
import sys
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry
from pymongo import MongoClient

from bridges.exchanges.conftest import Place
from cordee.access.caller import Caller
from cordee.bridges.exchange import (
    Done,
    Exchange,
    Handler,
    Later,
    Outcome,
    Quarantined,
    Refused,
    caller_of,
    enqueue,
    written,
)
from cordee.bridges.exchange_metrics import ExchangeMetrics
from cordee.bridges.exchange_office import MOST_BUGS, ExchangeOffice, pause
from cordee.errors import Category, FhirError
from cordee.store.exchange_queue import State

DOCTOR = Caller(subject="810002673899", issuer="https://psc.example", name="Dr Roche")


async def test_an_exchange_is_made_and_its_result_kept(place: Place) -> None:
    """A handler gets the exchange as it was queued, and what it gives is kept."""
    made = place.exchange(
        about=("DocumentReference/1/_history/2",), subject="Patient/7", caller=written(DOCTOR)
    )
    await enqueue(place.services, place.queue, made)

    async def handler(exchange: Exchange) -> Outcome:
        assert caller_of(exchange) == DOCTOR
        return Done({"entryUUID": "urn:uuid:1"})

    async with place.office(handler):
        ended = await place.until("done")
    assert ended.result == {"entryUUID": "urn:uuid:1"}
    assert (ended.attempts, ended.error) == (1, None)
    name = f"${place.bridge}-send"
    assert [act.name for act in place.audit.acts] == [
        f"{name}-waiting",
        f"{name}-sending",
        f"{name}-done",
    ]
    told = place.audit.acts[-1]
    assert (told.caller, told.patients, told.request_id) == (DOCTOR, ("7",), made.id)
    assert (told.type, told.id, told.version) == ("DocumentReference", "1", 2)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(Refused("no INS"), "refused"), (Quarantined("a bomb"), "quarantined")],
    ids=["refused", "quarantined"],
)
async def test_what_is_useless_to_try_again_waits_for_somebody(
    place: Place, outcome: Refused | Quarantined, state: State
) -> None:
    """An exchange that is refused or broken is left alone, its reason kept and recorded."""
    await place.queue.put(place.exchange())

    async def handler(_: Exchange) -> Outcome:
        return outcome

    async with place.office(handler):
        ended = await place.until(state)
        await asyncio.sleep(0.1)
    assert ended.error == outcome.reason
    assert [act.status for act in place.audit.acts] == [202, 422]
    assert await place.queue.claim([place.bridge], "me", 1) is None


async def test_what_fails_is_tried_again_until_patience_ends(place: Place) -> None:
    """Failures are tried again after a pause; after so many hours they are given up."""
    await place.queue.put(place.exchange())
    tried = 0

    async def handler(_: Exchange) -> Outcome:
        nonlocal tried
        tried += 1
        if tried == 2:
            raise FhirError(Category.UNAVAILABLE, "The DMP does not answer")
        if tried == 3:
            raise TimeoutError
        return Later("busy", wait=0.05)

    async with place.office(handler):
        async with asyncio.timeout(30):
            while tried < 4:
                await place.queue.retry(place.exchange().id)
                await asyncio.sleep(0.05)
        clock = place.services.clock
        object.__setattr__(place.services, "clock", lambda: clock() + timedelta(hours=73))
        await place.queue.retry(place.exchange().id)
        ended = await place.until("failed")
    assert ended.error == "busy"
    assert place.audit.acts[-1].status == 502


async def test_an_error_of_ours_is_a_refusal(place: Place) -> None:
    """A handler that finds the record wrong says so by an error, which is not tried again."""
    await place.queue.put(place.exchange())

    async def handler(_: Exchange) -> Outcome:
        raise FhirError(Category.UNPROCESSABLE, "The INS is not qualified")

    async with place.office(handler):
        assert (await place.until("refused")).error == "The INS is not qualified"


async def test_a_bug_stops_neither_others_nor_itself_for_ever(place: Place) -> None:
    """A fault in a handler is tried a few times, then set apart; other exchanges go on."""
    await place.queue.put(place.exchange("bad"))
    await place.queue.put(place.exchange("good"))

    async def handler(exchange: Exchange) -> Outcome:
        if exchange.key.endswith("bad"):
            raise KeyError("a secret")
        return Done()

    async with place.office(handler, lease=30):
        await place.until("done", "good")
        bad = await place.until("quarantined", "bad", seconds=30)
    assert (bad.attempts, bad.error) == (MOST_BUGS, "A fault of this server (KeyError)")


async def test_a_result_that_cannot_be_kept_is_set_apart(place: Place) -> None:
    """What a handler gives that is no JSON ends in its being set apart, not in an endless loop."""
    await place.queue.put(place.exchange())

    async def handler(_: Exchange) -> Outcome:
        return Done({"odd": object()})

    async with place.office(handler, lease=0.2):
        ended = await place.until("quarantined", seconds=30)
    assert ended.attempts == MOST_BUGS + 1


async def test_two_processes_share_the_work(place: Place) -> None:
    """Of two offices each makes some, and nothing is made twice."""
    made: list[tuple[int, str]] = []
    for number in range(40):
        await place.queue.put(place.exchange(str(number)))

    def handler(office: int) -> Handler:
        async def handle(exchange: Exchange) -> Outcome:
            await asyncio.sleep(0.01)
            made.append((office, exchange.key))
            return Done()

        return handle

    async with place.office(handler(1)), place.office(handler(2)):
        for number in range(40):
            await place.until("done", str(number))
    assert len(made) == 40
    assert len({key for _, key in made}) == 40
    assert {office for office, _ in made} == {1, 2}


async def test_a_long_attempt_keeps_its_exchange(place: Place) -> None:
    """As long as a process lives and works, nobody takes the exchange over."""
    begun = 0
    await place.queue.put(place.exchange())

    async def handler(_: Exchange) -> Outcome:
        nonlocal begun
        begun += 1
        await asyncio.sleep(2.5)
        return Done()

    async with place.office(handler, lease=2), place.office(handler, lease=2):
        await place.until("done")
    assert begun == 1


async def test_an_exchange_lost_to_another_is_let_go(
    place: Place, standing: tuple[object, str], mongodb_uri: str
) -> None:
    """A process that lost its lease stops its attempt, and does not say how it ended."""
    await place.queue.put(place.exchange())
    stopped = asyncio.Event()
    begun = asyncio.Event()

    async def handler(_: Exchange) -> Outcome:
        begun.set()
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            stopped.set()
            raise
        return Done()

    async with place.office(handler, lease=0.4):
        await begun.wait()
        # What is left of a lease after a standstill of the process.
        with MongoClient[dict[str, object]](mongodb_uri) as mongo:
            mongo[standing[1]]["exchanges"].update_one(
                {"_id": place.exchange().id}, {"$set": {"owner": "another"}}
            )
        async with asyncio.timeout(5):
            await stopped.wait()
    found = await place.queue.find(place.exchange().key)
    assert found is not None
    assert found.state == "sending"


async def test_a_stop_gives_back_what_is_under_way(place: Place) -> None:
    """A server that stops leaves its exchanges to the others at once, uncounted."""
    await place.queue.put(place.exchange())
    begun = asyncio.Event()

    async def never(_: Exchange) -> Outcome:
        begun.set()
        await asyncio.sleep(30)
        return Done()

    async with place.office(never):
        await begun.wait()
    found = await place.until("waiting")
    assert found.attempts == 0
    assert await place.queue.claim([place.bridge], "another", 5) is not None


CLAIM = """
import asyncio, sys
from cordee.store.connection import connect
from cordee.store.exchange_queue import ExchangeQueue

async def main(uri, database, bridge):
    queue = ExchangeQueue(connect(uri)[database])
    taken = await queue.claim([bridge], "soon dead", 1.0)
    print(taken.key, flush=True)
    await asyncio.sleep(60)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.chaos
async def test_what_a_killed_process_had_begun_goes_on(
    place: Place, standing: tuple[object, str], mongodb_uri: str
) -> None:
    """After kill -9 of the process that makes an exchange another makes it."""
    await place.queue.put(place.exchange())
    words = [sys.executable, "-c", CLAIM, mongodb_uri, standing[1], place.bridge]
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    line = await process.stdout.readline()
    process.kill()
    await process.wait()
    assert line.decode().strip() == place.exchange().key

    async def handler(_: Exchange) -> Outcome:
        return Done()

    async with place.office(handler):
        ended = await place.until("done")
    assert ended.attempts == 2


async def test_what_kills_processes_is_set_apart(place: Place) -> None:
    """An exchange during which process after process died is tried no more."""
    await place.queue.put(place.exchange())
    for _ in range(MOST_BUGS + 1):
        assert await place.queue.claim([place.bridge], "soon dead", 0.0) is not None
        await asyncio.sleep(0.01)
    called = False

    async def handler(_: Exchange) -> Outcome:
        nonlocal called
        called = True
        return Done()

    async with place.office(handler):
        ended = await place.until("quarantined")
    assert not called
    assert "processes in a row ended" in str(ended.error)


async def test_metrics_tell_of_attempts_and_of_what_waits(place: Place) -> None:
    """Operators see how attempts end, how long they take, and what is not done."""
    registry = CollectorRegistry()
    await place.queue.put(place.exchange("good"))
    await place.queue.put(place.exchange("bad"))

    async def handler(exchange: Exchange) -> Outcome:
        return Refused("no") if exchange.key.endswith("bad") else Done()

    handlers = {(place.bridge, "send"): handler}
    metrics = ExchangeMetrics(registry)
    office = ExchangeOffice(place.services, place.queue, handlers, metrics, idle=0.02)
    task = asyncio.create_task(office.run())
    await place.until("done", "good")
    await place.until("refused", "bad")
    waiting = {"bridge": place.bridge, "state": "waiting"}
    for _ in range(500):
        if registry.get_sample_value("cordee_bridge_exchanges", waiting) is not None:
            break
        await asyncio.sleep(0.02)
    else:
        pytest.fail("nothing is told of what waits")
    task.cancel()
    await asyncio.wait([task])
    labels = {"bridge": place.bridge, "action": "send", "state": "done"}
    assert registry.get_sample_value("cordee_bridge_attempts_total", labels) == 1


def test_pauses_double_and_end_somewhere() -> None:
    """The pause after a failure is twice the one before, up to a quarter of an hour, jittered."""
    assert 1 <= pause(1) <= 2
    assert 8 <= pause(4) <= 16
    assert 450 <= pause(10_000) <= 900
