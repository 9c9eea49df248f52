"""The bridge in a running server: what sends, what collects, and who handles which exchange."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cordee.background import ended
from cordee.bridges.exchange import Handler, Handlers
from cordee.bridges.mssante.collection import MAIL_IN, Collection
from cordee.bridges.mssante.dispatch import Dispatch
from cordee.bridges.mssante.mailbox import Mailbox
from cordee.bridges.mssante.order import BRIDGE, MAIL_OUT
from cordee.bridges.mssante.receipts import RECEIPT, Receipts
from cordee.bridges.mssante.reception import Reception
from cordee.bridges.mssante.submission import Submission
from cordee.interactions.services import Services
from cordee.store.mongo_store import MongoStore


@asynccontextmanager
async def mssante(services: Services) -> AsyncIterator[Handlers]:
    """Open the bridge as far as it is set up: the mailbox is collected until it is closed."""
    settings = services.settings
    handlers: dict[tuple[str, str], Handler] = {}
    sends = bool(settings.mssante_mailbox and settings.mssante_smtp)
    submission = Submission(settings) if sends else None
    if submission is not None:
        handlers[BRIDGE, MAIL_OUT] = Dispatch(services, submission)
    if not settings.mssante_mailbox or not settings.mssante_imap:
        yield handlers
        return
    store = services.store
    assert isinstance(store, MongoStore), "the queue lies in the same database"
    mailbox, queue = Mailbox(settings), store.exchanges()
    receipts = Receipts(services, queue, mailbox, submission)
    handlers[BRIDGE, MAIL_IN] = Reception(services, mailbox, receipts)
    if submission is not None:
        handlers[BRIDGE, RECEIPT] = receipts
    collection = Collection(services, queue, store.mailbox_marks(), mailbox)
    work = asyncio.create_task(collection.run())
    try:
        yield handlers
    finally:
        await ended(work)
