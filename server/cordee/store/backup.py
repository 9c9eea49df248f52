"""A copy of a whole database at one moment, in files as `mongodump` writes them, and back.

`<folder>/<collection>.bson` holds the documents, one after the other, as MongoDB stores them;
`<collection>.metadata.json` how to make the collection and its indexes. So histories, secrets,
queues and journals come along, byte for byte, and `mongorestore` reads what is written here as
`restore` reads what `mongodump` wrote.

https://www.mongodb.com/docs/database-tools/mongodump/
"""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from bson import decode_iter, json_util
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from bson.son import SON
from pymongo import IndexModel
from pymongo.write_concern import WriteConcern

from cordee.errors import Category, FhirError
from cordee.store.connection import Client, Collection, Database, Document, Session
from cordee.store.lives import too_late
from cordee.store.unavailable import translated

RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
DOCUMENTS, DESCRIPTION = ".bson", ".metadata.json"
BATCH = 1_000
BATCH_BYTES = 16 * 1024 * 1024
DURABLE = WriteConcern("majority", j=True)

Progress = Callable[[str, int], None]
"""Told a collection's name and how many of its documents are done."""


async def dump(client: Client, name: str, folder: Path, progress: Progress) -> dict[str, int]:
    """Copy all collections of a database as they are at one moment; give documents by collection.

    The database goes on working. Raises `FhirError(TOO_COSTLY)` when copying takes longer than it
    keeps the past (`minSnapshotHistoryWindowInSeconds`, five minutes unless set).
    """
    _fresh(folder)
    database = client[name]
    counts: dict[str, int] = {}
    with translated():
        described = await _described(database)
        async with client.start_session(snapshot=True) as session:
            # The first reading settles the moment for all.
            for collection, description in described.items():
                progress(collection, 0)
                counts[collection] = await _copied(database[collection], session, folder, progress)
                text = json_util.dumps(description, json_options=json_util.CANONICAL_JSON_OPTIONS)
                with _private(folder / f"{collection}{DESCRIPTION}") as file:
                    file.write(text.encode())
    return counts


def _fresh(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FhirError(Category.CONFLICT, f"{folder} is not empty.")


def _listed(folder: Path) -> list[Path]:
    found = sorted(folder.glob(f"*{DOCUMENTS}"))
    if not found:
        raise FhirError(Category.MALFORMED, f"{folder} holds no copy: no file ends in {DOCUMENTS}.")
    return found


async def _described(database: Database) -> dict[str, Document]:
    """Describe the collections: their options and indexes, in the words of `mongodump`."""
    found: dict[str, Document] = {}
    async for row in await database.list_collections():
        if row["type"] != "collection" or row["name"].startswith("system."):
            continue
        indexes = await (await database[row["name"]].list_indexes()).to_list()
        found[row["name"]] = {
            "options": row["options"],
            "indexes": indexes,
            "collectionName": row["name"],
            "type": "collection",
        }
    return dict(sorted(found.items()))


async def _copied(
    collection: Collection, session: Session, folder: Path, progress: Progress
) -> int:
    raw = collection.with_options(RAW)
    done = 0
    with too_late(), _private(folder / f"{collection.name}{DOCUMENTS}") as file:
        async for document in raw.find({}, session=session, batch_size=BATCH):
            file.write(document.raw)
            done += 1
            if done % BATCH == 0:
                progress(collection.name, done)
        file.flush()
        os.fsync(file.fileno())
    progress(collection.name, done)
    return done


def _private(path: Path) -> IO[bytes]:
    """Open a new file that only its owner may read: it holds health records and secrets."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


async def restore(client: Client, name: str, folder: Path, progress: Progress) -> dict[str, int]:
    """Make a database from a copy; give documents by collection.

    Raises `FhirError(CONFLICT)` unless the database is empty, and `FhirError(MALFORMED)` for a
    folder that holds no copy. One that is broken off leaves a database that must be dropped.
    """
    listed = _listed(folder)
    database = client[name]
    counts: dict[str, int] = {}
    with translated():
        if await database.list_collection_names():
            raise FhirError(
                Category.CONFLICT, f"The database {name} is not empty; name a fresh one."
            )
        for path in listed:
            description = _description(path)
            collection = await _made(database, path.name.removesuffix(DOCUMENTS), description)
            counts[collection.name] = await _filled(collection, path, progress)
            # Afterwards: building an index at once costs less than keeping it.
            await _indexed(collection, description)
    return counts


def _description(path: Path) -> Document:
    name = path.name.removesuffix(DOCUMENTS)
    described = path.with_name(f"{name}{DESCRIPTION}")
    if not described.exists():
        return {}
    options: Any = json_util.JSONOptions(document_class=SON)
    found: Document = json_util.loads(described.read_text("utf-8"), json_options=options)
    return found


async def _made(database: Database, name: str, description: Document) -> Collection:
    # Not a helper of the driver, which knows less options than a dump may have.
    await database.command(SON([("create", name), *description.get("options", {}).items()]))
    return database[name]


async def _filled(collection: Collection, path: Path, progress: Progress) -> int:
    raw: Any = collection.with_options(RAW, write_concern=DURABLE)
    done = 0
    for batch in _batches(path):
        await raw.insert_many(batch, ordered=False)
        done += len(batch)
        progress(collection.name, done)
    return done


def _batches(path: Path) -> Iterator[Sequence[RawBSONDocument]]:
    batch: list[RawBSONDocument] = []
    size = 0
    with path.open("rb") as file:
        for document in _documents(file):
            batch.append(document)
            size += len(document.raw)
            if len(batch) == BATCH or size > BATCH_BYTES:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


def _documents(file: IO[bytes]) -> Iterator[RawBSONDocument]:
    """Read documents one after the other."""
    while head := file.read(4):
        length = int.from_bytes(head, "little")
        rest = file.read(length - 4)
        if len(head) + len(rest) != length:
            raise FhirError(Category.MALFORMED, f"{file.name} ends in the middle of a document.")
        yield from decode_iter(head + rest, RAW)


async def _indexed(collection: Collection, description: Document) -> None:
    models = []
    for index in description.get("indexes", ()):
        options = {key: value for key, value in index.items() if key not in {"v", "key", "ns"}}
        if options["name"] != "_id_":
            models.append(IndexModel(list(index["key"].items()), **options))
    if models:
        await collection.create_indexes(models)
