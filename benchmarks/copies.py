"""A territory made larger inside the database: its documents copied under other ids.

Importing 100,000 patients is a matter of many minutes of validation and indexing; what a call on
one record costs in a large territory depends on how large collections and indexes are, not on who
filled them. Each copy renames every UUID that is not of the directory, in ids, bodies and index
values alike, at the same length, so that the copies hang together as the originals do.
"""

import re
from collections.abc import Iterator

from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient

UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SHARED = ("Organization", "Practitioner", "PractitionerRole")
"""Types of which a territory has the same for all patients."""
BATCH = 2_000


def multiply(uri: str, database: str, times: int) -> int:
    """Copy the documents of all resources until there are `times` as many; give how many."""
    with MongoClient[RawBSONDocument](uri, document_class=RawBSONDocument) as client:
        held = client[database]
        names = [name for name in held.list_collection_names() if name[0].isupper()]
        kept = {
            row["_id"].encode()
            for type in SHARED
            if type in names
            for row in held[type].find({}, {"_id": 1})
        }
        made = 0
        for name in names:
            if name.partition("_")[0] in SHARED:
                continue
            originals = [bytes(row.raw) for row in held[name].find({})]
            for batch in _copies(originals, kept, times):
                held[name].insert_many(batch, ordered=False)
                made += len(batch)
        return made


def _copies(
    originals: list[bytes], kept: set[bytes], times: int
) -> Iterator[list[RawBSONDocument]]:
    batch: list[RawBSONDocument] = []
    for copy in range(1, times):
        prefix = f"{copy:06x}".encode()

        def renamed(found: re.Match[bytes], prefix: bytes = prefix) -> bytes:
            return found[0] if found[0] in kept else prefix + found[0][6:]

        for raw in originals:
            batch.append(RawBSONDocument(UUID.sub(renamed, raw)))
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch
