"""An attachment whose stated size is that of its data.

https://hl7.org/fhir/R4/datatypes.html#Attachment
"""

from binascii import Error, a2b_base64
from typing import Any

from cordee.validation.place import Place
from cordee.validation.run import Run


def attachment(value: Any, place: Place, run: Run) -> None:
    """Compare size and data, where both are there."""
    data, stated = value.get("data"), value.get("size")
    if not isinstance(data, str) or type(stated) is not int:
        return
    try:
        found = len(a2b_base64(data))
    except Error:
        return
    if found != stated:
        run.add("attachment-size", place, stated=stated, found=found)
