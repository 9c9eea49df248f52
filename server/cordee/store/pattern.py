"""Texts as patterns of MongoDB.

https://www.mongodb.com/docs/manual/reference/operator/query/regex/
"""

import re


def literal(text: str) -> str:
    """Write a pattern that matches a text and nothing else; none can hold a NUL as it is."""
    return re.escape(text).replace("\0", r"\x00")
