"""What a narrative may hold.

https://hl7.org/fhir/R4/narrative.html#rules (txt-1 and txt-2)
"""

from functools import lru_cache
from typing import Final

from lxml import etree

from cordee.resource.xhtml import to_element

_XHTML: Final = "{http://www.w3.org/1999/xhtml}"

_ELEMENTS: Final = """
        a abbr acronym address area b bdo big blockquote br caption center cite code col
        colgroup dd del dfn div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins kbd li map nobr ol
        p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul
        var
"""

_ATTRIBUTES: Final = """
        abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing
        cellvalign char charoff charset cite class clear color colspan compact coords datetime
        dir face frame headers height href hreflang hspace id ismap lang longdesc name noshade
        nowrap rel rev rowspan rules scope shape size span src start style summary tabindex
        title type usemap valign value vspace width
"""

ELEMENTS: Final = frozenset(_ELEMENTS.split())
"""HTML 4.0 chapters 7 to 11 (but not forms, frames, scripts and objects), links and images."""

ATTRIBUTES: Final = frozenset(
    (
        *_ATTRIBUTES.split(),
        "{http://www.w3.org/XML/1998/namespace}lang",
        "{http://www.w3.org/XML/1998/namespace}space",
    )
)
"""Attributes that those elements may carry; the names of events (onclick …) are not among them."""


@lru_cache(maxsize=256)
def is_narrative(text: str) -> bool:
    """Tell whether a text is a div with allowed elements and attributes, and is not blank."""
    try:
        root = to_element(text)
    except (etree.XMLSyntaxError, ValueError):
        return False
    if root.tag != f"{_XHTML}div":
        return False
    return all(_is_allowed(element) for element in root.iter()) and _says_something(root)


def _is_allowed(element: "etree._Element") -> bool:
    if isinstance(element, etree._Comment):  # noqa: SLF001 - lxml has no other name for it
        return True
    if not isinstance(element.tag, str) or not element.tag.startswith(_XHTML):
        return False
    if element.tag.removeprefix(_XHTML) not in ELEMENTS:
        return False
    return all(name in ATTRIBUTES for name in element.attrib)


def _says_something(root: "etree._Element") -> bool:
    return any(part.strip() for part in root.itertext(etree.Element)) or (
        root.find(f".//{_XHTML}img") is not None
    )
