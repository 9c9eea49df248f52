"""A server that is told of edits of its own that it never made, and what it does about it.

Its database was set back, or somebody invents. Either way its numbers are not its own any more: it
goes on under a new name (`name.2`), and what it shows otherwise than told stands beside what it is
told, as a conflict. Nothing is overruled by an edit nobody here knows of.
"""

from dataclasses import replace

from cordee.federation.edition import winner
from cordee.federation.record import Record
from cordee.federation.state import State


def base_of(server: str) -> str:
    """Give the server that counts under a name."""
    return server.partition(".")[0]


def defended(mine: Record, theirs: State) -> Record:
    """Give our record, with what we show said anew where a peer claims edits we never made."""
    name = mine.server
    if theirs.clock.get(name, 0) <= mine.state.clock.get(name, 0):
        return mine
    server, state = _next(mine, theirs), mine.state
    for key, entry in sorted(mine.state.entries.items()):
        told = theirs.entries.get(key)
        if told is None or winner(told) == winner(entry):
            continue
        if any(own.before(other) for own in entry for other in told):
            state = state.stated(server, key, winner(entry))
    return replace(mine, server=server, state=state)


def _next(mine: Record, theirs: State) -> str:
    base, number = base_of(mine.server), 2
    taken = {*mine.state.clock, *theirs.clock}
    while f"{base}.{number}" in taken:
        number += 1
    return f"{base}.{number}"
