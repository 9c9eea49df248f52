"""The one handler that turns an exception into an OperationOutcome and a status.

https://hl7.org/fhir/R4/http.html#Status-Codes
"""

from datetime import UTC, datetime
from typing import Any

import structlog

from cordee.errors import Category, FhirError, Issue, Severity
from cordee.interactions.exchange import Response
from cordee.interactions.stamp import instant
from cordee.outcome import issues, operation_outcome, status
from cordee.validation.messages.faults import more

log: Any = structlog.get_logger("cordee.web")


def response(error: Exception, request_id: str) -> Response:
    """Give the answer to an exception.

    What is not a `FhirError` is a bug: it is logged with its traceback under `request_id`, and the
    caller learns that id and nothing of the inside.
    """
    known = error if isinstance(error, FhirError) else _known(error, request_id)
    language = known.headers.get("Content-Language", "en")
    return Response(
        status=status(known),
        resource=operation_outcome(issues(known), more(language)),
        headers=dict(known.headers),
    )


def undecided(begun: float, type: str | None) -> FhirError:
    """Say of a change that ran out of time what is not known, and how its sender finds out.

    `begun` is when it came, in seconds; `type` the resource type it is of, if it is of one.
    """
    history = f"{type}/_history" if type else "_history"
    since = instant(datetime.fromtimestamp(begun, UTC))
    doubt = (
        "The request took too long and was given up (CORDEE_REQUEST_TIMEOUT). It is not known "
        "whether it was done: its time may have run out while the database committed it"
    )
    advice = (
        f"Look before it is sent again: GET [base]/{history}?_since={since} tells what was stored. "
        "A transaction is stored as a whole or not at all. Sent again, a PUT, a DELETE, what has "
        "If-Match, and a POST with If-None-Exist (ifNoneExist) end the same"
    )
    found = (
        Issue(Severity.ERROR, "timeout", doubt),
        Issue(Severity.INFORMATION, "informational", advice),
    )
    return FhirError(Category.TIMEOUT, doubt, issues=found)


def _known(error: Exception, request_id: str) -> FhirError:
    if isinstance(error, TimeoutError):
        return FhirError(
            Category.TIMEOUT, "The request took too long and was given up (CORDEE_REQUEST_TIMEOUT)"
        )
    # Neither the message nor the locals: either could hold a part of somebody's record.
    log.error("bug", request_id=request_id, error=type(error).__qualname__, at=_places(error))
    return FhirError(
        Category.BUG, f"The server failed; its log has the reason under request {request_id}"
    )


def _places(error: Exception) -> list[str]:
    """Give the call stack as file:line (function), outermost first."""
    found, frame = [], error.__traceback__
    while frame is not None:
        code = frame.tb_frame.f_code
        found.append(f"{code.co_filename.rpartition('/')[2]}:{frame.tb_lineno} ({code.co_name})")
        frame = frame.tb_next
    return found
