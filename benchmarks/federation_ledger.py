"""What became of every edit, told from what the two servers show: nothing of the product is asked.

Each edit that was acknowledged is a version of a CareTeam. It is lost if what it said of a
participant was taken away by a merge, and is neither shown, nor in a Task of conflict, nor was
replaced by somebody at the other server who could read it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Said = tuple[tuple[str, str], ...]
"""The stays of a participant: (start, end), in order."""
Circle = Mapping[str, Said]
"""National number of a member → stays."""


@dataclass
class Edit:
    """One edit that a server acknowledged: in its version `version` it said `said` of `who`."""

    server: str
    version: int
    who: str
    said: Said | None
    """None for who was left out: the server says then when their stay ended."""


@dataclass
class Story:
    """All that a server ever showed."""

    name: str
    versions: Mapping[int, Circle]
    merges: set[int]
    """The versions that a merge wrote."""

    def local_change(self, who: str, said: Said) -> bool:
        """Tell whether somebody here replaced what they could read."""
        return any(
            self.versions[number].get(who) == said
            and number + 1 in self.versions
            and number + 1 not in self.merges
            and self.versions[number + 1].get(who) != said
            for number in self.versions
        )

    def fate(self, edit: Edit) -> tuple[str, Said]:
        """Tell what became of an edit here: shown, replaced or merged; and what it said."""
        number = edit.version
        said = edit.said
        if said is None or self.versions[number].get(edit.who) is None:
            number += 1  # the server wrote the stay's end into the next version
            said = self.versions[number][edit.who]
        while number + 1 in self.versions:
            number += 1
            if self.versions[number].get(edit.who) != said:
                return ("merged" if number in self.merges else "replaced"), said
        return "shown", said


@dataclass
class Verdict:
    """The counts of a run."""

    edits: int = 0
    shown: int = 0
    replaced: int = 0
    replaced_by_peer: int = 0
    in_tasks: int = 0
    lost: list[Json] = field(default_factory=list)

    def line(self) -> Json:
        """Give the counts as JSON."""
        return {
            "edits": self.edits,
            "shown": self.shown,
            "replaced_knowingly": self.replaced,
            "replaced_knowingly_by_the_peer": self.replaced_by_peer,
            "only_in_conflict_tasks": self.in_tasks,
            "lost": len(self.lost),
        }


def judge(
    edits: Sequence[Edit], stories: Mapping[str, Story], in_tasks: set[tuple[str, Said]]
) -> Verdict:
    """Say what became of every edit."""
    found = Verdict(len(edits))
    for edit in edits:
        fate, said = stories[edit.server].fate(edit)
        others = [story for name, story in stories.items() if name != edit.server]
        if fate == "shown":
            found.shown += 1
        elif fate == "replaced":
            found.replaced += 1
        elif (edit.who, said) in in_tasks:
            found.in_tasks += 1
        elif any(other.local_change(edit.who, said) for other in others):
            found.replaced_by_peer += 1
        else:
            found.lost.append({"server": edit.server, "version": edit.version, "who": edit.who})
    return found


class Names:
    """Who the references of one server are, by national number."""

    def __init__(self, resources: Sequence[Json]) -> None:
        """Read the professionals and their roles."""
        numbers = {
            f"Practitioner/{each['id']}": row["value"].removeprefix("8")
            for each in resources
            if each["resourceType"] == "Practitioner"
            for row in each.get("identifier", ())[:1]
        }
        self._of = {
            f"PractitionerRole/{each['id']}": numbers[each["practitioner"]["reference"]]
            for each in resources
            if each["resourceType"] == "PractitionerRole"
            and each.get("practitioner", {}).get("reference") in numbers
        }

    def circle(self, team: Json) -> dict[str, Said]:
        """Read who takes part, and when."""
        found: dict[str, list[tuple[str, str]]] = {}
        for row in team.get("participant", ()):
            who = self._of.get(row["member"]["reference"], json.dumps(row["member"]))
            period = row.get("period", {})
            found.setdefault(who, []).append((period.get("start", ""), period.get("end", "")))
        return {who: tuple(sorted(several)) for who, several in found.items()}
