"""The journal of the audit in MongoDB: collections `audit_blocks` and `audit_chains`.

A block's `_id` is `chain/number` with the number filled up with zeros, so that a chain's blocks lie
together in order. Both collections are only ever inserted into, but for each chain's head.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime

from bson.binary import Binary
from pymongo.errors import DuplicateKeyError

from cordee.store.connection import Collection, Database, Document, Session
from cordee.store.journal import Anchor, Block, ForkedError, Head
from cordee.store.transaction import Transactions
from cordee.store.unavailable import translated

_WIDTH = 12
_PAGE = 8


class MongoJournal:
    """Implements `store.journal.Journal`."""

    def __init__(self, database: Database, transactions: Transactions) -> None:
        self._blocks: Collection = database["audit_blocks"]
        self._chains: Collection = database["audit_chains"]
        self._transactions = transactions

    async def begin(self, head: Head) -> None:
        """Store the beginning of a chain."""
        with translated():
            # A transaction makes no collections; asking for this index makes them.
            await self._blocks.create_index("_id")
            await self._chains.create_index("started")
            await self._chains.insert_one(_head(head))

    async def append(self, block: Block) -> None:
        """Store a chain's next block and its head, durably, once however often it is asked."""

        async def work(session: Session, _: AsyncExitStack) -> None:
            moved = await self._chains.update_one(
                {"_id": block.chain, "n": block.number - 1}, _advance(block), session=session
            )
            if not moved.matched_count:
                await self._check_stored(block, session)
                return
            try:
                await self._blocks.insert_one(_block(block), session=session)
            except DuplicateKeyError as error:
                raise ForkedError(block.chain) from error

        await self._transactions.run(work)

    async def _check_stored(self, block: Block, session: Session) -> None:
        """Raise unless this very block was stored: the answer to its commit may have been lost."""
        found = await self._blocks.find_one({"_id": _id(block)}, session=session)
        if found is None or bytes(found["h"]) != block.hash:
            raise ForkedError(block.chain)

    async def heads(self, *, unpublished: bool = False) -> list[Head]:
        """Give all chains, the oldest first; or those with blocks that are not published."""
        wanted: Document = {"$expr": {"$lt": ["$published", "$n"]}} if unpublished else {}
        with translated():
            rows = await self._chains.find(wanted, sort=[("started", 1), ("_id", 1)]).to_list()
        return [_read_head(row) for row in rows]

    async def blocks(self, chain: str, after: int = 0) -> AsyncIterator[Block]:
        """Give the blocks of a chain after a number, in order."""
        end = f"{chain}/{'9' * _WIDTH}"
        while True:
            with translated():
                cursor = self._blocks.find(
                    {"_id": {"$gt": _key(chain, after), "$lte": end}},
                    sort=[("_id", 1)],
                    limit=_PAGE,
                )
                page = [_read_block(row) for row in await cursor.to_list()]
            for block in page:
                yield block
            if len(page) < _PAGE:
                return
            after = page[-1].number

    async def published(self, chain: str, number: int) -> None:
        """Note that the AuditEvents of a chain are findable up to a block."""
        with translated():
            await self._chains.update_one({"_id": chain}, {"$max": {"published": number}})


def _id(block: Block) -> str:
    return _key(block.chain, block.number)


def _key(chain: str, number: int) -> str:
    return f"{chain}/{number:0{_WIDTH}}"


def _block(block: Block) -> Document:
    return {
        "_id": _id(block),
        "first": block.first,
        "count": block.count,
        "t": block.moment,
        "z": Binary(block.packed),
        "h": Binary(block.hash),
        "s": Binary(block.signature),
    }


def _read_block(row: Document) -> Block:
    chain, _, number = row["_id"].rpartition("/")
    return Block(
        chain,
        int(number),
        row["first"],
        row["count"],
        row["t"],
        bytes(row["z"]),
        bytes(row["h"]),
        bytes(row["s"]),
    )


def _head(head: Head) -> Document:
    return {
        "_id": head.chain,
        "started": head.started,
        "before": [{"c": a.chain, "n": a.number, "h": a.hash} for a in head.before],
        "n": head.number,
        "last": head.last,
        "h": Binary(head.hash),
        "t": head.moment,
        "s": Binary(head.signature),
        "published": head.published,
    }


def _advance(block: Block) -> Document:
    moment: datetime = block.moment
    return {
        "$set": {
            "n": block.number,
            "last": block.last,
            "h": Binary(block.hash),
            "t": moment,
            "s": Binary(block.signature),
        }
    }


def _read_head(row: Document) -> Head:
    return Head(
        row["_id"],
        row["started"],
        tuple(Anchor(a["c"], a["n"], a["h"]) for a in row["before"]),
        row["n"],
        row["last"],
        bytes(row["h"]),
        row["t"],
        bytes(row["s"]),
        row["published"],
    )
