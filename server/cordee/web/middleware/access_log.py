"""One log line for each request, without health data.

A URL names patients and a search names their illnesses: the line holds the interaction and the
resource type, never a path, a parameter, an id or a body.
"""

from typing import Any

import structlog
from starlette.types import Scope

log: Any = structlog.get_logger("cordee.access")

QUIET = frozenset({"live", "ready", "metrics"})
"""Probes ask every few seconds; they are only logged when they fail."""


def write(scope: Scope, status: int, seconds: float, size: int) -> None:
    """Log one finished request."""
    interaction = scope.get("cordee.interaction", "other")
    if interaction in QUIET and status < 400:
        return
    log.info(
        "request",
        request_id=scope["cordee.request_id"],
        method=scope["method"],
        interaction=interaction,
        type=scope.get("cordee.type"),
        status=status,
        ms=round(seconds * 1000, 2),
        bytes=size,
    )
