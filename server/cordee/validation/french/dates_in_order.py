"""Dates of a person in the order of life.

https://hl7.org/fhir/R4/patient.html
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from cordee.resource.date_interval import interval, milliseconds
from cordee.validation.place import Place, label
from cordee.validation.run import Run

TOMORROW = timedelta(days=1)
"""A day that has begun further east has not begun everywhere."""


def dates_in_order(value: Any, place: Place, run: Run) -> None:
    """Refuse a birth in the future, and a death before the birth."""
    born, died = value.get("birthDate"), value.get("deceasedDateTime")
    birth = interval(born) if isinstance(born, str) else None
    if birth and birth[0] > milliseconds(datetime.now(UTC) + TOMORROW):
        run.add("birth-in-future", (place, "birthDate", -1), born=born)
    death = interval(died) if isinstance(died, str) else None
    if birth and death and death[1] <= birth[0]:
        at: Place = (place, label("deceased", "dateTime"), -1)
        run.add("death-before-birth", at, born=born, died=died)
