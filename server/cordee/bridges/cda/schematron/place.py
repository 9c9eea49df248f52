"""From the path of a node, as XPath's `fn:path` gives it, to its element and its line.

https://www.w3.org/TR/xpath-functions-31/#func-path
"""

import re

from lxml import etree

_STEP = re.compile(r"/Q\{([^}]*)\}([^/\[]+)\[(\d+)\]")


def element_at(root: etree._Element, path: str) -> etree._Element:
    """Give the element at a path, or the deepest one above an attribute, text or comment."""
    found = root
    for number, step in enumerate(_STEP.finditer(path)):
        if number == 0:
            continue
        rows = found.findall(f"{{{step[1]}}}{step[2]}")
        if len(rows) < int(step[3]):
            return found
        found = rows[int(step[3]) - 1]
    return found


def expression(root: etree._Element, element: etree._Element) -> str:
    """Name an element as FHIRPath on the CDA model does: `ClinicalDocument.author[0].time`."""
    steps: list[str] = []
    current: etree._Element | None = element
    while current is not None:
        name = etree.QName(current).localname
        if current is root:
            steps.append(name)
            break
        parent = current.getparent()
        alike = parent.findall(current.tag) if parent is not None else [current]
        steps.append(f"{name}[{alike.index(current)}]" if len(alike) > 1 else name)
        current = parent
    return ".".join(reversed(steps))
