"""What changed in the layout of databases, version by version, and how an older one gets there.

To change what is stored: add an entry at the end. Its work must be safe to run twice, and beside
processes that still write the older layout (expand first; take away only when `least` rises).

| layout | what is new |
|---|---|
| 1 | resources, histories, index values; no mark of the layout |
| 2 | marks of every version, which rules of access look at (`search.marks`), and the writer's |
| 3 | marks of messages to some members of a circle, of what a Consent says; parameters of MHD |
| 4 | the ends of the words of names, which `:contains` reads (`word_ends`) |
| 5 | those of places, too; names two by two (`name_pairs`) |
| 6 | traits, which Consents may turn on (`search.traits`): what lacks them is shut to these |
| 7 | names with towns and years of birth; what takes hours is long in an agenda (`date_bounds`) |
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from cordee.store.catalog import Catalog
from cordee.store.date_bounds import HOURS
from cordee.store.index_plan import IndexSource, has_names
from cordee.store.reindex import Reindex
from cordee.store.remark import Remark
from cordee.store.retrait import Retrait

Work: TypeAlias = Callable[[Catalog, IndexSource, datetime | None], Awaitable[int]]
"""Brings all versions of a database to a layout, or only those written since a moment (older
processes write meanwhile); gives their number."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: the layout it leads to, the oldest that may work beside it, its work."""

    layout: int
    least: int
    title: str
    work: Work


async def _all_marked(catalog: Catalog, source: IndexSource, since: datetime | None) -> int:
    done = 0
    for type in await catalog.types():
        missing = await catalog.current(type).find_one({"a": None}, {"_id": 1})
        if missing is not None and since is None:
            await Reindex(catalog, source).run(type)
        elif since is not None:
            await Reindex(catalog, source).recent(type, since)
        done += await Remark(catalog, source).run(type, since, unmarked=True)
    return done


def _anew(*types: str) -> Work:
    """Compute index values and marks anew for some types: what is extracted of them has changed."""

    async def work(catalog: Catalog, source: IndexSource, since: datetime | None) -> int:
        done = 0
        for type in sorted(set(types).intersection(await catalog.types())):
            found = Reindex(catalog, source)
            await (found.run(type) if since is None else found.recent(type, since))
            done += await Remark(catalog, source).run(type, since)
        return done

    return work


async def _names(catalog: Catalog, source: IndexSource, since: datetime | None) -> int:
    """Compute anew the index values of the types that have names or places."""
    done = 0
    for type in await catalog.types():
        if has_names(source.indexes(type), type):
            found = Reindex(catalog, source)
            done += await (found.run(type) if since is None else found.recent(type, since))
    return done


async def _names_and_hours(catalog: Catalog, source: IndexSource, since: datetime | None) -> int:
    done = await _names(catalog, source, since)
    for type in sorted({type for type, _ in HOURS}.intersection(await catalog.types())):
        found = Reindex(catalog, source)
        done += await (found.run(type) if since is None else found.recent(type, since))
    return done


async def _traits(catalog: Catalog, source: IndexSource, since: datetime | None) -> int:  # noqa: ARG001 - the work's shape
    found = Retrait(catalog)
    return sum([await found.run(type, since) for type in await catalog.types()])


MIGRATIONS: tuple[Migration, ...] = (
    Migration(2, 1, "mark every version for the rules of access", _all_marked),
    Migration(
        3,
        1,
        "mark messages to some members of a circle, and what a Consent says of whom",
        _anew("Communication", "Consent", "DocumentManifest", "DocumentReference"),
    ),
    Migration(4, 1, "find parts of names by the ends of their words", _names),
    Migration(5, 1, "find parts of places, and names two by two", _names),
    Migration(6, 1, "note codes, labels and time, which a Consent may name", _traits),
    Migration(7, 1, "find names with towns and years, and agendas by the hour", _names_and_hours),
)
"""In order; the last one's layout is what this version of Cordée writes."""

LAYOUT = MIGRATIONS[-1].layout
"""The layout this version of Cordée writes and reads."""
