"""A bridge of the tests, on the database of the standing application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias
from uuid import uuid4

import pytest

from cordee.access.audit.act import Act
from cordee.bridges.exchange import Exchange, Handler
from cordee.bridges.exchange_office import ExchangeOffice
from cordee.interactions.services import Services
from cordee.store.exchange_queue import ExchangeQueue, State


@dataclass
class Heard:
    """An audit that keeps what it is told."""

    on: bool = True
    acts: list[Act] = field(default_factory=list)

    async def record(self, *acts: Act) -> None:
        """Keep."""
        self.acts.extend(acts)

    async def publish(self) -> None:
        """Publish nothing."""


class Place:
    """A queue in which only one test has a bridge, and offices that work on it."""

    def __init__(self, services: Services, queue: ExchangeQueue) -> None:
        self.audit = Heard()
        self.services = replace(services, audit=self.audit)
        self.queue = queue
        self.bridge = f"test-{uuid4().hex[:8]}"

    def exchange(self, key: str = "1", **more: Any) -> Exchange:
        """Make an exchange of this bridge."""
        return Exchange(self.bridge, "send", f"{self.bridge}/{key}", **more)

    @asynccontextmanager
    async def office(
        self, handler: Handler, *, lease: float = 5.0, action: str = "send", first: float = 2.0
    ) -> AsyncIterator[ExchangeOffice]:
        """Run an office, as a server process would."""
        made = ExchangeOffice(
            self.services,
            self.queue,
            {(self.bridge, action): handler},
            lease=lease,
            idle=0.02,
            first=first,
        )
        task = asyncio.create_task(made.run())
        try:
            yield made
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def until(self, state: State, key: str = "1", seconds: float = 10) -> Exchange:
        """Wait until an exchange has a state."""
        found: Exchange | None = None
        for _ in range(int(seconds / 0.02)):
            found = await self.queue.find(f"{self.bridge}/{key}")
            if found is not None and found.state == state:
                return found
            await asyncio.sleep(0.02)
        pytest.fail(f"{found} is not {state}")


Offices: TypeAlias = Callable[..., AbstractAsyncContextManager[ExchangeOffice]]


@pytest.fixture
async def place(standing: tuple[Any, str]) -> Place:
    """A queue for one test."""
    services, _ = standing
    queue = services.store.exchanges()
    await queue.open()
    return Place(services, queue)
