"""What can go wrong, as values: issues, and the one exception family that carries them.

An `Issue` is one row of an OperationOutcome, free of HTTP and of JSON. Code below the edge either
returns issues (the validator) or raises `FhirError` (everything else); `cordee.outcome` alone turns
them into an OperationOutcome and a status.

https://hl7.org/fhir/R4/operationoutcome.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much an issue matters (https://hl7.org/fhir/R4/valueset-issue-severity.html)."""

    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class Category(StrEnum):
    """Why a request cannot be served; `cordee.outcome` maps each to an issue code and a status."""

    MALFORMED = "malformed"  # the bytes are not JSON, XML or a form
    INVALID = "invalid"  # a parameter, header or URL is wrong
    UNSUPPORTED = "unsupported"  # understood, but not offered here
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    NOT_ACCEPTABLE = "not-acceptable"
    CONFLICT = "conflict"
    DELETED = "deleted"
    PRECONDITION_FAILED = "precondition-failed"
    PRECONDITION_REQUIRED = "precondition-required"  # a version must be named to be followed
    MULTIPLE_MATCHES = "multiple-matches"
    TOO_LARGE = "too-large"
    URL_TOO_LONG = "url-too-long"
    MEDIA_TYPE = "media-type"
    UNPROCESSABLE = "unprocessable"  # well-formed, but breaks a rule of the specification
    TOO_COSTLY = "too-costly"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    ABANDONED = "abandoned"  # nobody waits for the answer any more
    BUG = "bug"


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding.

    `code` is an issue-type code, `expression` the FHIRPath of the element at fault, `message_id` a
    stable key for people and translations, `line` and `column` a place in the submitted text
    (1-based), `source` the canonical and element id of the rule that asks, `arguments` what fills
    the text of `message_id` in another language.
    """

    severity: Severity
    code: str
    diagnostics: str
    expression: str | None = None
    message_id: str | None = None
    line: int | None = None
    column: int | None = None
    source: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict, compare=False)


class FhirError(Exception):
    """A request that cannot be served, with the reason as a category and issues.

    `FhirError(Category.NOT_FOUND, "Patient/1 is not known")` makes one issue with the category's
    own code; pass `issues` when there are several or when they come from the validator.
    """

    def __init__(
        self,
        category: Category,
        diagnostics: str = "",
        *,
        expression: str | None = None,
        issues: Sequence[Issue] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        """Keep the reason; `headers` are response headers such as Allow or Retry-After."""
        super().__init__(diagnostics or (issues[0].diagnostics if issues else category.value))
        self.category = category
        self.diagnostics = diagnostics
        self.expression = expression
        self.issues = tuple(issues)
        self.headers = headers or {}
