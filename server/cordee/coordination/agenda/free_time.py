"""Free times of several people, found in the free slots of their agendas.

A time is free for somebody if their free slots cover it without a gap. It begins where a slot of
somebody begins, and is given with all slots that it takes.

https://hl7.org/fhir/R4/slot.html
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Free:
    """One free slot: its time and its reference, "Slot/1"."""

    start: datetime
    end: datetime
    name: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A free time: whose, and the slots it takes."""

    start: datetime
    end: datetime
    members: tuple[str, ...]
    slots: tuple[str, ...]


def common(agendas: Mapping[str, Sequence[Free]], duration: timedelta | None) -> Iterator[Proposal]:
    """Give the times at which everybody is free, earliest first; without a duration one slot's."""
    ordered = {member: sorted(slots) for member, slots in agendas.items()}
    starts = sorted({slot.start for slots in ordered.values() for slot in slots})
    for start in starts if ordered else ():
        lasting = duration or _longest(ordered, start)
        if lasting is None:
            continue
        taken = [_covering(slots, start, start + lasting) for slots in ordered.values()]
        if all(taken):
            names = tuple(slot.name for slots in taken for slot in slots)
            yield Proposal(start, start + lasting, tuple(ordered), names)


def each(agendas: Mapping[str, Sequence[Free]], duration: timedelta | None) -> list[Proposal]:
    """Give the times at which anybody is free, earliest first, each for one person."""
    found = [
        proposal
        for member, slots in agendas.items()
        for proposal in common({member: slots}, duration)
    ]
    return sorted(found, key=lambda one: (one.start, one.members))


def _longest(agendas: Mapping[str, Sequence[Free]], start: datetime) -> timedelta | None:
    """Give the length of the longest slot that begins at a time."""
    lengths = [
        slot.end - slot.start for slots in agendas.values() for slot in slots if slot.start == start
    ]
    return max(lengths, default=None)


def _covering(slots: Sequence[Free], start: datetime, end: datetime) -> list[Free]:
    """Give the slots that cover a time without a gap, or nothing."""
    place = bisect_right(slots, start, key=lambda slot: slot.start) - 1
    found: list[Free] = []
    reached = start
    while place >= 0 and place < len(slots) and reached < end:
        slot = slots[place]
        if slot.start > reached or slot.end <= reached:
            return []
        found.append(slot)
        reached = slot.end
        place += 1
    return found if reached >= end else []
