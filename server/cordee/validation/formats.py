"""How findings are written: for people, as OperationOutcome, as SARIF, as JUnit.

https://hl7.org/fhir/R4/operationoutcome.html
https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from cordee.errors import Issue, Severity
from cordee.outcome import operation_outcome, writable
from cordee.validation.examination import Examination
from cordee.validation.report import FAILING

LEVELS = {
    Severity.FATAL: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "note",
}
"""Severity → level of SARIF."""


def text(found: Sequence[Examination]) -> str:
    """Write a line for each finding, as compilers do, and a last one with the sums."""
    lines = [_line(one, issue) for one in found for issue in one.issues]
    bad = sum(not one.ok for one in found)
    number = sum(len(one.issues) for one in found)
    lines.append(f"{len(found)} resources, {bad} with errors, {number} findings")
    return "\n".join(lines)


def _line(one: Examination, issue: Issue) -> str:
    where = ":".join(str(part) for part in (one.path, issue.line, issue.column) if part)
    about = f"{issue.expression}: " if issue.expression else ""
    source = f" ({issue.source})" if issue.source else ""
    return writable(f"{where}: {issue.severity.value}: {about}{issue.diagnostics}{source}")


def outcomes(found: Sequence[Examination]) -> str:
    """Write an OperationOutcome, or an array of them for several files."""
    made = [operation_outcome(one.issues) for one in found]
    return json.dumps(made[0] if len(made) == 1 else made, ensure_ascii=False, indent=2)


def sarif(found: Sequence[Examination]) -> str:
    """Write SARIF 2.1.0, which code hosts show beside the text."""
    results = [_result(one, issue) for one in found for issue in one.issues]
    rules = [{"id": id} for id in sorted({row["ruleId"] for row in results})]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": "Cordée", "rules": rules}}, "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=2)


def _result(one: Examination, issue: Issue) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(one.path)}}
    if issue.line:
        physical["region"] = {"startLine": issue.line, "startColumn": issue.column or 1}
    location: dict[str, Any] = {"physicalLocation": physical}
    if issue.expression:
        location["logicalLocations"] = [{"fullyQualifiedName": issue.expression}]
    return {
        "ruleId": issue.message_id or issue.code,
        "level": LEVELS[issue.severity],
        "message": {"text": writable(issue.diagnostics)},
        "locations": [location],
    }


def _uri(path: str) -> str:
    """Write a path as a URI; one that is relative stays so."""
    whole = Path(path)
    return whole.as_uri() if whole.is_absolute() else quote(os.fsencode(whole.as_posix()))


def junit(found: Sequence[Examination]) -> str:
    """Write JUnit XML: a test case for each file, failed when it has errors."""
    bad = sum(not one.ok for one in found)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f'<testsuite name="cordee validate" tests="{len(found)}" failures="{bad}">')
    for one in found:
        lines.append(f"  <testcase name={quoteattr(writable(one.path))}>")
        failing = [issue for issue in one.issues if issue.severity in FAILING]
        if failing:
            summary = quoteattr(writable(failing[0].diagnostics))
            details = escape("\n".join(_line(one, issue) for issue in failing))
            lines.append(f"    <failure message={summary}>{details}</failure>")
        lines.append("  </testcase>")
    lines.append("</testsuite>")
    return "\n".join(lines)


FORMATS: dict[str, Callable[[Sequence[Examination]], str]] = {
    "text": text,
    "json": outcomes,
    "sarif": sarif,
    "junit": junit,
}
"""Name of a format → how it is written."""
