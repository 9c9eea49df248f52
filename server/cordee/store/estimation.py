"""Totals that need not be exact: what little matches is counted, the rest guessed from a sample.

https://hl7.org/fhir/R4/search.html#total
"""

from typing import Any

from cordee.store.connection import Collection, Document

COUNTED = 1_000
"""Matches up to which a total is exact."""
SAMPLE = 1_000
"""Resources that are looked at, whatever the size of the record: one error in thirty, roughly."""
RARE = 20
"""MongoDB reads everything for a sample of more than one resource in so many."""


async def estimated(collection: Collection, query: Document, milliseconds: int) -> int:
    """Give about how many documents match; never less than were counted, exact where few do."""
    whole: int = await collection.estimated_document_count()
    if not query:
        return whole
    limit: Document = {} if whole < SAMPLE * RARE else {"limit": COUNTED + 1}
    counted: int = await collection.count_documents(query, maxTimeMS=milliseconds, **limit)
    if counted <= COUNTED or not limit:
        return counted
    stages: list[dict[str, Any]] = [
        {"$sample": {"size": SAMPLE}},
        {"$match": query},
        {"$count": "n"},
    ]
    cursor = await collection.aggregate(stages, maxTimeMS=milliseconds)
    hits = sum(row["n"] for row in await cursor.to_list())
    guess: int = round(whole * hits / SAMPLE)
    return max(counted, guess)
