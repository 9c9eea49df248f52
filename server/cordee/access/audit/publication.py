"""From the journal to AuditEvents that searches find: done when there is little else to do.

A block is published as one transaction, so that doing it twice is harmless: what a dead process
left, another one publishes.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from cordee.errors import FhirError
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.values import Extraction
from cordee.store.journal import Block, Head, Journal
from cordee.store.port import Store, Version

TICK = 0.25
"""Seconds between looks at how busy the process is."""
BUSY = 50
"""Acts in one tick that make a process busy."""
CALM = 5.0
"""Seconds without being busy after which a process publishes, unless a search asks before."""
BACKLOG = 20_000
"""Unpublished acts that make it publish, however busy."""
SLICE = 8
"""Blocks published in one tick."""
ORPHANED = timedelta(seconds=30)
"""A chain that has not grown for so long may have no process any more."""

log = structlog.get_logger("cordee.audit")


class Busy(Protocol):
    """Something that counts what comes in."""

    @property
    def taken(self) -> int:
        """How much came in so far."""
        ...


class Publication:
    """Publishes the blocks of one's own chain, and of those nobody works on."""

    def __init__(
        self, journal: Journal, store: Store, extract: Callable[[Resource], Extraction]
    ) -> None:
        """Keep the ports; `own` is set once the process has a chain."""
        self._journal = journal
        self._store = store
        self._extract = extract
        self._at_work = asyncio.Lock()
        self._done = 0
        self.own: str | None = None

    async def run(self, work: Busy) -> None:
        """Publish for ever, between other work."""
        before, calm = 0, 0.0
        while True:
            await asyncio.sleep(TICK)
            came, before = work.taken - before, work.taken
            calm = 0.0 if came > BUSY else calm + TICK
            left = work.taken - self._done
            # Once all is published, what others left is looked for now and then.
            nothing = not left and calm % ORPHANED.total_seconds() > TICK
            if nothing or (calm < CALM and left < BACKLOG):
                continue
            try:
                await self._some(work)
            except FhirError as error:
                log.warning("audit is not published yet", reason=error.diagnostics)

    async def everything(self) -> None:
        """Publish all there is, whoever wrote it."""
        async with self._at_work:
            for head in await self._pending():
                await self._chain(head)

    async def _some(self, work: Busy) -> None:
        async with self._at_work:
            known, pending = work.taken, await self._pending()
            for head in pending:
                if head.chain == self.own or datetime.now(UTC) - head.moment > ORPHANED:
                    await self._chain(head, blocks=SLICE)
            if not any(head.chain == self.own for head in pending):
                self._done = known

    async def _pending(self) -> list[Head]:
        return await self._journal.heads(unpublished=True)

    async def _chain(self, head: Head, blocks: int | None = None) -> None:
        done = 0
        async for block in self._journal.blocks(head.chain, head.published):
            await self._block(block)
            await self._journal.published(block.chain, block.number)
            done += 1
            if done == blocks:
                return

    async def _block(self, block: Block) -> None:
        items: list[tuple[Version, Extraction]] = []
        for line in block.lines:
            resource = json.parse(line)
            items.append((version_of(resource, line), self._extract(resource)))
            if not len(items) % 16:
                await asyncio.sleep(0)  # requests go first
        await self._store.create_many(items)


def version_of(resource: Resource, line: bytes) -> Version:
    """Give the one version of an AuditEvent of the journal."""
    moment = datetime.fromisoformat(resource["meta"]["lastUpdated"])
    return Version(resource["resourceType"], resource["id"], 1, moment, line, "POST")
