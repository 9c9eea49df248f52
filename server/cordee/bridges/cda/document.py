"""A CDA document read safely: no DTD, no entities, nothing fetched, bounded depth.

A document may present itself: then a stylesheet carries the ClinicalDocument inside.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from cordee.bridges.cda.namespaces import CI_SIS, HL7_FRANCE, tag
from cordee.errors import Category, FhirError
from cordee.resource.xml_document import encoding, malformed

MOST_BYTES = 40_000_000
"""Largest document read; national services take 25 MB at most."""
_LONG = 10_000_000
"""From this many bytes on, libxml2's limits on the length of a text (and on depth) are lifted."""
_STYLESHEET = "{http://www.w3.org/1999/XSL/Transform}stylesheet"
_DOCTYPE = re.compile(rb"<!DOCTYPE|<\0!\0D\0O\0C|\0<\0!\0D\0O\0C")


@dataclass(frozen=True)
class Document:
    """A document; `root` is the ClinicalDocument element in the tree of the whole text."""

    root: etree._Element
    data: bytes
    self_presenting: bool = False

    @cached_property
    def templates(self) -> tuple[tuple[str, str | None], ...]:
        """The document's own templateIds: root, and extension when it has one."""
        rows = self.root.findall(tag("templateId"))
        return tuple((row.get("root", ""), row.get("extension")) for row in rows)

    @property
    def model_templates(self) -> tuple[tuple[str, str | None], ...]:
        """The templateIds that say which model the document follows."""
        return tuple(row for row in self.templates if row[0] not in {HL7_FRANCE, CI_SIS})

    @property
    def clinical_document(self) -> bytes:
        """The ClinicalDocument alone, as UTF-8 XML."""
        return etree.tostring(self.root, encoding="utf-8", with_tail=False)


def read(data: bytes) -> Document:
    """Read a document.

    Raises `FhirError`: TOO_LARGE, MALFORMED (with line and column) for what is not well-formed, has
    a document type declaration or is nested too deeply, UNPROCESSABLE when it is not CDA.
    """
    if len(data) > MOST_BYTES:
        raise FhirError(Category.TOO_LARGE, f"A CDA document has at most {MOST_BYTES} bytes")
    # Looked for before parsing: what is declared there must never be acted upon.
    declared = _DOCTYPE.search(data)
    if declared:
        line = data.count(b"\n", 0, declared.start()) + 1
        raise malformed("A document type declaration is not allowed", line, 1)
    parser = etree.XMLParser(
        encoding=encoding(data),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=len(data) > _LONG,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise malformed(f"The XML is not well-formed: {error.msg}", line, column) from None
    return _document(root, data)


def _document(root: etree._Element, data: bytes) -> Document:
    if root.tag == tag("ClinicalDocument"):
        return Document(root, data)
    inner = root.find(f".//{tag('ClinicalDocument')}") if root.tag == _STYLESHEET else None
    if inner is None:
        raise FhirError(
            Category.UNPROCESSABLE,
            f"This is not a CDA document: the root element is {etree.QName(root).localname}",
        )
    return Document(inner, data, self_presenting=True)
