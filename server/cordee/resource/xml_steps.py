"""The steps of FHIRPaths that lead through XML: `name[1]`, by number where an element has twins.

https://hl7.org/fhirpath/N1/#path-selection
"""

from collections import Counter

from lxml import etree


class Steps:
    """Names the elements of one document; each parent's children are counted once."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self._known: dict[etree._Element, dict[etree._Element, str]] = {}

    def to(self, element: etree._Element) -> str:
        """Give the step to an element from the one around it; of a root, its name."""
        parent = element.getparent()
        if parent is None:
            return _name(element)
        known = self._known.get(parent)
        if known is None:
            known = self._known[parent] = {}
            children = list(parent.iterchildren(etree.Element))
            twins = Counter(one.tag for one in children)
            seen: Counter[str] = Counter()
            for one in children:
                alone = twins[one.tag] == 1
                known[one] = _name(one) if alone else f"{_name(one)}[{seen[one.tag]}]"
                seen[one.tag] += 1
        return known[element]


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)
