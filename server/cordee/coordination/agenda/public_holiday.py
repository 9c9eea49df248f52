"""Public holidays of France, as agendas leave them out.

Code du travail, L3133-1 and, for the departments of Alsace and Moselle, L3134-13.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter

FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
"""(month, day) of each year."""
MOVING = (1, 39, 50)
"""Days after Easter Sunday: its Monday, Ascension, Whit Monday."""

_EASTERN = (((12, 26),), (-2,))
PLACES: Mapping[str, tuple[tuple[tuple[int, int], ...], tuple[int, ...]]] = {
    "FR": ((), ()),
    **dict.fromkeys(("FR-57", "FR-67", "FR-68"), _EASTERN),
}
"""Place (ISO 3166) → what it has beside the rest of the country: fixed days, days after Easter."""


@lru_cache(maxsize=64)
def public_holidays(year: int, place: str) -> frozenset[date]:
    """Give the public holidays of a year at a place that `PLACES` has."""
    fixed, moving = PLACES[place]
    sunday = easter(year)
    days = {date(year, month, day) for month, day in (*FIXED, *fixed)}
    return frozenset(days | {sunday + timedelta(days=after) for after in (*MOVING, *moving)})
