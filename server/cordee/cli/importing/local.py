"""Store chunks straight into MongoDB, in worker processes that each open their own services."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import AsyncExitStack, ExitStack, contextmanager
from datetime import datetime
from multiprocessing import get_context

from cordee.app import services
from cordee.cli.importing import chunk
from cordee.cli.importing.chunk import Outcome
from cordee.cli.importing.sources import Item
from cordee.coordination.intake import Intake
from cordee.interactions.services import Services
from cordee.settings import Settings
from cordee.store.embedded import EmbeddedMongo


class Worker:
    """What one process keeps open between chunks: a loop and the services in it."""

    def __init__(self, settings: Settings, since: datetime) -> None:
        """Open the services, for an import that began at a moment."""
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        self.services: Services = self.loop.run_until_complete(
            self.stack.enter_async_context(services(settings))
        )
        self.intake = Intake(self.services, since)

    def store(self, items: list[Item]) -> Outcome:
        """Store one chunk."""
        return self.loop.run_until_complete(chunk.store(self.services, items, self.intake))

    def check(self, plans: list[str]) -> Outcome:
        """Report plans in force that nobody signed."""
        return self.loop.run_until_complete(chunk.check_plans(self.services, plans))


_worker: Worker


def _open(settings: Settings, since: datetime) -> None:
    global _worker  # noqa: PLW0603 - a pool has no other place for what a process keeps
    _worker = Worker(settings, since)


def _store(items: list[Item]) -> Outcome:
    return _worker.store(items)


def _check(plans: list[str]) -> Outcome:
    return _worker.check(plans)


class Processes:
    """A pool of workers."""

    def __init__(self, pool: Executor) -> None:
        """Keep the pool."""
        self._pool = pool

    def submit(self, items: list[Item]) -> "Future[Outcome]":
        """Store a chunk in some worker."""
        return self._pool.submit(_store, items)

    def check(self, plans: list[str]) -> "Future[Outcome]":
        """Look at plans in some worker."""
        return self._pool.submit(_check, plans)


@contextmanager
def processes(settings: Settings, workers: int, since: datetime) -> Iterator[Processes]:
    """Open workers on the settings' MongoDB, starting the embedded one if there is no URI.

    `since` is when the import began, perhaps in an earlier run.
    """
    with ExitStack() as stack:
        if settings.mongodb_uri is None:
            embedded = EmbeddedMongo(settings.data, cache_gb=settings.mongodb_cache_gb)
            settings = settings.model_copy(update={"mongodb_uri": embedded.start()})
            stack.callback(embedded.stop)
        # Workers are forked from one process that has imported everything, and has no threads.
        context = get_context("forkserver")
        context.set_forkserver_preload([__name__])
        pool = ProcessPoolExecutor(workers, context, _open, (settings, since))
        yield Processes(stack.enter_context(pool))
