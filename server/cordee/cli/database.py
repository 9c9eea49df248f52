"""The database a command works with: the one given, or the private one under the data directory."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from cordee.settings import Settings
from cordee.store.embedded import SOCKET, EmbeddedMongo, accepts, socket_uri


@contextmanager
def started(settings: Settings, *, meanwhile: tuple[str, ...] = ()) -> Iterator[str]:
    """Give the URI, starting a private MongoDB when none is set; it ends with the context.

    `meanwhile` are modules to import while MongoDB starts. Raises `DataDirectoryInUseError` or
    `EmbeddedMongoError`.
    """
    if settings.mongodb_uri is not None:
        yield settings.mongodb_uri
        return
    embedded = EmbeddedMongo(settings.data, cache_gb=settings.mongodb_cache_gb)
    try:
        with ThreadPoolExecutor(1) as pool:
            starting = pool.submit(embedded.start)
            for module in meanwhile:
                import_module(module)
        yield starting.result()
    finally:
        embedded.stop()


@contextmanager
def joined(settings: Settings) -> Iterator[str]:
    """Give the URI, of the running server's private MongoDB if there is one, else as `started`."""
    path = private_socket(settings.data)
    if settings.mongodb_uri is None and accepts(path):
        yield socket_uri(path)
        return
    with started(settings) as uri:
        yield uri


def private_socket(data: Path) -> Path:
    """Give the place of the socket that a private MongoDB listens on."""
    return data.absolute() / "mongodb" / SOCKET
