"""What one resource alone cannot answer, asked of the store: chains and `_has`.

https://hl7.org/fhir/R4/search.html#chaining
"""

from collections.abc import Mapping

from cordee.interactions.services import Services
from cordee.resource.types import Resource
from cordee.search.filter import Chain, Has, Ids, Reference, all_of
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
        query = Query((question.target_type,), all_of((Ids(ids), question.filter)), count=1)
        return bool((await services.store.search(query)).matches)

    async def _reversed(question: Has, extraction: Extraction) -> bool:
        own = Reference(question.index, (f"{extraction.type}/{extraction.id}",))
        query = Query((question.source_type,), all_of((own, question.filter)), count=1)
        return bool((await services.store.search(query)).matches)

    return ask
