"""A document as people read it: the PDF it holds, or one made of its narrative.

Référentiel socle MSSanté #2, ECO.2.1.5: each document also goes as PDF/A-1.
"""

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from lxml import etree

from cordee.bridges.cda.document import Document
from cordee.bridges.cda.namespaces import CDA, tag
from cordee.bridges.cda.reading.node import text_of
from cordee.bridges.cda.writing.section import Content, Row
from cordee.bridges.mssante.naming import label

PDF = "application/pdf"
_SIGN = b"%PDF-"
_MOST_ROWS = 5_000
_EMBEDDED = etree.XPath(
    "c:component/c:nonXMLBody/c:text | .//c:section[c:code/@code='55108-5']//c:value[@mediaType]",
    namespaces={"c": CDA},
)
"""The body of a level 1 document, and the copy that a structured one carries."""
_PLACES = {
    "patient": "c:recordTarget/c:patientRole/c:patient/c:name",
    "author": "c:author/c:assignedAuthor/c:assignedPerson/c:name",
    "structure": "c:author/c:assignedAuthor/c:representedOrganization/c:name",
}


def pdf_of(document: Document) -> bytes:
    """Give the PDF of a document."""
    held: Any = _EMBEDDED(document.root)
    found = next((data for row in held if (data := _embedded(row)) is not None), None)
    if found is not None:
        return found
    # Its libraries take a fifth of a second to import, and most documents carry their PDF.
    from cordee.bridges.cda.writing import pdf  # noqa: PLC0415

    told = {key: _told(document.root, path) for key, path in _PLACES.items()}
    who = [f"Patient : {told['patient']}", f"Auteur : {told['author'] or told['structure']}"]
    return pdf.write(label(document), told["author"], who, list(_parts(document.root)))


def embedded(document: Document) -> Iterator[bytes]:
    """Give every PDF that a document holds."""
    held: Any = _EMBEDDED(document.root)
    yield from (data for row in held if (data := _embedded(row)) is not None)


def _embedded(held: Any) -> bytes | None:
    if held.get("mediaType") != PDF or held.get("representation") != "B64":
        return None
    try:
        data = base64.b64decode("".join((held.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if data.startswith(_SIGN) else None


def _told(root: Any, path: str) -> str:
    found = root.find(path, {"c": CDA})
    return text_of(found) if found is not None else ""


def _parts(root: Any) -> Iterator[tuple[str, Content]]:
    """Give each section: its title, then its paragraphs and tables."""
    for section in root.iter(tag("section")):
        title, text = section.find(tag("title")), section.find(tag("text"))
        name = text_of(title) if title is not None else ""
        if text is None:
            continue
        lines = tuple(Row((line,)) for line in _lines(text))[:_MOST_ROWS]
        yield name, Content(("",), lines)
        for table in text.iter(tag("table")):
            yield "" if lines else name, _table(table)


def _lines(text: Any) -> Iterator[str]:
    """Give the running text, a line for each block; tables are set as such."""
    own = " ".join((text.text or "").split())
    if own:
        yield own
    for block in text.iterchildren(etree.Element):
        if block.tag == tag("list"):
            yield from (f"- {text_of(row)}" for row in block.iter(tag("item")))
        elif block.tag != tag("table"):
            yield text_of(block)
        tail = " ".join((block.tail or "").split())
        if tail:
            yield tail


def _table(table: Any) -> Content:
    """Give a table; rows shorter than its headings are filled up."""
    cells = (tag("th"), tag("td"))
    rows = [
        tuple(text_of(cell) for cell in row.iterchildren(*cells)) for row in table.iter(tag("tr"))
    ][:_MOST_ROWS]
    width = max(map(len, rows), default=0)
    filled = [row + ("",) * (width - len(row)) for row in rows]
    return Content(filled[0], tuple(map(Row, filled[1:]))) if width > 1 else _column(rows)


def _column(rows: list[tuple[str, ...]]) -> Content:
    return Content(("",), tuple(Row(row) for row in rows if row))
