"""What the interactions ask of a store. `store` has one implementation, on MongoDB.

Writes happen inside `Store.write`: current version, history and event commit together or not at
all, with `w: majority, j: true`. A version number is never reused, also after a delete.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeVar

from cordee.search.filter import EVERYTHING, Filter
from cordee.search.values import Extraction, SortKey

T = TypeVar("T")

Method = Literal["POST", "PUT", "PATCH", "DELETE"]

NOWHERE: Mapping[str, Filter] = {}
"""No type is restricted."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a resource as stored.

    `body` is the resource's JSON in UTF-8, with `id` and `meta` set; it is empty for a deletion.
    `compartments` are those it is stored in; only versions that were read have them. `writer` is
    whoever keeps seeing the resource because they wrote it. `marks` and `traits` are what rules of
    access look at; only versions read from a history have them.
    """

    type: str
    id: str
    version: int
    last_updated: datetime
    body: bytes
    method: Method = "PUT"
    compartments: tuple[str, ...] = field(default=(), compare=False)
    writer: str | None = field(default=None, compare=False)
    marks: tuple[str, ...] = field(default=(), compare=False)
    traits: tuple[str, ...] = field(default=(), compare=False)

    @property
    def deleted(self) -> bool:
        """Tell whether this version is a deletion."""
        return self.method == "DELETE"


def next_instant(previous: Version | None, now: datetime) -> datetime:
    """Give the lastUpdated of the version after `previous`: now, but later than `previous`.

    It strictly increases per resource, also when the clock stands still or goes back.
    """
    if previous is None or now > previous.last_updated:
        return now
    return previous.last_updated + timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Query:
    """A search on one type: filter, order, page.

    `count` None means no limit (exports); `after` is the opaque position a page ended at, `before`
    the position it began at (for `previous` links). Without `sort` the order is by id; through a
    chain to a name, by whose it is. `types` with several entries is a system-level search: order is
    then by type and id unless `sort` says `_lastUpdated`.
    """

    types: tuple[str, ...]
    filter: Filter
    sort: tuple[SortKey, ...] = ()
    count: int | None = 50
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search; positions are None where nothing follows or precedes."""

    matches: tuple[Version, ...]
    next: str | None = None
    previous: str | None = None
    total: int | None = None
    """How many match in all, where finding the page told; above 1,000 there may be more."""
    filter: Filter | None = None
    """What the filter came to once its chains were found, for who counts the same matches."""


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """A history: of one resource (`type`, `id`), a type (`type`), or everything; newest first."""

    type: str | None = None
    id: str | None = None
    since: datetime | None = None
    at: tuple[datetime, datetime] | None = None
    """Versions that were current at some time in this interval."""
    count: int = 50
    after: str | None = None
    before: str | None = None
    """A position to go on after, or before; not both."""
    deletions: bool = False
    """Only deletions, and a filter looks at nothing but what they keep."""
    filter: Filter | None = None
    """Must hold for a version, as far as versions keep what it looks at, and, where it looks at
    marks or at index values, for the living resource too."""


@dataclass(frozen=True, slots=True)
class Event:
    """One committed version, as followers learn of it."""

    version: Version
    compartments: tuple[str, ...]
    token: str
    """Opaque: `Store.events` goes on after it."""


