"""Dates of a person in the order of life.

https://hl7.org/fhir/R4/patient.html
"""

from typing import Any

from cordee.resource.date_interval import interval
from cordee.validation.place import Place, label
from cordee.validation.run import Run


def dates_in_order(value: Any, place: Place, run: Run) -> None:
    """Refuse a death before the birth."""
    born, died = value.get("birthDate"), value.get("deceasedDateTime")
    if not isinstance(born, str) or not isinstance(died, str):
        return
    birth, death = interval(born), interval(died)
    if birth and death and death[1] <= birth[0]:
        at: Place = (place, label("deceased", "dateTime"), -1)
        run.add("death-before-birth", at, born=born, died=died)
