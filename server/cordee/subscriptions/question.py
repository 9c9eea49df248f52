"""What one resource alone cannot answer, asked of the store: chains and `_has`.

https://hl7.org/fhir/R4/search.html#chaining
"""

from cordee.interactions.services import Services
from cordee.search.filter import Chain, Ids, Reference, all_of
from cordee.search.matching import AskStore, Question
from cordee.search.values import Extraction
from cordee.store.port import Query


def asker(services: Services) -> AskStore:
    """Give what answers questions from the store as it is now."""

    async def ask(question: Question, extraction: Extraction) -> bool:
        if isinstance(question, Chain):
            start = f"{question.target_type}/"
            found = extraction.values.get(question.index, ())
            ids = tuple(text[len(start) :] for text in found if text.startswith(start))
            if not ids:
                return False
            query = Query((question.target_type,), all_of((Ids(ids), question.filter)), count=1)
        else:
            own = Reference(question.index, (f"{extraction.type}/{extraction.id}",))
            query = Query((question.source_type,), all_of((own, question.filter)), count=1)
        return bool((await services.store.search(query)).matches)

    return ask
