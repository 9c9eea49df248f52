"""The chain of blocks: each block's hash covers the one before it; heads are signed.

A chain belongs to one server process, so that processes need not wait for one another. Its first
hash covers the heads of the chains before it: cutting the tail off an old chain breaks a new one.
"""

import hashlib
import hmac
import os
import zlib
from collections.abc import Sequence
from datetime import datetime

import msgspec

from cordee.access.kept_key import kept_key
from cordee.settings import Settings
from cordee.store.journal import Anchor, Block, Head


class Signer:
    """Signs heads and blocks with a key that the database does not hold."""

    def __init__(self, key: bytes) -> None:
        """Keep the key."""
        self._key = key

    @classmethod
    def of(cls, settings: Settings) -> "Signer":
        """Use the key of the settings, else the one in the data directory, made when missing."""
        if settings.audit_key:
            return cls(hashlib.sha256(settings.audit_key.encode()).digest())
        return cls(kept_key(settings.data / "audit.key"))

    def sign(self, chain: str, number: int, last: int, hash: bytes) -> bytes:
        """Give the signature of a chain's state."""
        return hmac.digest(
            self._key, b"%b/%d/%d/%b" % (chain.encode(), number, last, hash), "sha256"
        )

    def signed(self, part: Block | Head) -> bool:
        """Tell whether a block or a head carries this key's signature."""
        expected = self.sign(part.chain, part.number, part.last, part.hash)
        return hmac.compare_digest(expected, part.signature)


def beginning(chain: str, started: datetime, before: Sequence[Anchor]) -> bytes:
    """Give the hash a chain begins with."""
    covered = [chain, started.isoformat(timespec="milliseconds"), list(before)]
    return hashlib.sha256(msgspec.json.encode(covered)).digest()


def link(previous: bytes, chain: str, number: int, first: int, raw: bytes) -> bytes:
    """Give the hash of a block that follows one with the hash `previous`."""
    covered = hashlib.sha256(b"%b|%b/%d/%d|" % (previous, chain.encode(), number, first))
    covered.update(raw)
    return covered.digest()


class Chain:
    """The writing end of one chain."""

    def __init__(self, head: Head, signer: Signer) -> None:
        """Go on from a head."""
        self.head = head
        self._signer = signer

    @classmethod
    def begin(cls, started: datetime, before: Sequence[Anchor], signer: Signer) -> "Chain":
        """Begin a new chain after those before it."""
        name = os.urandom(8).hex()
        hash = beginning(name, started, before)
        signature = signer.sign(name, 0, 0, hash)
        return cls(Head(name, started, tuple(before), 0, 0, hash, started, signature), signer)

    def following(self, raw: bytes, count: int, moment: datetime) -> Block:
        """Make the block that comes next of so many lines; `advance` takes it over once stored."""
        head = self.head
        number, first, last = head.number + 1, head.last + 1, head.last + count
        hash = link(head.hash, head.chain, number, first, raw)
        return Block(
            head.chain,
            number,
            first,
            count,
            moment,
            zlib.compress(raw, 1),
            hash,
            self._signer.sign(head.chain, number, last, hash),
        )

    def advance(self, block: Block) -> None:
        """Go on after a block."""
        old = self.head
        self.head = Head(
            old.chain,
            old.started,
            old.before,
            block.number,
            block.last,
            block.hash,
            block.moment,
            block.signature,
        )
