"""Parts of a record, as filters that every query obeys, and their algebra.

What a provision is about cannot always be told of a resource. So it has two borders: `wide` is what
it may be about, which a denial denies, `sure` what it is about for certain, which a permit permits.
"""

from dataclasses import dataclass

from cordee.search.filter import EVERYTHING, NOTHING, Filter, Not, all_of, any_of


@dataclass(frozen=True, slots=True)
class Region:
    """What of one type a rule is about: `wide` at most, `sure` at least."""

    wide: Filter
    sure: Filter


WHOLE = Region(EVERYTHING, EVERYTHING)
NOWHERE = Region(NOTHING, NOTHING)
UNSURE = Region(EVERYTHING, NOTHING)
"""What nobody can tell: it may be anything, and is nothing for certain."""


def both(*filters: Filter) -> Filter:
    """Give what lies in all of them."""
    return NOTHING if NOTHING in filters else all_of(filters)


def either(*filters: Filter) -> Filter:
    """Give what lies in one of them."""
    return EVERYTHING if EVERYTHING in filters else any_of(filters)


def but(filter: Filter) -> Filter:
    """Give what lies outside."""
    if filter in (EVERYTHING, NOTHING):
        return NOTHING if filter == EVERYTHING else EVERYTHING
    return filter.child if isinstance(filter, Not) else Not(filter)


def meet(*regions: Region) -> Region:
    """Give what rules are about that must all hold."""
    return Region(both(*(each.wide for each in regions)), both(*(each.sure for each in regions)))


def join(*regions: Region) -> Region:
    """Give what rules are about of which one must hold."""
    return Region(
        either(*(each.wide for each in regions)), either(*(each.sure for each in regions))
    )
