"""The body of a document: its sections, the entries that are read, and what is not.

https://esante.gouv.fr/volets-contenus
"""

from collections.abc import Iterator

from cordee.bridges.cda.reading.care_plan import PLAN, care_plan
from cordee.bridges.cda.reading.entries import parts
from cordee.bridges.cda.reading.entries.registry import reader
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading

_CLINICAL = [
    "act",
    "encounter",
    "observation",
    "observationMedia",
    "organizer",
    "procedure",
    "regionOfInterest",
    "substanceAdministration",
    "supply",
]
_CONTAINERS = frozenset(("act", "organizer"))
_LINKS = ("entryRelationship", "component")


def sections(reading: Reading, node: Node) -> None:
    """Read the sections below an element, outer ones first."""
    for link in node.all("component"):
        for section in link.all("section"):
            _section(reading, section)
            sections(reading, section)


def _section(reading: Reading, node: Node) -> None:
    made = [row for link in node.all("entry") for row in _entry(reading, link)]
    code, title = node.one("code"), node.one("title")
    for name in ("id", "languageCode", "confidentialityCode"):
        for row in node.all(name):
            row.whole()
    named = title.words() if title is not None else ""
    key = code.whole().get("code") if code is not None else ""
    if key == PLAN and made:
        care_plan(reading, node, named, made)
    inner = any(link.peek("section") for link in node.peek("component"))
    if not node.peek("entry") and not inner:
        reading.note(
            node,
            f"The section {_called(node, named, key)} has words alone: they stay in the document",
        )
    left = list(dict.fromkeys(row.name for row in node.rest() if row.name != "section"))
    if left and not node.peek("entry") and not inner:
        reading.note(
            node, f"Of the section {_called(node, named, key)} {_list(left)} is not mapped"
        )


def _entry(reading: Reading, link: Node) -> Iterator[dict[str, str]]:
    for name in _CLINICAL:
        for node in link.all(name):
            yield from _clinical(reading, node)


def _clinical(reading: Reading, node: Node) -> Iterator[dict[str, str]]:
    if parts.of_another(reading, node):
        return
    read = reader(node)
    if read is None:
        _unmapped(reading, node)
        yield from _within(reading, node)
        return
    yield from read(reading, node)
    left = list(node.rest())
    if left:
        told = list(dict.fromkeys(_told(row) for row in left))
        reading.note(node, f"Of the entry {parts.kind_of(node)} is not mapped: {_list(told)}")
    node.whole()


def _within(reading: Reading, node: Node) -> Iterator[dict[str, str]]:
    """Read what a mere container holds; inside anything else an entry may mean something else."""
    for name in _LINKS if node.name in _CONTAINERS else ():
        for link in node.peek(name):
            for kind in _CLINICAL:
                for inner in link.peek(kind):
                    if reader(inner) is not None or any(inner.peek(way) for way in _LINKS):
                        yield from _clinical(reading, inner)
    node.whole()


def _unmapped(reading: Reading, node: Node) -> None:
    reading.note(
        node,
        f"The entry {parts.kind_of(node)} is not covered by the mapping: it stays in the document",
        code="not-supported",
    )


def _told(node: Node) -> str:
    inner = next((kid for name in _CLINICAL for kid in node.peek(name)), None)
    return node.name if inner is None else f"{node.name} {parts.kind_of(inner)}"


def _called(node: Node, title: str, code: str) -> str:
    templates = ", ".join(node.templates) or "none"
    return f"{title!r} ({code or 'no code'}; templates: {templates})"


def _list(names: list[str]) -> str:
    return "; ".join(names)
