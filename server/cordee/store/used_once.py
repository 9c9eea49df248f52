"""Names that may be used once, across all servers of one database.

| collection | one document | `_id` |
|---|---|---|
| `used_once` | one name, with the time `until` which it is remembered | digest of the name |
"""

import hashlib
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from cordee.store.connection import Collection, Database
from cordee.store.unavailable import translated


class MongoUsedOnce:
    """The names of one database."""

    def __init__(self, database: Database) -> None:
        """Name the collection."""
        self._names: Collection = database["used_once"]
        self._prepared = False

    async def first(self, name: str, until: datetime) -> bool:
        """Tell whether a name is used for the first time; it is remembered until then."""
        with translated():
            if not self._prepared:
                await self._names.create_index("until", expireAfterSeconds=0)
                self._prepared = True
            digest = hashlib.sha256(name.encode()).hexdigest()
            try:
                await self._names.insert_one({"_id": digest, "until": until})
            except DuplicateKeyError:
                return False
        return True
