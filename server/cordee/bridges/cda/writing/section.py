"""A section: what it is called, what fills it, and how it is written as XML.

The narrative and the entries come from the same rows: a row is a line of a table, and its entry
refers to that line.

https://hl7.org/implement/standards/product_brief.cfm?product_id=7
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.writing.element import Element, coded, el, templates, words
from cordee.bridges.cda.writing.record import Record
from cordee.bridges.cda.writing.versions import Identity

Entry = Callable[["Anchor"], Element]
"""Makes an entry for a row, given where the row stands."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a row stands in the narrative, and the ids of its entry."""

    name: str
    identity: Identity

    def id(self, part: str = "") -> Element:
        """Make the id element of an entry, or of a part of it."""
        return el("id", root=self.identity.entry(self.name + part))


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the narrative, and the entry that says the same in codes."""

    cells: tuple[str, ...]
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What fills a section: a table of rows under headings."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]

    def __bool__(self) -> bool:
        return bool(self.rows)


Fill = Callable[[Record], Content]

NOTHING = Content((), ())


def nothing(record: Record) -> Content:  # noqa: ARG001 - the shape of all fillings
    """Fill a section with nothing."""
    return NOTHING


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a document.

    `needed` sections stand there even when empty: then they say so, in words and by `unknown`, the
    entry that tells that nothing is known. `sections` stand inside.
    """

    key: str
    title: str
    fill: Fill = nothing
    code: Code | None = None
    templates: tuple[str, ...] = ()
    needed: bool = False
    absent: str = "Information non renseignée"
    unknown: Entry | None = None
    sections: tuple["Section", ...] = ()
    own_text: bool = True


def write(section: Section, record: Record, identity: Identity) -> Element | None:
    """Write a section as a component of the body; None when it is empty and not needed."""
    content = section.fill(record)
    inner = [write(row, record, identity) for row in section.sections]
    if not content and not section.needed and not any(row is not None for row in inner):
        return None
    anchors = [Anchor(f"{section.key}-{n + 1}", identity) for n in range(len(content.rows))]
    made = el(
        "section",
        *templates(*section.templates),
        el("id", root=identity.entry(section.key)),
        coded("code", section.code) if section.code else None,
        el("title", section.title),
        _text(section, content) if section.own_text else None,
        *(el("entry", entry) for entry in _entries(section, content, anchors, identity)),
        *inner,
    )
    return el("component", made)


def _entries(
    section: Section, content: Content, anchors: list[Anchor], identity: Identity
) -> Iterator[Element]:
    for row, anchor in zip(content.rows, anchors, strict=True):
        if row.entry is not None:
            yield row.entry(anchor)
    if not content and section.unknown is not None:
        yield section.unknown(Anchor(f"{section.key}-0", identity))


def _text(section: Section, content: Content) -> Element:
    if not content:
        return el("text", el("paragraph", section.absent, ID=f"{section.key}-0"))
    if len(content.headings) == 1:
        lines = (
            words("paragraph", row.cells[0], ID=f"{section.key}-{number + 1}")
            for number, row in enumerate(content.rows)
        )
        return el("text", *lines)
    head = el("thead", el("tr", *(el("th", heading) for heading in content.headings)))
    body = el(
        "tbody",
        *(
            el("tr", *(words("td", cell) for cell in row.cells), ID=f"{section.key}-{number + 1}")
            for number, row in enumerate(content.rows)
        ),
    )
    return el("text", el("table", head, body))
