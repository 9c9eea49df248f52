"""An audit at work: what it is made of, from the settings, and its life."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import structlog
from prometheus_client import CollectorRegistry

from cordee.access.audit.audit_event import AuditEvents
from cordee.access.audit.chain import Signer
from cordee.access.audit.metrics import Metrics
from cordee.access.audit.publication import Publication
from cordee.access.audit.trail import Trail
from cordee.background import ended
from cordee.search.registry import SearchRegistry
from cordee.settings import Settings
from cordee.store.journal import Journal
from cordee.store.port import Store

log = structlog.get_logger("cordee.audit")
LAST_WORDS = 20.0
"""Seconds that the last lines get to be written when the server stops."""


def wanted(settings: Settings) -> bool:
    """Tell whether the settings ask for an audit."""
    return settings.audit == "on" or (settings.audit is None and settings.auth != "off")


@asynccontextmanager
async def recording(
    settings: Settings,
    journal: Journal,
    store: Store,
    registry: SearchRegistry,
    *,
    clock: Callable[[], datetime],
    new_ids: Callable[[int], Sequence[str]],
    metrics: CollectorRegistry | None = None,
) -> AsyncIterator[Trail]:
    """Give an audit that writes until the context ends, and then writes what is left."""
    host = settings.base_url.split("/")[2] if settings.base_url else socket.gethostname()
    publication = Publication(journal, store, registry)
    trail = Trail(
        journal,
        AuditEvents(host),
        Signer.of(settings),
        publication,
        new_ids=new_ids,
        clock=clock,
        capacity=settings.audit_queue,
        all_wait=settings.audit_wait == "all",
        metrics=Metrics(metrics),
    )
    await trail.open()
    writing = asyncio.create_task(trail.run())
    publishing = asyncio.create_task(publication.run(trail))
    try:
        yield trail
    finally:
        publishing.cancel()
        trail.close()
        await asyncio.wait([writing], timeout=LAST_WORDS)
        if trail.left:
            log.error("audit lines lost", count=trail.left)
        await ended(writing, publishing)
