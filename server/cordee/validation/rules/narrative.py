"""The narrative: safe XHTML, with something in it, whose links lead somewhere.

https://hl7.org/fhir/R4/narrative.html#xhtml
"""

import re
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from cordee.resource.xhtml import to_element
from cordee.validation.place import Place
from cordee.validation.rules.element_ids import ids
from cordee.validation.rules.primitive import excerpt
from cordee.validation.run import Run

NAMESPACE = "http://www.w3.org/1999/xhtml"

_ELEMENTS = """
    p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite
    blockquote hr ul ol li dl dt dd pre table caption colgroup col thead tr tfoot tbody th td
    code samp img map area sub sup address u s del ins kbd center
"""
ELEMENTS = frozenset(_ELEMENTS.split())
"""Elements of a narrative (txt-1); the last few are what practice adds."""

_ATTRIBUTES = """
    title style class id lang dir accesskey tabindex href name target rel src alt height width
    longdesc usemap ismap span align valign border cellpadding cellspacing summary frame rules
    char charoff abbr axis headers scope rowspan colspan nowrap bgcolor shape coords cite type
    start value compact datetime clear size noshade color hreflang charset rev
"""
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
"""Attributes of a narrative: none that runs anything."""

SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp", "data", ""})
"""Schemes a link may have."""

LINKS = frozenset({"href", "src", "cite", "longdesc"})
"""Attributes that hold a link."""

SCRIPTS = frozenset({"javascript", "vbscript"})
"""Schemes of links that run a script."""

_ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;|apos;|#)([A-Za-z]\w*);")
_XML = "{http://www.w3.org/XML/1998/namespace}"


def narrative(value: Any, place: Place, run: Run) -> None:
    """Check the div of a Narrative."""
    text = value.get("div")
    if not isinstance(text, str) or not text.strip():
        return
    at: Place = (place, "div", -1)
    for entity in dict.fromkeys(_ENTITY.findall(text)):
        run.add("narrative-entity", at, entity=entity)
    try:
        div = to_element(text)
    except (etree.XMLSyntaxError, ValueError) as reason:
        run.add("narrative-malformed", at, reason=excerpt(reason, 160))
        return
    if div.tag != f"{{{NAMESPACE}}}div":
        run.add("narrative-root", at)
        return
    _check_content(div, at, run)
    _check_links(div, at, run)


def _check_content(div: etree._Element, at: Place, run: Run) -> None:
    elements: dict[str, None] = {}
    attributes: dict[str, str] = {}
    has_content = bool("".join(str(part) for part in div.itertext()).strip())
    for element in div.iter(etree.Element):
        name = str(element.tag).removeprefix(f"{{{NAMESPACE}}}")
        has_content = has_content or name == "img"
        if name not in ELEMENTS:
            elements[name] = None
        for attribute, text in element.attrib.items():
            key = str(attribute)
            if key in LINKS and _scheme(str(text)) in SCRIPTS:
                run.add("narrative-link-script", at, href=excerpt(text))
            if not key.startswith(_XML) and key not in ATTRIBUTES:
                attributes[key] = name
    for name in elements:
        run.add("narrative-element", at, element=excerpt(name))
    for key, name in attributes.items():
        run.add("narrative-attribute", at, attribute=excerpt(key), element=excerpt(name))
    if not has_content:
        run.add("narrative-empty", at)


def _check_links(div: etree._Element, at: Place, run: Run) -> None:
    targets: set[str] | None = None
    for link in div.iter(f"{{{NAMESPACE}}}a"):
        href = link.get("href")
        if not href:
            continue
        if href.startswith("#"):
            if targets is None:
                targets = _targets(div) | set(ids(run.root))
            if len(href) > 1 and href[1:] not in targets:
                run.add("narrative-link-broken", at, severity=run.options.links, href=excerpt(href))
        elif (scheme := _scheme(href)) not in SCHEMES | SCRIPTS:
            text, weight = excerpt(href), run.options.links
            run.add("narrative-link-scheme", at, severity=weight, href=text, scheme=scheme)


def _scheme(href: str) -> str:
    try:
        return urlsplit(href.strip()).scheme.lower()
    except ValueError:
        return "?"


def _targets(div: etree._Element) -> set[str]:
    named = {str(name) for element in div.iter() for name in [element.get("name")] if name}
    return named | {str(name) for element in div.iter() for name in [element.get("id")] if name}
