"""A key for how a French name sounds: Dupond and Dupont, Lefebvre and Lefèvre share theirs.

https://hl7.org/fhir/R4/patient.html#search
"""

import re
from functools import lru_cache

from cordee.resource.folding import fold

_RULES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[^a-z]", ""),
        (r"^h", ""),
        (r"aul(?=[tdx]?$)", "o"),
        (r"(eau|au)", "o"),
        (r"ph", "f"),
        (r"(sch|ch|sh)", "x"),
        (r"(qu|q|ck|c(?![eiy]))", "k"),
        (r"(c|ss|sc|z)", "s"),
        (r"gu(?=[aeiy])", "3"),
        (r"g(?=[eiy])", "j"),
        (r"b(?=v)", ""),
        (r"gn", "n"),
        (r"(ai|ei|oe|eu|y|ie)", "e"),
        (r"(?<=.)h", ""),
        (r"w", "v"),
        (r"(am|an|em|en)(?![aeiou])", "1"),
        (r"(im|in|um|un|om|on)(?![aeiou])", "2"),
        (r"(?<=.)[dtsxpezr]+$", ""),
        (r"(?<=.)[aeiou]", ""),
        (r"(.)\1+", r"\1"),
    )
)
"""Applied in order to the folded word; digits stand for nasals (1, 2) and a hard g (3)."""


@lru_cache(maxsize=16_384)
def phonetic_key(word: str) -> str:
    """Give the key of one word; empty when nothing of it sounds."""
    key = fold(word)
    for pattern, sound in _RULES:
        key = pattern.sub(sound, key)
    return key
