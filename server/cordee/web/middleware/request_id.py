"""The id that ties a request, its answer and its log lines together (`X-Request-Id`).

https://hl7.org/fhir/R4/http.html#custom
"""

import os
import re

from starlette.types import Scope

HEADER = b"x-request-id"

_SAFE = re.compile(rb"[A-Za-z0-9._:-]{1,64}")


def request_id(scope: Scope) -> str:
    """Take the caller's id if it is short and harmless in a log, else make one."""
    for name, value in scope["headers"]:
        if name == HEADER and _SAFE.fullmatch(value):
            return str(value, "ascii")
    return os.urandom(8).hex()
