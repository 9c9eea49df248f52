"""A finding of an OperationOutcome as a page shows it.

https://hl7.org/fhir/R4/operationoutcome.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from cordee.console.words import Say, catalogue
from cordee.errors import Issue, Severity
from cordee.outcome import COLUMN_EXTENSION, LINE_EXTENSION, MESSAGE_ID_EXTENSION, SOURCE_EXTENSION

ORDER = {"fatal": 0, "error": 0, "warning": 1, "information": 2}
FOUND_NOTHING = "validate-good"
CORE = "http://hl7.org/fhir/StructureDefinition/"


@dataclass(frozen=True, slots=True)
class Finding:
    """One row: what, where, how to mend it, and the element of the profile that asks."""

    severity: str
    text: str
    expression: str | None
    line: int | None
    column: int | None
    mend: str | None
    rule: str | None
    link: str | None


def issues(outcome: Mapping[str, Any]) -> tuple[Issue, ...]:
    """Read an OperationOutcome back."""
    return tuple(_issue(row) for row in outcome.get("issue", ()))


def _issue(row: Mapping[str, Any]) -> Issue:
    given = {one.get("url"): one for one in row.get("extension", ())}

    def extension(url: str, kind: str) -> Any:
        return given.get(url, {}).get(kind)

    return Issue(
        Severity(row["severity"]),
        str(row["code"]),
        str(row.get("diagnostics", "")),
        expression=next(iter(row.get("expression", ())), None),
        message_id=extension(MESSAGE_ID_EXTENSION, "valueString"),
        line=extension(LINE_EXTENSION, "valueInteger"),
        column=extension(COLUMN_EXTENSION, "valueInteger"),
        source=extension(SOURCE_EXTENSION, "valueString"),
    )


def finding(issue: Issue, say: Say) -> Finding:
    """Make the row of an issue."""
    severity = "error" if issue.severity is Severity.FATAL else issue.severity.value
    return Finding(
        severity=severity,
        text=issue.diagnostics,
        expression=issue.expression,
        line=issue.line,
        column=issue.column,
        mend=_mend(issue.message_id, say),
        rule=issue.source,
        link=_link(issue),
    )


def _mend(message: str | None, say: Say) -> str | None:
    """Give advice: that of the message, else of the closest family it belongs to."""
    name = message or ""
    while name and name != FOUND_NOTHING:
        if f"mend.{name}" in catalogue():
            return say(f"mend.{name}")
        name = name.rpartition("-")[0]
    return None


def _link(issue: Issue) -> str | None:
    """Give the page that defines the element: the profile's, or the specification's."""
    if issue.source and issue.source.startswith(("http://", "https://")):
        canonical, _, element = issue.source.partition("#")
        url = canonical.partition("|")[0]
        if "/StructureDefinition/" not in url:
            return url
        if not url.startswith(CORE):
            return f"/definition?{urlencode({'url': canonical}, safe=':/|')}#{element}"
        name = url.removeprefix(CORE)
        return f"https://hl7.org/fhir/R4/{name.lower()}-definitions.html#{element or name}"
    if not issue.expression or not issue.expression[0].isupper():
        return None
    path = _path(issue.expression)
    name = path.partition(".")[0]
    if not name.isalnum() or name in {"ClinicalDocument", "Parameters"}:
        return None
    return f"https://hl7.org/fhir/R4/{name.lower()}-definitions.html#{path}"


def _path(expression: str) -> str:
    """Give the element's path: `Patient.name[0].given[1]` is `Patient.name.given`."""
    kept = [part.partition("[")[0] for part in expression.split(".")]
    return ".".join(part for part in kept if part and "(" not in part and ")" not in part)


def summary(found: list[Finding]) -> dict[str, int]:
    """Count findings by severity."""
    counts = dict.fromkeys(("error", "warning", "information"), 0)
    for one in found:
        counts[one.severity] += 1
    return counts
