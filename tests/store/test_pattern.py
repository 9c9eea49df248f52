"""Texts as patterns."""

from typing import Any

import pytest
from pymongo import AsyncMongoClient

from cordee.store.pattern import literal

TEXTS = ("a.b", "a+(b)", "a\0b", "\0", "é \\ $ ^", "a|b", "[x]", "#\n")


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
async def test_a_pattern_matches_the_text_alone(
    text: str, mongodb_uri: str, mongodb_database: str
) -> None:
    """Whatever a client asks for, the database reads a pattern, and finds that text."""
    async with AsyncMongoClient[Any](mongodb_uri) as client:
        rows = client[mongodb_database]["texts"]
        await rows.insert_many([{"_id": each, "f": f"<{each}>"} for each in TEXTS])
        found = await rows.find({"f": {"$regex": f"<{literal(text)}>"}}).to_list()
    assert [row["_id"] for row in found] == [text]
