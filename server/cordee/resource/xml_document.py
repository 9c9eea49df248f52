"""Reading XML text safely into lxml elements: no DTD, no entities, nothing fetched.

https://hl7.org/fhir/R4/xml.html
https://hl7.org/fhir/R4/security.html#narrative
"""

import re
from typing import Any

from lxml import etree

from cordee.errors import Category, FhirError, Issue, Severity

FHIR = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

_MOST_ATTRIBUTES = 1_000
"""Attributes of one element; each is sought among all, so that many more would take minutes."""
_LARGE = 10_000_000
"""From this many bytes on, libxml2's limits on text length must be lifted."""
_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)""")
_AS_ASCII = re.compile(
    r"utf-?8|(?:us-)?ascii|iso-8859-(?:[1-9]|1[0-13-6])|latin1|(?:windows-|cp)125[0-8]",
    re.IGNORECASE,
)
"""Encodings that write marks as ASCII does."""
_UTF_16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16le", b"\0<": "utf-16be"}
"""What text in UTF-16 begins with."""
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)


def read(data: bytes) -> etree._Element:
    """Parse UTF-8 XML and give its root element, comments kept.

    Raises `FhirError` (MALFORMED, with line and column) for broken XML, another encoding, or a
    document type declaration.
    """
    prolog = _PROLOG.match(data)
    if prolog and data.startswith(b"<!DOCTYPE", prolog.end()):
        line = data.count(b"\n", 0, prolog.end()) + 1
        raise malformed("A document type declaration is not allowed", line, 1)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=len(data) > _LARGE,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise malformed(f"The XML is not well-formed: {error.msg}", line, column) from None


def encoding(data: bytes) -> str:
    """Give the encoding of XML, to be told to its parser, so that both look at the same marks.

    Raises MALFORMED unless marks are written in it as in ASCII or UTF-16: what is looked for in
    bytes, such as a document type declaration, could hide in any other.
    """
    if data[:2] in _UTF_16:
        return _UTF_16[data[:2]]
    declared = _DECLARED.match(data)
    name = declared[1].decode("latin-1") if declared else "utf-8"
    if not _AS_ASCII.fullmatch(name):
        raise malformed(f"The encoding {name[:40]!r} is not read here; send UTF-8", 1, 1)
    return name


def attributes(element: etree._Element) -> list[tuple[str, str]]:
    """Give names and values of an element's attributes; raises MALFORMED when they are too many."""
    if len(element.attrib) > _MOST_ATTRIBUTES:
        reason = f"An element has more than {_MOST_ATTRIBUTES:,} attributes"
        raise malformed(reason, line_of(element), 1)
    return [(str(name), str(value)) for name, value in element.attrib.items()]


def line_of(element: etree._Element) -> int:
    """Give the line (from 1) where an element stands."""
    line: Any = element.sourceline
    return line or 1


def malformed(reason: str, line: int, column: int) -> FhirError:
    """Make the error for text that cannot be read, at a place (1-based)."""
    line, column = max(line, 1), max(column, 1)
    text = f"{reason} (line {line}, column {column})"
    issue = Issue(Severity.FATAL, "structure", text, line=line, column=column)
    return FhirError(Category.MALFORMED, text, issues=[issue])
