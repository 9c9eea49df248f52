"""Secret links; the database holds their digests only.

| collection | one document | `_id` |
|---|---|---|
| `secret_links` | what a link opens, `owner` ("PractitionerRole/1") | digest of the secret |
"""

from cordee.store.connection import Collection, Database
from cordee.store.unavailable import translated


class MongoSecretLinks:
    """The links of one database: at most one an owner."""

    def __init__(self, database: Database) -> None:
        """Name the collection."""
        self._links: Collection = database["secret_links"]

    async def replace(self, owner: str, digest: str | None) -> None:
        """End the owner's link, and put another in its place if one is given."""
        with translated():
            if digest is not None:
                await self._links.replace_one({"_id": digest}, {"owner": owner}, upsert=True)
            await self._links.delete_many({"owner": owner, "_id": {"$ne": digest}})

    async def owner(self, digest: str) -> str | None:
        """Give what a link opens, or None for one that is unknown or ended."""
        with translated():
            found = await self._links.find_one({"_id": digest})
        return None if found is None else str(found["owner"])
