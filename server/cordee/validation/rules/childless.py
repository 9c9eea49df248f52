"""An element must have a value or children, an id alone is nothing (ele-1).

https://hl7.org/fhir/R4/element.html
"""

from typing import Any

from cordee.validation.place import Place
from cordee.validation.run import Run


def childless(value: Any, place: Place, run: Run) -> None:
    """Refuse an element that holds only an id."""
    if type(value) is dict and len(value) == 1 and "id" in value:
        run.add("element-empty", place)
