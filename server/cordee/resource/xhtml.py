"""The narrative's `div`: an element in XML, a string in JSON.

https://hl7.org/fhir/R4/narrative.html
"""

import re
from copy import deepcopy
from html.entities import html5
from typing import Any

from lxml import etree

from cordee.resource.xml_document import XHTML, attributes

_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*;)")
_XML_ENTITIES = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))
_NAMESPACES: Any = {None: XHTML}  # the stubs do not know default namespaces
_SPLIT = re.compile(r"<!---?>|<!\[CDATA\[[^>]*(?<!\]\])>|<\?[^>]*(?<!\?)>")
"""Comments, quoted text and instructions of XML that end sooner in HTML: marks of HTML follow."""
_parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True)


def to_string(element: etree._Element) -> str:
    """Write a div as JSON holds it: `<div xmlns="…">`, without declarations it does not use."""
    if element.nsmap != _NAMESPACES:
        element = deepcopy(element)
        if element.prefix is not None:
            element = _with_default_namespace(element)
        etree.cleanup_namespaces(element)
    return etree.tostring(element, encoding="unicode", with_tail=False)


def to_element(text: str) -> etree._Element:
    """Read a div; entities that only HTML knows become their characters.

    Raises `etree.XMLSyntaxError` when the text is not well-formed XML with one root element, and
    `ValueError` when it declares a document type, or hides from XML what HTML would read: pages
    show this text as it is.
    """
    if "<!DOCTYPE" in text:
        raise ValueError("A document type declaration is not allowed")
    if _SPLIT.search(text):
        raise ValueError("A comment, CDATA section or instruction would end sooner in HTML")
    return etree.fromstring(_ENTITY.sub(_character, text).encode(), _parser)


def _character(found: re.Match[str]) -> str:
    name = found[1]
    return found[0] if name in _XML_ENTITIES else html5.get(name, found[0])


def _with_default_namespace(element: etree._Element) -> etree._Element:
    made = etree.Element(element.tag, nsmap=_NAMESPACES)
    made.attrib.update(attributes(element))
    made.text = element.text
    made.extend(element)
    return made
