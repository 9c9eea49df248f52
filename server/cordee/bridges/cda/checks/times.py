"""Times: written as HL7 V3 does, and in an order that can be."""

import re
from collections.abc import Iterator

from lxml import etree

from cordee.bridges.cda.checks.fault import Fault, find, find_all
from cordee.bridges.cda.document import Document
from cordee.bridges.cda.namespaces import tag
from cordee.errors import Severity

_TIME = re.compile(r"\d{4,14}(\.\d{1,4})?([+-]\d{3,4})?")
_TIMES = frozenset(map(tag, ("effectiveTime", "time", "birthTime", "low", "high")))
_HEADER = frozenset({tag("component")})
"""Children of the document that are not its header."""


def check_form(document: Document) -> Iterator[Fault]:
    """Tell of times in the header that are not yyyymmddhhmmss, cut short or not, with a zone."""
    for part in document.root:
        if part.tag in _HEADER:
            continue
        for row in part.iter(*_TIMES):
            value = row.get("value")
            if value is not None and not _TIME.fullmatch(value):
                yield Fault("time-form", row, f"{value!r} is not a time (yyyymmddhhmmss+zzzz)")


def check_order(document: Document) -> Iterator[Fault]:
    """Tell of periods that end before they begin, and of documents older than their patient."""
    for part in document.root:
        for row in part.iter(tag("effectiveTime"), tag("time")):
            low, high = find(row, "low"), find(row, "high")
            if _before(high, low):
                yield Fault("time-order", row, "The period ends before it begins", Severity.WARNING)
    made = find(document.root, "effectiveTime")
    for born in find_all(document.root, "recordTarget/patientRole/patient/birthTime"):
        if _before(made, born):
            text = "The patient was born after the document was made"
            yield Fault("time-birth", born, text, Severity.WARNING)


def _before(first: etree._Element | None, second: etree._Element | None) -> bool:
    """Compare as far as both are precise; times of different zones are not compared below days."""
    if first is None or second is None:
        return False
    one, two = first.get("value") or "", second.get("value") or ""
    length = min(len(one.split("+")[0].split("-")[0]), len(two.split("+")[0].split("-")[0]))
    if one[len(one.rstrip("0123456789+-")) :][-5:] != two[-5:]:
        length = min(length, 8)
    left, right = one[:length], two[:length]
    return left.isdigit() and right.isdigit() and left < right
