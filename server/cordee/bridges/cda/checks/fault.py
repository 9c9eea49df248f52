"""A fault that a check of ours finds, before it is placed in the text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from cordee.bridges.cda.document import Document
from cordee.bridges.cda.namespaces import CDA, DICOM, LAB, SDTC, XSI
from cordee.errors import Severity

PREFIXES = {"": CDA, "lab": LAB, "ps3-20": DICOM, "sdtc": SDTC, "xsi": XSI}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an element; `key` names the rule, for people and translations."""

    key: str
    element: etree._Element
    text: str
    severity: Severity = Severity.ERROR


Check = Callable[[Document], Iterator[Fault]]


def find(element: etree._Element, path: str) -> etree._Element | None:
    """Give the first element at a path; names without a prefix are CDA's."""
    return element.find(path, PREFIXES)


def find_all(element: etree._Element, path: str) -> list[etree._Element]:
    """Give the elements at a path, the element itself at the empty one."""
    first, only, rest = path.partition("[1]/")
    if only:  # lxml would look for each element among all its twins
        found = element.find(first, PREFIXES)
        return [] if found is None else found.findall(rest, PREFIXES)
    return element.findall(path, PREFIXES) if path else [element]
