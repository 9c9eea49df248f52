"""What reading a text tolerated, told like the validator's own findings.

https://hl7.org/fhir/R4/validation.html
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from cordee.errors import Issue
from cordee.resource.locations import Place
from cordee.resource.xml_faults import TYPE
from cordee.validation.messages import catalogue


def more(language: str) -> Callable[[int], Issue]:
    """Give what makes, of a number of issues that an outcome leaves out, the one that says so."""
    message = catalogue.find("validate-more")

    def left(count: int) -> Issue:
        text = message.text(language, {"count": count})
        return Issue(message.severity, message.code, text, message_id=message.id)

    return left


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
