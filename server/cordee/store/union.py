"""Several questions to the database sent as one command.

https://www.mongodb.com/docs/manual/reference/operator/aggregation/unionWith/
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from cordee.store.connection import Collection, Document

Stages: TypeAlias = list[dict[str, Any]]


async def united(
    parts: Sequence[tuple[Collection, Stages]], milliseconds: int | None = None
) -> list[Document]:
    """Give what pipelines find, each in its collection: one after the other, in their orders.

    Collections need not be there. There must be one part at least; no transaction can do so.
    """
    (collection, stages), *others = parts
    union: Stages = [
        {"$unionWith": {"coll": other.name, "pipeline": more}} for other, more in others
    ]
    limits: dict[str, Any] = {} if milliseconds is None else {"maxTimeMS": milliseconds}
    cursor = await collection.aggregate([*stages, *union], **limits)
    return await cursor.to_list()
