"""Is the audit whole? Walks all chains and tells every broken link, gap and missing end.

| finding | what it means |
|---|---|
| `changed` | a block's lines, or one before it, are not what was written |
| `unsigned` | a block or head was not signed with this server's key |
| `gap` | blocks are missing in the middle of a chain |
| `cut` | blocks are missing at the end of a chain, or a whole chain is |
| `beyond` | a chain has blocks after its head |
| `hidden` | an AuditEvent is not what the journal says, or is gone |
| `added` | there are AuditEvents that the journal does not know |
"""

import hashlib
import zlib
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from cordee.access.audit.chain import Signer, beginning, link
from cordee.search.filter import EVERYTHING, Filter
from cordee.store.journal import Anchor, Block, DamagedError, Head, Journal
from cordee.store.port import Reader

TYPE = "AuditEvent"


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong; `number` is the block's, or 0 where it is about the chain."""

    kind: str
    chain: str
    number: int
    text: str


@dataclass(slots=True)
class Tally:
    """What was looked at."""

    chains: int = 0
    blocks: int = 0
    lines: int = 0


@dataclass(slots=True)
class _Walk:
    """How far a chain has been walked: the number and hash of the last block seen."""

    head: Head
    number: int = 0
    last: int = 0
    hash: bytes = b""
    wanted: Mapping[int, list[Anchor]] = field(default_factory=dict)


class Verification:
    """One examination of the journal and the AuditEvents made from it."""

    def __init__(
        self,
        journal: Journal,
        signer: Signer,
        reader: Reader | None = None,
        own: Filter = EVERYTHING,
        anchors: Iterable[Anchor] = (),
    ) -> None:
        """Take what to examine; `anchors` are heads noted earlier outside the database.

        Without a reader the AuditEvents that searches find are not compared; `own` matches those
        that are made from the journal.
        """
        self._own = own
        self._found = 0
        self._journal = journal
        self._signer = signer
        self._reader = reader
        self._anchors = tuple(anchors)
        self.tally = Tally()

    async def findings(self) -> AsyncIterator[Finding]:
        """Give what is wrong, chain by chain, the oldest first."""
        heads = await self._journal.heads()
        wanted = self._noted(heads)
        for head in heads:
            self.tally.chains += 1
            async for finding in self._chain(head, wanted.pop(head.chain, {})):
                yield finding
        for chain, noted in wanted.items():
            number = max(noted)
            yield Finding("cut", chain, number, f"the whole chain is gone ({number} blocks known)")
        async for finding in self._added():
            yield finding

    async def _added(self) -> AsyncIterator[Finding]:
        if self._reader is None:
            return
        there = await self._reader.count((TYPE,), self._own, accurate=True)
        if there > self._found:
            text = f"{there - self._found} AuditEvents are in no block"
            yield Finding("added", "", 0, text)

    def _noted(self, heads: list[Head]) -> dict[str, dict[int, list[Anchor]]]:
        """Collect what later chains and anchors say of each chain, by block number."""
        found: dict[str, dict[int, list[Anchor]]] = {}
        for anchor in (*self._anchors, *(anchor for head in heads for anchor in head.before)):
            found.setdefault(anchor.chain, {}).setdefault(anchor.number, []).append(anchor)
        return found

    async def _chain(
        self, head: Head, wanted: Mapping[int, list[Anchor]]
    ) -> AsyncIterator[Finding]:
        walk = _Walk(head, hash=beginning(head.chain, head.started, head.before), wanted=wanted)
        for finding in self._compared(walk):
            yield finding
        async for block in self._journal.blocks(head.chain):
            for finding in self._block(walk, block):
                yield finding
            async for finding in self._published(head, block):
                yield finding
        for finding in self._end(walk):
            yield finding

    def _block(self, walk: _Walk, block: Block) -> Iterable[Finding]:
        self.tally.blocks += 1
        self.tally.lines += block.count
        chain, number = block.chain, block.number
        if number > walk.number + 1:
            text = f"blocks {walk.number + 1} to {number - 1} are missing"
            yield Finding("gap", chain, walk.number + 1, text)
        elif not self._follows(walk, block):
            text = f"block {number} (lines {block.first} to {block.last}, {block.moment:%F %T}) "
            yield Finding("changed", chain, number, text + "is not what was written")
        if not self._signer.signed(block):
            yield Finding("unsigned", chain, number, f"block {number} was not signed with this key")
        walk.number, walk.last, walk.hash = number, block.last, block.hash
        yield from self._compared(walk)

    def _follows(self, walk: _Walk, block: Block) -> bool:
        try:
            raw, count = block.raw, len(block.lines)
        except (zlib.error, DamagedError):
            return False
        expected = link(walk.hash, block.chain, block.number, block.first, raw)
        return expected == block.hash and block.first == walk.last + 1 and count == block.count

    def _compared(self, walk: _Walk) -> Iterable[Finding]:
        """Compare with what was noted of this place of the chain, at the time."""
        for anchor in walk.wanted.get(walk.number, ()):
            if anchor.hash != walk.hash.hex():
                text = f"at block {walk.number} the chain had another hash before"
                yield Finding("changed", walk.head.chain, walk.number, text)
                return

    def _end(self, walk: _Walk) -> Iterable[Finding]:
        head = walk.head
        known = max((head.number, *walk.wanted))
        if known > walk.number:
            text = f"blocks {walk.number + 1} to {known} are missing at the end"
            yield Finding("cut", head.chain, walk.number + 1, text)
        elif head.number < walk.number:
            text = f"blocks {head.number + 1} to {walk.number} lie beyond the head"
            yield Finding("beyond", head.chain, head.number + 1, text)
        elif head.hash != walk.hash:
            yield Finding("changed", head.chain, head.number, "the head has another hash")
        if not self._signer.signed(head):
            yield Finding("unsigned", head.chain, 0, "the head was not signed with this key")

    async def _published(self, head: Head, block: Block) -> AsyncIterator[Finding]:
        if self._reader is None or block.number > head.published:
            return
        try:
            lines = {msgspec.json.decode(line)["id"]: line for line in block.lines}
        except (DamagedError, msgspec.DecodeError):
            return  # told already
        # What searches find counts, not what histories tell.
        found = await self._reader.read_many([(TYPE, id) for id in lines])
        for id, line in lines.items():
            version = found.get((TYPE, id))
            self._found += version is not None
            if version is None or version.body != line:
                how = "is gone" if version is None else "was changed"
                yield Finding("hidden", block.chain, block.number, f"AuditEvent/{id} {how}")
        for id, digest in _submitted(lines.values()):
            version = await self._reader.read(TYPE, id)
            if version is None or hashlib.sha256(version.body).hexdigest() != digest:
                text = f"AuditEvent/{id}, which a client submitted, was changed or is gone"
                yield Finding("hidden", block.chain, block.number, text)


def _submitted(lines: Iterable[bytes]) -> Iterable[tuple[str, str]]:
    """Give the ids and digests of traces that clients submitted."""
    for line in lines:
        if b'"sha256"' not in line:
            continue
        for entity in msgspec.json.decode(line)["entity"]:
            for detail in entity.get("detail", ()):
                if detail["type"] != "sha256":
                    continue
                yield entity["what"]["reference"].split("/")[1], detail["valueString"]
