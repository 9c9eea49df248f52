"""Where an element stands in submitted text: a tree of places, walked by a FHIRPath.

The trees are made by `json_locations` and `xml_locations`, only once an issue needs a place.
"""

import re
from collections.abc import Iterator

import msgspec


class Place(msgspec.Struct, gc=False):
    """One element in the text (1-based line and column); a member that repeats has several.

    Places make trees, which go by themselves: the collector need not look at millions of them.
    """

    line: int
    column: int
    members: dict[str, list["Place"]] = msgspec.field(default_factory=dict)

    def find(self, expression: str) -> tuple[int, int]:
        """Give line and column of the element that `expression` names.

        `expression` is a simple FHIRPath such as `Patient.name[0].given` or
        `Bundle.entry[1].resource.ofType(Patient).id`; its first step names this place. Where the
        text has no such element, the nearest enclosing one is given.
        """
        place = self.within(expression)
        return place.line, place.column

    def within(self, expression: str) -> "Place":
        """Give the place that `find` tells, so that paths inside it can be found from there."""
        place = self
        for name, kind, index in _steps(expression):
            members = place._named(name, kind)
            if not members or index >= len(members):
                break
            place = members[index]
        return place

    def _named(self, name: str, kind: str | None) -> list["Place"]:
        """Give the places of a member: spelled so, or as a choice."""
        if name in self.members:
            return self.members[name]
        if kind and (spelled := name + kind[0].upper() + kind[1:]) in self.members:
            return self.members[spelled]
        for key, places in self.members.items():
            if key.startswith(name) and key[len(name)].isupper():
                return places
        return []


_OF_TYPE = re.compile(r"\.ofType\((?:FHIR\.)?(\w+)\)")
_STEP = re.compile(
    r"(?P<name>[A-Za-z_]\w*)(?![\w(>])(?:\[x])?(?:<(?P<kind>\w+)>)?(?:\[(?P<index>\d+)])?"
)
_TEXT = re.compile(r"'[^']*'")


def _steps(expression: str) -> Iterator[tuple[str, str | None, int]]:
    """Split into (name, type, index), without the first step, which names the root itself."""
    found = _STEP.finditer(_OF_TYPE.sub(r"<\1>", _TEXT.sub("", expression)))
    first = next(found, None)
    if first and not first["name"][0].isupper():
        yield first["name"], first["kind"], int(first["index"] or 0)
    for step in found:
        yield step["name"], step["kind"], int(step["index"] or 0)
