"""Text that looks like HTML, which a careless reader might run.

https://hl7.org/fhir/R4/security.html#narrative
"""

import re
from typing import Any

from cordee.validation.place import Place
from cordee.validation.run import Run

_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>")


def plain_text(value: Any, place: Place, run: Run) -> None:
    """Refuse embedded HTML where the caller asks for that care."""
    if run.options.security and isinstance(value, str) and _TAG.search(value):
        run.add("text-html", place)
