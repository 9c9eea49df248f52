"""The id of a resource: an id and nothing else.

https://hl7.org/fhir/R4/resource.html#id
"""

from typing import Any

from cordee.validation.place import Place
from cordee.validation.run import Run


def resource_id(value: Any, place: Place, run: Run) -> None:
    """Refuse extensions on the id of a resource."""
    if "_id" in value:
        run.add("resource-id-extended", (place, "id", -1))
