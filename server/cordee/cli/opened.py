"""A command's work on what the server itself works with: the store, the definitions, the policy.

What keeps it from its work ends the command with a line that says so.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from cordee.app import services
from cordee.cli.database import joined
from cordee.cli.serve import stop
from cordee.errors import FhirError
from cordee.interactions.services import Services
from cordee.settings import Settings
from cordee.store.data_lock import DataDirectoryInUseError
from cordee.store.embedded import EmbeddedMongoError
from cordee.store.mongo_store import MongoStore

T = TypeVar("T")
Work = Callable[[Services], Awaitable[T]]


def on_services(settings: Settings, work: Work[T], *, advice: str = "") -> T:
    """Give what `work` gives; `advice` follows the text of what went wrong.

    The database is that of the running server, or is started and ends with the work.
    """
    try:
        with joined(settings) as uri:
            return asyncio.run(_run(settings.model_copy(update={"mongodb_uri": uri}), work))
    except (FhirError, DataDirectoryInUseError, EmbeddedMongoError) as error:
        stop(f"{error}{advice}")


def database(opened: Services) -> MongoStore:
    """Give the store with what lies beside the resources: queues, records, index values."""
    assert isinstance(opened.store, MongoStore)
    return opened.store


async def _run(settings: Settings, work: Work[T]) -> T:
    async with services(settings) as opened:
        return await work(opened)
