"""What of a circle's messages somebody has not read yet, as a search.

Messages to somebody by name count whenever they were sent; those to the whole circle since that
member takes part, so that a newcomer begins with nothing unread. One's own never count.

https://hl7.org/fhir/R4/communication.html
"""

from collections.abc import Sequence

from cordee.coordination.message import ERROR, UNSENT
from cordee.coordination.message_party import TEAM, Parties
from cordee.search.filter import (
    AnyOf,
    Filter,
    Not,
    Range,
    Reference,
    Token,
    Uri,
    all_of,
    any_of,
)
from cordee.search.marks import MESSAGE
from cordee.search.values import LATEST


def unread(parties: Parties, team: str, names: Sequence[str], now: int) -> Filter:
    """Give what is sent to these names or, while they take part, to the circle `team`, unread."""
    mine = tuple(names)
    ways: list[Filter] = [Reference("recipient", mine)]
    stays = [
        stay
        for stay in parties.stays
        if stay.team == TEAM + team and stay.member in mine and stay.covers((now,))
    ]
    if stays:
        since = min(stay.begun for stay in stays)
        told = Range("sent", "ge", since, LATEST)
        ways.append(all_of((Reference("recipient", (TEAM + team,)), told)))
    over = AnyOf(tuple(Token("status", None, status) for status in sorted({ERROR, *UNSENT})))
    return all_of(
        (
            Reference("subject", (parties.person,)),
            Uri("_profile", MESSAGE),
            any_of(ways),
            Not(over),
            Not(Reference("sender", mine)),
            Not(Reference("read-by", mine)),
        )
    )
