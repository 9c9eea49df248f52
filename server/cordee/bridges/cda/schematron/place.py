"""From the path of a node, as XPath's `fn:path` gives it, to its element.

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
