"""The ends of the words of names: what `:contains` reads instead of every name there is.

"marie lefevre" ends in "marie", "arie", … and "lefevre", "efevre", "fevre", … "re", so that "fev"
is found where something begins with it. One list stands for all parameters of names; what has to
hold for the parameter asked is tested beside it. Other strings have none: addresses and
descriptions are seldom asked for by their middle, and each end is a key of an index.

https://hl7.org/fhir/R4/search.html#string
"""

from bson.regex import Regex

from cordee.search.filter import Text
from cordee.search.values import IndexValues
from cordee.store.connection import Document
from cordee.store.pattern import literal

NAMES = frozenset(("name", "family", "given"))
"""The parameters whose words have ends."""
FIELD = "n"
LONGEST = 12
"""Characters of an end; what is asked beyond them is tested on the name itself."""
SHORTEST = 2
"""Single letters are not worth a key: everything has them."""
MOST = 400
"""Ends of one resource; one with more has `ANY` alone, and is looked at by every search."""
ANY = "*"


def word_ends(values: IndexValues) -> list[str]:
    """Give the ends of the words of a resource's names, each once."""
    words = {
        word for name in NAMES for value in values.get(name, ()) for word in value["f"].split()
    }
    length = sum(map(len, words))
    ends = {
        word[start : start + LONGEST]
        for word in (words if length <= MOST else ())
        for start in range(len(word) - SHORTEST + 1)
    }
    return sorted(ends) if length <= MOST else [ANY]


def narrowed(node: Text) -> Document | None:
    """Give what everything that matches has among its ends; None where ends say nothing."""
    if node.mode != "contains" or node.index not in NAMES:
        return None
    longest = max(node.value.split(), key=len, default="")[:LONGEST]
    if len(longest) < SHORTEST:
        return None
    return {FIELD: {"$in": [Regex(f"^{literal(longest)}"), ANY]}}
