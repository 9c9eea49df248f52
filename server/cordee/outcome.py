"""The one place that makes an OperationOutcome, and the one table from category to HTTP status.

https://hl7.org/fhir/R4/operationoutcome.html
https://hl7.org/fhir/R4/http.html#Status-Codes
"""

import re
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any

from cordee.errors import Category, FhirError, Issue, Severity

UNHEARD = 499
"""What logs say where the client has hung up, as nginx does; no standard has a number for it."""

CATEGORIES: dict[Category, tuple[str, int]] = {
    Category.MALFORMED: ("structure", 400),
    Category.INVALID: ("invalid", 400),
    Category.UNSUPPORTED: ("not-supported", 400),
    Category.UNAUTHENTICATED: ("login", 401),
    Category.FORBIDDEN: ("forbidden", 403),
    Category.NOT_FOUND: ("not-found", 404),
    Category.METHOD_NOT_ALLOWED: ("not-supported", 405),
    Category.NOT_ACCEPTABLE: ("not-supported", 406),
    Category.CONFLICT: ("conflict", 409),
    Category.DELETED: ("deleted", 410),
    Category.PRECONDITION_FAILED: ("conflict", 412),
    Category.PRECONDITION_REQUIRED: ("required", 428),
    Category.MULTIPLE_MATCHES: ("multiple-matches", 412),
    Category.TOO_LARGE: ("too-long", 413),
    Category.URL_TOO_LONG: ("too-long", 414),
    Category.MEDIA_TYPE: ("not-supported", 415),
    Category.UNPROCESSABLE: ("processing", 422),
    Category.TOO_COSTLY: ("too-costly", 403),
    Category.THROTTLED: ("throttled", 429),
    Category.UNAVAILABLE: ("transient", 503),
    Category.TIMEOUT: ("timeout", 504),
    Category.ABANDONED: ("processing", UNHEARD),
    Category.BUG: ("exception", 500),
}
"""Category → (issue code, HTTP status)."""

SOURCE_EXTENSION = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-source"
LINE_EXTENSION = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line"
COLUMN_EXTENSION = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col"
MESSAGE_ID_EXTENSION = "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id"


_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that FHIR strings and XML exclude; messages quote what the client sent."""


def status(error: FhirError) -> int:
    """Give the HTTP status of an error."""
    return CATEGORIES[error.category][1]


def phrase(status: int) -> str:
    """Give the words of an HTTP status."""
    return "Client Closed Request" if status == UNHEARD else HTTPStatus(status).phrase


def issues(error: FhirError) -> tuple[Issue, ...]:
    """Give an error's issues, making one from its category when it carries none."""
    if error.issues:
        return error.issues
    code = CATEGORIES[error.category][0]
    text = error.diagnostics or error.category.value
    return (Issue(Severity.ERROR, code, text, expression=error.expression),)


MOST = 1_000
"""Issues that one OperationOutcome tells: a body of two megabytes may have 200,000 faults."""
_GRAVITY = {Severity.FATAL: 0, Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFORMATION: 2}


def _more(count: int) -> Issue:
    text = f"{count} more issues are not told here; mend those above first"
    return Issue(Severity.INFORMATION, "informational", text, message_id="validate-more")


def operation_outcome(
    found: Iterable[Issue], more: Callable[[int], Issue] = _more
) -> dict[str, Any]:
    """Make an OperationOutcome; no issue at all becomes one information row that says so.

    Of more than `MOST` issues the gravest are told, in their order, then what `more` makes of how
    many are left out: whether there are errors shows all the same.
    """
    told = list(found)
    if len(told) > MOST:
        told = [*_gravest(told), more(len(told) - MOST)]
    rows = [_row(issue) for issue in told or [ALL_GOOD]]
    return {"resourceType": "OperationOutcome", "issue": rows}


def _gravest(found: Sequence[Issue]) -> list[Issue]:
    """Give so many issues as are told: errors before warnings before information."""
    ranked = sorted(range(len(found)), key=lambda place: _GRAVITY[found[place].severity])
    return [found[place] for place in sorted(ranked[:MOST])]


ALL_GOOD = Issue(Severity.INFORMATION, "informational", "No issue found")


def _row(issue: Issue) -> dict[str, Any]:
    extensions = [
        {"url": url, kind: value}
        for url, kind, value in (
            (LINE_EXTENSION, "valueInteger", issue.line),
            (COLUMN_EXTENSION, "valueInteger", issue.column),
            (SOURCE_EXTENSION, "valueString", issue.source),
            (MESSAGE_ID_EXTENSION, "valueString", issue.message_id),
        )
        if value is not None
    ]
    row: dict[str, Any] = {"extension": extensions} if extensions else {}
    row |= {"severity": issue.severity.value, "code": issue.code}
    row["diagnostics"] = writable(issue.diagnostics)
    if issue.expression:
        row["expression"] = [writable(issue.expression)]
    return row


def writable(text: str) -> str:
    """Give a text with a mark for each character that FHIR strings and XML exclude."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
