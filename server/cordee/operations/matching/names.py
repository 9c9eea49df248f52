"""How alike two names are: hyphens, particles, married names, lists of given names, slips.

https://hl7.org/fhir/R4/datatypes.html#HumanName
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from cordee.resource.folding import fold

_SMALL = "al ben d da de del della den der des di dos du e el l la las le les lo los van von"
PARTICLES = frozenset(_SMALL.split())
"""Words that people leave out, glue or put elsewhere."""

ALIKE = 0.7
"""Below this two words are different words."""
PARTIAL = 0.92
"""One of two family names: a married name added, or half of a double name."""
INITIAL = 0.85
LATER = 0.9
"""Somebody goes by a given name that is not the first."""

_BETWEEN = re.compile(r"[^a-z0-9]+")

Words = tuple[str, ...]


@lru_cache(maxsize=65_536)
def words(text: str) -> Words:
    """Split a name into folded words."""
    return tuple(word for word in _BETWEEN.split(fold(text)) if word)


def bare(name: Words) -> Words:
    """Leave the particles out, unless nothing else is there."""
    return tuple(word for word in name if word not in PARTICLES) or name


def families(one: Sequence[Words], other: Sequence[Words]) -> float:
    """Compare the family names of two people, birth and used names: the best pair counts."""
    return max((_family(a, b) for a in one for b in other), default=0.0)


def givens(one: Sequence[Words], other: Sequence[Words]) -> float:
    """Compare the given names of two people: the best pair of lists counts."""
    return max((_given(a, b) for a in one for b in other), default=0.0)


def _family(one: Words, other: Words) -> float:
    if one == other:
        return 1.0
    a, b = bare(one), bare(other)
    if "".join(one) == "".join(other) or sorted(a) == sorted(b):
        return 1.0
    if set(a) < set(b) or set(b) < set(a):
        return PARTIAL
    whole = _alike("".join(a), "".join(b))
    if len(a) == len(b):
        return whole
    return max(whole, PARTIAL * max(_alike(x, y) for x in a for y in b))


def _given(one: Words, other: Words) -> float:
    if not one or not other:
        return 0.0
    shorter = min(len(one), len(other))
    if one[:shorter] == other[:shorter]:
        return 1.0
    if "".join(one[:2]) == other[0] or "".join(other[:2]) == one[0]:
        return 1.0
    first, second = one[0], other[0]
    if 1 in (len(first), len(second)) and first[0] == second[0]:
        return INITIAL
    later = LATER if first in other or second in one else 0.0
    return max(later, _alike(first, second))


def _alike(one: str, other: str) -> float:
    found = DamerauLevenshtein.normalized_similarity(one, other)
    return found if found >= ALIKE else 0.0


def distinct(names: Iterable[Words]) -> tuple[Words, ...]:
    """Leave out what is empty or repeated, keeping the order."""
    return tuple(dict.fromkeys(name for name in names if name))
