"""The names of places in a document: `ClinicalDocument.author[0].time`.

https://hl7.org/fhirpath/N1/#path-selection
"""

from collections import Counter

from lxml import etree


class Places:
    """Names the elements below a root; each parent's children are counted once."""

    def __init__(self, root: etree._Element) -> None:
        """Begin with nothing counted."""
        self._root = root
        self._steps: dict[etree._Element, dict[etree._Element, str]] = {}

    def expression(self, element: etree._Element) -> str:
        """Name an element as FHIRPath on the CDA model does, by number where it has twins."""
        steps: list[str] = []
        current = element
        while current is not self._root:
            parent = current.getparent()
            if parent is None:
                break
            steps.append(self._step(parent, current))
            current = parent
        return ".".join((_name(current), *reversed(steps)))

    def _step(self, parent: etree._Element, child: etree._Element) -> str:
        known = self._steps.get(parent)
        if known is None:
            children = list(parent.iterchildren(etree.Element))
            twins = Counter(one.tag for one in children)
            seen: Counter[str] = Counter()
            known = self._steps[parent] = {}
            for one in children:
                alone = twins[one.tag] == 1
                known[one] = _name(one) if alone else f"{_name(one)}[{seen[one.tag]}]"
                seen[one.tag] += 1
        return known[child]


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)
