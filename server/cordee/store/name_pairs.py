"""Two names of one person: what "family and given", or "name and name", reads of one index.

Alone, either is borne by many; who bears both are few. A resource keeps its names two by two, so
that bounds on both find them; what has to hold for each parameter is tested beside it.

https://hl7.org/fhir/R4/search.html#string
"""

from collections.abc import Sequence
from itertools import combinations, zip_longest

from cordee.resource.folding import fold_words
from cordee.search.filter import Filter, Text
from cordee.search.values import IndexValues
from cordee.store.connection import Document

FIELD = "p"
FIRST, SECOND = "f", "g"
WHOLE = frozenset(("family", "given"))
"""Parameters whose values are names, spaces included: "de la tour"."""
MIXED = "name"
"""The parameter of all parts of names, and of several in a row: of each value the first word."""
LONGEST = 12
"""Characters of a name; what is asked beyond them is tested on the name itself."""
MOST = 10
"""Names of one resource; one with more has `ANY` alone, and is looked at by every such search."""
ANY = "*"


def name_pairs(values: IndexValues) -> list[Document]:
    """Give the pairs of a resource's names, the lesser first."""
    known = {value["f"][:LONGEST] for name in WHOLE for value in values.get(name, ())}
    known |= {_first_word(value["f"]) for value in values.get(MIXED, ())}
    # Who looks for "jean" finds "jean luc" too: the longer, next in order, stands for both.
    order = sorted(known)
    names = [
        one for one, after in zip_longest(order, order[1:]) if not (after or "").startswith(one)
    ]
    if len(names) > MOST:
        return [{FIRST: ANY, SECOND: ANY}]
    return [{FIRST: one, SECOND: other} for one, other in combinations(names, 2)]


def asked_pair(children: Sequence[Filter]) -> tuple[str, str] | None:
    """Give how the two names begin that a conjunction asks for, the longest; None without two."""
    begins = {begin for child in children if (begin := _begin(child))}
    for one, other in combinations(sorted(begins, key=lambda text: (-len(text), text)), 2):
        # If one begins with the other, a single name may be both.
        if not one.startswith(other):
            return one, other
    return None


def _begin(node: Filter) -> str:
    if not isinstance(node, Text) or node.mode not in {"prefix", "whole", "exact"}:
        return ""
    text = fold_words(node.value) if node.mode == "exact" else node.value
    if node.index == MIXED:
        return _first_word(text)
    return text[:LONGEST] if node.index in WHOLE else ""


def _first_word(text: str) -> str:
    return text.partition(" ")[0][:LONGEST]
