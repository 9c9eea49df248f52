"""Places in XML text: line and column of each element.

Only run when something is wrong, on text that `xml.parse` could read.
"""

from contextlib import suppress
from xml.parsers import expat

from cordee.resource.locations import Place


def locate(data: bytes) -> Place:
    """Map well-formed XML text to places; a place is where the element's tag starts.

    The element that names the type of a nested resource is not a step of a path, so its members
    are those of its parent (`contained`, `resource`).
    """
    parser = expat.ParserCreate(encoding="utf-8")
    root: list[Place] = []
    stack: list[Place] = []

    def start(name: str, _: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        place = Place(parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        if not stack:
            root.append(place)
        elif local[0].isupper():
            place = stack[-1]
        else:
            stack[-1].members.setdefault(local, []).append(place)
        stack.append(place)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: stack.pop()
    # Where the two parsers disagree about a name, the places up to it are still right.
    with suppress(expat.ExpatError):
        parser.Parse(data, True)
    return root[0] if root else Place(1, 1)