class Reader(Protocol):
    """Reads; inside a write session they see the session's own writes."""

    async def read(self, type: str, id: str, within: Filter = EVERYTHING) -> Version | None:
        """Give the current version (perhaps a deletion), or None if the id was never used.

        With `within`, only a living version that it lets through.
        """
        ...

    async def read_many(
        self,
        keys: Sequence[tuple[str, str]],
        *,
        deleted: bool = False,
        within: Mapping[str, Filter] = NOWHERE,
    ) -> dict[tuple[str, str], Version]:
        """Give the current versions of (type, id) keys; deletions only when `deleted` asks.

        `within` restricts those of a type, to living ones that it lets through.
        """
        ...

    async def vread(self, type: str, id: str, version: int) -> Version | None:
        """Give one version, perhaps a deletion, or None."""
        ...

    async def history(self, query: HistoryQuery) -> Page:
        """Give one page of versions, newest first."""
        ...

    async def history_count(self, query: HistoryQuery) -> int:
        """Count the versions of a history, ignoring paging."""
        ...

    async def search(self, query: Query) -> Page:
        """Give one page of matches."""
        ...

    async def first_of_each(self, queries: Sequence[Query]) -> list[tuple[Version, ...]]:
        """Give what comes first of several searches, each on one type, as many as it takes."""
        ...

    async def pointers(self, type: str, index: str, filter: Filter) -> list[str]:
        """Give what the living resources that match refer to at a reference index, each once."""
        ...

    async def revisions(self, keys: Sequence[str]) -> tuple[int, ...]:
        """Give, for each key, how often resources that touch it were written (`search.marks`)."""
        ...

    async def count(
        self, types: Sequence[str], filter: Filter, *, accurate: bool, limit: int | None = None
    ) -> int:
        """Count matches; not accurate may use collection statistics where nothing restricts."""
        ...


class WriteSession(Reader, Protocol):
    """One transaction."""

    async def lock(self, key: str) -> None:
        """Make racing sessions that lock the same key run one after the other.

        Must come before the reads it protects.
        """
        ...

    async def lock_many(self, keys: Sequence[str]) -> None:
        """Lock several keys in one round trip; everyone has to name them in the same order."""
        ...

    async def put(self, version: Version, extraction: Extraction) -> None:
        """Store a new current version; conflicts if another session wrote the same resource."""
        ...

    async def put_many(self, items: Sequence[tuple[Version, Extraction]]) -> None:
        """Store many new current versions in few round trips; each as `put` would.

        The keys (type, id) are all different. Version 1 means that the id was never used.
        """
        ...

    async def delete(self, version: Version) -> None:
        """Store a deletion as the newest version."""
        ...


class SecretLinks(Protocol):
    """Links whose secret alone opens something; at most one an owner."""

    async def replace(self, owner: str, digest: str | None) -> None:
        """End the owner's link, and put another in its place if one is given."""
        ...

    async def owner(self, digest: str) -> str | None:
        """Give what a link opens, or None for one that is unknown or ended."""
        ...


class Store(Reader, Protocol):
    """The store."""

    def stream(self, query: Query) -> AsyncIterator[Version]:
        """Iterate over all matches, in the order of pages."""
        ...

    async def write(self, work: Callable[[WriteSession], Awaitable[T]]) -> T:
        """Run `work` in one transaction, again from the start on a transient conflict.

        `work` must have no effects outside its session. Raises what `work` raises, or
        `FhirError(CONFLICT)` when retries run out.
        """
        ...

    async def create(self, version: Version, extraction: Extraction) -> None:
        """Store version 1 of a resource with a fresh, server-assigned id.

        The fast path of a create: nothing can conflict, so writes may be committed together.
        """
        ...

    async def create_many(self, items: Sequence[tuple[Version, Extraction]]) -> None:
        """Store version 1 of many new resources, a batch a transaction: for imports.

        Raises `FhirError(CONFLICT)` if an id was used before; earlier batches are stored then.
        """
        ...

    def events(self, after: str | None = None) -> AsyncIterator[Event]:
        """Follow all committed versions in commit order, from a token or from now on.

        Every version comes at least once, deletions included. Waits for more without end. Raises
        `FhirError(DELETED)` when the token is too old; the histories tell what was missed.
        """
        ...

    def secret_links(self) -> SecretLinks:
        """Give the secret links that were handed out."""
        ...

    async def types(self) -> list[str]:
        """Give the types that were ever written, by any process."""
        ...

    async def ping(self) -> None:
        """Raise `FhirError(UNAVAILABLE)` if the database cannot be reached."""
        ...
