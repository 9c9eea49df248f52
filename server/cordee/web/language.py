"""Which language a caller reads: `Accept-Language` → one that messages are kept in.

https://hl7.org/fhir/R4/languages.html#http
"""

from functools import lru_cache

from cordee.validation.messages.catalogue import LANGUAGES
from cordee.web.negotiation import media_type

DEFAULT = "en"


@lru_cache(maxsize=256)
def language(header: str | None) -> str:
    """Give the most wanted language that is kept here; English when none is."""
    if not header:
        return DEFAULT
    # A language range has the same shape as a media range: a name, perhaps with a quality.
    ranges = [media_type(part) for part in header.split(",") if part.strip()]
    for wanted in sorted(ranges, key=lambda row: -row.quality):
        name = wanted.name.partition("-")[0]
        if wanted.quality > 0 and name in LANGUAGES:
            return name
    return DEFAULT
