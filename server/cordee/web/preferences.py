"""The `Prefer` header → `Preferences`.

https://hl7.org/fhir/R4/http.html#ops
https://hl7.org/fhir/R4/search.html#errors
"""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from cordee.interactions.exchange import Preferences, Response
from cordee.outcome import operation_outcome

NONE = Preferences()

VALUES: dict[tuple[str, str], tuple[str, Any]] = {
    ("return", "minimal"): ("returns", "minimal"),
    ("return", "representation"): ("returns", "representation"),
    ("return", "operationoutcome"): ("returns", "OperationOutcome"),
    ("handling", "strict"): ("handling", "strict"),
    ("handling", "lenient"): ("handling", "lenient"),
    ("respond-async", ""): ("respond_async", True),
}
"""(preference, value) as written → (field, value) of `Preferences`; any other is ignored."""


@lru_cache(maxsize=256)
def preferences(header: str | None) -> Preferences:
    """Read `Prefer`; what is not understood is ignored, as RFC 7240 wants. The first wins."""
    if not header:
        return NONE
    chosen: dict[str, Any] = {}
    for part in header.replace(";", ",").split(","):
        name, _, value = part.partition("=")
        known = VALUES.get((name.strip().lower(), value.strip().strip('"').lower()))
        if known:
            chosen.setdefault(*known)
    return Preferences(**chosen)


def apply(response: Response, prefer: Preferences) -> Response:
    """Give a write's answer the content that the caller prefers; the default is the resource."""
    if prefer.returns is None or prefer.returns == "representation":
        return response
    if prefer.returns == "minimal":
        return replace(response, body=None, resource=None)
    return replace(response, body=None, resource=operation_outcome(response.issues))
