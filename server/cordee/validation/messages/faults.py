"""What reading a text tolerated, told like the validator's own findings.

https://hl7.org/fhir/R4/validation.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cordee.errors import Issue
from cordee.resource.locations import Place
from cordee.resource.xml_faults import TYPE
from cordee.validation.messages import catalogue


def tell(faults: Iterable[Issue], language: str, text: Place) -> Iterator[Issue]:
    """Give the faults in a language, with line and column.

    Resources of unknown types are left out: they are still there for the validator, which says so.
    """
    for fault in faults:
        if fault.message_id is None or fault.message_id == TYPE:
            continue
        message = catalogue.find(fault.message_id)
        line, column = text.find(fault.expression or "")
        yield replace(
            fault,
            severity=message.severity,
            code=message.code,
            diagnostics=message.text(language, fault.arguments),
            line=line,
            column=column,
        )
