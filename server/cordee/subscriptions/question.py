"""What one resource alone cannot answer, asked of the store: chains and `_has`.

https://hl7.org/fhir/R4/search.html#chaining
"""

from collections.abc import Mapping

from cordee.interactions.services import Services
from cordee.resource.types import Resource
from cordee.search import canonicals
from cordee.search.filter import Chain, Filter, Has, Ids, Reference, all_of
from cordee.search.matching import AskStore, Question, matches_with
from cordee.search.values import Extraction
from cordee.store.port import Query

_NOTHING: Mapping[str, Resource] = {}


def asker(services: Services, contained: Mapping[str, Resource] = _NOTHING) -> AskStore:
    """Give what answers questions from the store as it is now, and from `contained` resources."""

    async def ask(question: Question, extraction: Extraction) -> bool:
        if isinstance(question, Chain):
            return await _chained(question, extraction)
        return await _reversed(question, extraction)

    async def _chained(question: Chain, extraction: Extraction) -> bool:
        if question.canonical:
            named = canonicals.definitions(extraction.values.get(question.index, ()))
            return await _any(services, question.target_type, all_of((named, question.filter)))
        start = f"{question.target_type}/"
        found = [
            text for text in extraction.values.get(question.index, ()) if text.startswith(start)
        ]
        for text in found:
            if text in contained:
                inside = services.registry.extract(contained[text])
                if await matches_with(question.filter, inside, ask):
                    return True
        ids = tuple(text[len(start) :] for text in found if text not in contained)
        if not ids:
            return False
        wanted = all_of((Ids(ids), question.filter))
        return await _any(services, question.target_type, wanted)

    async def _reversed(question: Has, extraction: Extraction) -> bool:
        itself = (f"{extraction.type}/{extraction.id}",)
        names = canonicals.of(extraction) if question.canonical else itself
        own = Reference(question.index, names)
        return await _any(services, question.source_type, all_of((own, question.filter)))

    return ask


async def _any(services: Services, type: str, filter: Filter) -> bool:
    return bool((await services.store.search(Query((type,), filter, count=1))).matches)
