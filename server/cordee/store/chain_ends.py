"""What stands at the end of a chain, or at the beginning of a `_has`: all that matches there.

https://hl7.org/fhir/R4/search.html#chaining
"""

from dataclasses import dataclass
from math import isqrt

from pymongo.errors import ExecutionTimeout

from cordee.errors import Category, FhirError
from cordee.search.canonicals import URL, VERSION
from cordee.search.filter import Chain, Filter, Text
from cordee.search.matching import questions
from cordee.store.candidates import CANDIDATES, SHORTLY, Experience, Wanted
from cordee.store.catalog import Catalog
from cordee.store.chains import Chains, TooManyError
from cordee.store.connection import Document, Session
from cordee.store.documents import RIGHTS
from cordee.store.index_plan import BORNE
from cordee.store.query import both

TOLD = 100
"""The square of how many are found by an index alone, for each that there is: whoever bears a more
common name is met sooner in any order."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one search may cost."""

    chain_matches: int = 100_000
    milliseconds: int = 60_000


class ChainEnds:
    """Finds them; with `most`, no more than so many at once: `TooManyError`, not a refusal."""

    def __init__(
        self,
        catalog: Catalog,
        limits: Limits,
        experience: Experience,
        *,
        session: Session | None = None,
        most: int | None = None,
    ) -> None:
        self._catalog = catalog
        self._limits = limits
        self._experience = experience
        self._session = session
        self._most = limits.chain_matches if most is None else min(most, limits.chain_matches)
        self._refusing = self._most == limits.chain_matches

    @property
    def chains(self) -> Chains:
        """Give what resolves chains to these ends."""
        return Chains(self.ids, self.pointers, self._named)

    async def ids(self, type: str, filter: Filter) -> list[str]:
        """Give the ids of what matches."""
        return [document["_id"] for document in await self._find(type, filter)]

    async def pointers(self, type: str, index: str, filter: Filter) -> list[str]:
        """Give what the matches refer to at a reference index, each once."""
        found = await self._find(type, filter, f"sp.{index}")
        values = (document["sp"][index] for document in found)
        return list(dict.fromkeys(value for each in values for value in each))

    async def enough(self, links: Filter, few: int) -> int:
        """Give how many at the end are worth being found before anything else is tried."""
        if not isinstance(links, Chain) or not is_told(links.filter):
            return few
        people = await self._catalog.size(links.target_type)
        return max(few, isqrt(TOLD * people))

    async def known(self, type: str, links: Filter) -> int:
        """Give about how many there are that links of a type may lead to, or come to."""
        ends = {one.target_type if isinstance(one, Chain) else type for one in questions(links)}
        return max([await self._catalog.size(end) for end in sorted(ends)])

    async def _named(self, type: str, filter: Filter) -> list[tuple[str, str | None]]:
        """Give the canonical url and version of definitions."""
        found = await self._find(type, filter, f"sp.{URL}", f"sp.{VERSION}")
        rows = [document["sp"] for document in found]
        return [(row[URL][0], row[VERSION][0]["v"] if VERSION in row else None) for row in rows]

    async def _find(self, type: str, filter: Filter, *fields: str) -> list[Document]:
        """Find everything that matches: ids, or documents that have a first field."""
        wanted, chosen = Wanted(type, filter), {"_id": 1} | dict.fromkeys(fields, 1)
        has = {fields[0]: {"$exists": True}} if fields else {}
        candidates = await self._candidates(type, wanted, chosen, has)
        if candidates is not None:
            return candidates
        found = await self.look(type, both(wanted.query, has), chosen, self._most + 1)
        if len(found) > self._most:
            raise self._too_many(type)
        return found

    async def _candidates(
        self, type: str, wanted: Wanted, fields: Document, has: Document
    ) -> list[Document] | None:
        """Find without the caller's rights, and judge what is found; None if that is too much."""
        shape = wanted.shape
        if shape is None or wanted.alone or self._session or self._experience.more(shape) is None:
            return None
        query, most = both(wanted.rest, has), CANDIDATES + 1
        try:
            found = await self.look(type, query, fields | RIGHTS, most, milliseconds=SHORTLY)
        except ExecutionTimeout:
            found = None
        enough = found is not None and len(found) < most
        self._experience.went(shape, well=enough, hidden=True)
        return wanted.seen(found) if found is not None and enough else None

    async def look(
        self,
        type: str,
        query: Document,
        fields: Document,
        limit: int,
        index: str | None = None,
        *,
        milliseconds: int | None = None,
    ) -> list[Document]:
        """Read documents, in no order; by one index, if it is named."""
        cursor = self._catalog.current(type).find(
            query,
            fields,
            limit=limit,
            batch_size=10_000,
            session=self._session,
            max_time_ms=milliseconds or self._limits.milliseconds,
            hint=index,
        )
        return await cursor.to_list()

    def _too_many(self, type: str) -> Exception:
        if not self._refusing:
            return TooManyError()
        return FhirError(
            Category.TOO_COSTLY,
            f"A chained parameter matches more than {self._limits.chain_matches} resources of "
            f"type {type}; make it narrower.",
        )


def is_told(node: Filter) -> bool:
    """Tell whether an index has the ids of all that match, so that no document is read."""
    return isinstance(node, Text) and node.index in BORNE and node.mode in {"prefix", "whole"}
