"""Text as searches compare it: without case and accents.

https://hl7.org/fhir/R4/search.html#string
"""

import re
import unicodedata

_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)
_APOSTROPHES = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{NO-BREAK SPACE}": " "})


def fold(text: str) -> str:
    """Lower-case, take accents off, open ligatures, and make runs of white space one space.

    "Hélène  ŒUVRARD" becomes "helene oeuvrard", "Straße" becomes "strasse". Folding twice changes
    nothing more.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    lower = text.casefold().translate(_LIGATURES).translate(_APOSTROPHES)
    bare = "".join(
        char for char in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(char)
    )
    return " ".join(bare.casefold().translate(_LIGATURES).split())


_PUNCTUATION = re.compile(
    r"[!-#%-*,-/:;?@\[-\]_{}"
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
    "\N{MIDDLE DOT}\N{HYPHEN}-\N{HORIZONTAL ELLIPSIS}]"
)


def fold_words(text: str) -> str:
    """Fold, with punctuation as space: "Jean-Luc" becomes "jean luc", and "d'Arc" "d arc".

    What is nothing but punctuation is only folded.
    """
    folded = fold(text)
    return " ".join(_PUNCTUATION.sub(" ", folded).split()) or folded
