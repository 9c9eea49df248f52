"""The journal of the audit: what the store keeps of it, and what is asked of the store.

Lines are AuditEvents as JSON. They are written in blocks (`store.sheet`; blocks of earlier releases
hold them as they are), each chained to the one before it in the chain of one server process
(`access.audit.chain` says how). The AuditEvents that searches find are
made from the journal, never the other way round.
"""

import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import msgspec

from cordee.store.sheet import Sheet, read

LINE_END = b"\n"
SHEET_START = b"["
"""What sheets begin with, and lines do not."""


class Anchor(msgspec.Struct, frozen=True):
    """Where a chain stood at some moment: its block number and that block's hash, in hex."""

    chain: str
    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines, chained; `number` counts from 1, `first` is the number of the first line."""

    chain: str
    number: int
    first: int
    count: int
    moment: datetime
    packed: bytes
    hash: bytes
    signature: bytes

    @property
    def raw(self) -> bytes:
        """Give what the hash covers. Raises `zlib.error` when it was damaged."""
        return zlib.decompress(self.packed)

    @property
    def sheet(self) -> Sheet | None:
        """Give the sheet that lines are made of; None for a block that holds them as they are.

        Raises `DamagedError`.
        """
        try:
            raw = self.raw
            return read(raw) if raw.startswith(SHEET_START) else None
        except (zlib.error, msgspec.DecodeError) as error:
            raise DamagedError(self.chain) from error

    @property
    def lines(self) -> list[bytes]:
        """Give the lines. Raises `DamagedError` when they were damaged."""
        sheet = self.sheet
        if sheet is None:
            return self.raw.split(LINE_END)
        try:
            return list(sheet.lines())
        except (ValueError, IndexError) as error:
            raise DamagedError(self.chain) from error

    @property
    def last(self) -> int:
        """Give the number of the last line."""
        return self.first + self.count - 1


@dataclass(frozen=True, slots=True)
class Head:
    """A chain as the database knows it: where it began and ends, and how much is published.

    `before` are the heads of the chains that were there when it began. `number` is that of the
    newest block, `last` that of the newest line, both 0 at the beginning.
    """

    chain: str
    started: datetime
    before: tuple[Anchor, ...]
    number: int
    last: int
    hash: bytes
    moment: datetime
    signature: bytes
    published: int = 0

    @property
    def anchor(self) -> Anchor:
        """Give where the chain stands."""
        return Anchor(self.chain, self.number, self.hash.hex())


class DamagedError(Exception):
    """A block cannot be read: it is not what was written."""


class ForkedError(Exception):
    """Somebody else changed a chain's head: it is not what its only writer left there."""


class Journal(Protocol):
    """The journal of one database."""

    async def begin(self, head: Head) -> None:
        """Store the beginning of a chain."""
        ...

    async def append(self, block: Block) -> None:
        """Store a chain's next block and its head, durably, once however often it is asked.

        Raises `ForkedError` when the chain does not stand at the block before.
        """
        ...

    async def heads(self, *, unpublished: bool = False) -> list[Head]:
        """Give all chains, the oldest first; or those with blocks that are not published."""
        ...

    def blocks(self, chain: str, after: int = 0) -> AsyncIterator[Block]:
        """Give the blocks of a chain after a number, in order."""
        ...

    async def published(self, chain: str, number: int) -> None:
        """Note that the AuditEvents of a chain are findable up to a block."""
        ...
