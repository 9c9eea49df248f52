"""What one server knows of a circle: its entries, and how many edits of each server it has seen.

States form a join-semilattice: however they are exchanged, lost, repeated or turned around, servers
that have heard of the same edits hold the same state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cordee.federation.edition import Entry, edition, following, joined, values, winner


@dataclass(frozen=True, slots=True)
class State:
    """Key of a participant → its entry; `clock` has of each server the number of its last edit."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    clock: Mapping[str, int] = field(default_factory=dict)

    def join(self, other: "State") -> "State":
        """Give what both know together."""
        entries = {
            key: joined(self.entries.get(key, frozenset()), other.entries.get(key, frozenset()))
            for key in (*self.entries, *(key for key in other.entries if key not in self.entries))
        }
        return State(entries, highest(self.clock, other.clock))

    def edited(self, server: str, key: str, value: bytes) -> "State":
        """Give the state after an edit that knew all that is said of a participant."""
        seen = following(self.entries.get(key, ()))
        return self._with(server, key, value, seen, frozenset())

    def stated(self, server: str, key: str, value: bytes) -> "State":
        """Give the state after something was said without knowing what was said before."""
        return self._with(server, key, value, {}, self.entries.get(key, frozenset()))

    def _with(
        self, server: str, key: str, value: bytes, seen: Mapping[str, int], beside: Entry
    ) -> "State":
        count = self.clock.get(server, 0) + 1
        new = frozenset((edition(server, {**seen, server: count}, value),))
        return replace(
            self,
            entries={**self.entries, key: joined(beside, new)},
            clock={**self.clock, server: count},
        )

    def winners(self) -> dict[str, bytes]:
        """Give what is shown of each participant."""
        return {key: winner(entry) for key, entry in self.entries.items()}

    def conflicts(self) -> dict[str, list[bytes]]:
        """Give the participants of whom different things are said, with all of these."""
        found = {key: values(entry) for key, entry in self.entries.items()}
        return {key: several for key, several in found.items() if len(several) > 1}


def highest(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Give the higher number of each server."""
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in {**one, **other}}
