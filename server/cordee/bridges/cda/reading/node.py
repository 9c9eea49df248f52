"""An element being read, which remembers what nobody asked for.

What a reader leaves unread is told to the caller of an import: nothing is dropped in silence.
"""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from cordee.bridges.cda.namespaces import XSI

_STRUCTURAL = frozenset(("realmCode", "typeId", "templateId", "text"))
"""What says how an element is made; an entry's text repeats the narrative."""
_TYPE = f"{{{XSI}}}type"
_APART = frozenset(("caption", "item", "list", "paragraph", "table", "td", "th", "tr"))
"""Elements of a narrative whose words do not run on into those before them."""


def text_of(element: etree._Element) -> str:
    """Give the text of an element without comments; its lines stay lines, other blanks fold."""
    if not len(element):
        return " ".join((element.text or "").split())
    lines = "".join(_pieces(element)).split("\0")
    return "\n".join(" ".join(line.split()) for line in lines).strip()


def _pieces(element: etree._Element) -> Iterator[str]:
    """Give the text in pieces, with a null character, which no XML has, where a line ends."""
    for event, part in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event in {"comment", "pi"}:
            yield part.tail or ""
            continue
        name = etree.QName(part).localname
        if event == "start":
            yield {"br": "\0"}.get(name, " " if name in _APART else "")
            yield part.text or ""
        elif part is not element:
            yield " " if name in _APART else ""
            yield part.tail or ""


class Node:
    """An element; `name` is without its namespace."""

    __slots__ = ("_asked", "_kids", "_whole", "element", "name")

    def __init__(self, element: etree._Element) -> None:
        """Begin with nothing read."""
        self.element = element
        self.name = etree.QName(element).localname
        self._kids: list[Node] | None = None
        self._asked = False
        self._whole = False

    @property
    def line(self) -> int:
        """The line where the element stands."""
        line: Any = self.element.sourceline
        return line or 1

    @property
    def null(self) -> bool:
        """Whether the element says that it has no value."""
        return self.element.get("nullFlavor") is not None

    @property
    def type(self) -> str:
        """The declared type (`xsi:type`) without its prefix."""
        return self.element.get(_TYPE, "").rpartition(":")[2]

    @property
    def templates(self) -> tuple[str, ...]:
        """The templates that the element follows."""
        return tuple(kid.get("root") for kid in self._children() if kid.name == "templateId")

    def get(self, attribute: str) -> str:
        """Give an attribute, empty when it is absent."""
        return self.element.get(attribute, "").strip()

    def all(self, name: str) -> list["Node"]:
        """Give the children of a name."""
        found = [kid for kid in self._children() if kid.name == name]
        for kid in found:
            kid.ask()
        return found

    def one(self, name: str) -> "Node | None":
        """Give the first child of a name; others of that name stay unread."""
        found = next((kid for kid in self._children() if kid.name == name), None)
        if found is not None:
            found.ask()
        return found

    def at(self, *path: str) -> "Node | None":
        """Give the first descendant along a path of names."""
        found: Node | None = self
        for name in path:
            found = found.one(name) if found is not None else None
        return found

    def peek(self, name: str) -> "list[Node]":
        """Give the children of a name without noting that they were read."""
        return [kid for kid in self._children() if kid.name == name]

    @property
    def asked(self) -> bool:
        """Whether somebody reads this element."""
        return self._asked

    def ask(self) -> None:
        """Note that somebody reads this element."""
        self._asked = True

    def unask(self) -> None:
        """Note that nobody could read this element after all."""
        self._asked = False

    def whole(self) -> "Node":
        """Note that everything in the element was read."""
        self._whole = True
        return self

    def words(self) -> str:
        """Give the text of the element, blanks folded."""
        return text_of(self.element)

    def rest(self) -> "Iterator[Node]":
        """Give what nobody asked for, topmost first; what says it has no value is left out."""
        if self._whole:
            return
        for kid in self._children():
            if kid.name in _STRUCTURAL or kid.null or kid.empty:
                continue
            if kid.asked:
                yield from kid.rest()
            else:
                yield kid

    @property
    def empty(self) -> bool:
        """Whether the element has neither attributes, children nor text."""
        element = self.element
        return not (len(element) or element.attrib or (element.text or "").strip())

    def _children(self) -> "list[Node]":
        if self._kids is None:
            self._kids = [Node(kid) for kid in self.element.iterchildren(etree.Element)]
        return self._kids
