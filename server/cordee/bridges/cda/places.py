"""The names of places in a document: `ClinicalDocument.author[0].time`.

https://hl7.org/fhirpath/N1/#path-selection
"""

from lxml import etree

from cordee.resource.xml_steps import Steps


class Places:
    """Names the elements below a root."""

    def __init__(self, root: etree._Element) -> None:
        """Begin with nothing counted."""
        self._root = root
        self._steps = Steps()

    def expression(self, element: etree._Element) -> str:
        """Name an element as FHIRPath on the CDA model does, by number where it has twins."""
        steps: list[str] = []
        current = element
        while current is not self._root and (parent := current.getparent()) is not None:
            steps.append(self._steps.to(current))
            current = parent
        return ".".join((str(etree.QName(current).localname), *reversed(steps)))
