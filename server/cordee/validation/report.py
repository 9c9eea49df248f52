"""What a validation found: findings that compose, and their rendering for people.

A finding names its message and keeps the message's arguments; the text is written when the report
is read, in the reader's language.

https://hl7.org/fhir/R4/operationoutcome.html
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from cordee.errors import Issue, Severity
from cordee.validation.messages import catalogue
from cordee.validation.place import Place, render

FAILING = frozenset({Severity.FATAL, Severity.ERROR})


class Locations(Protocol):
    """Line and column of a place in the submitted text (`cordee.resource` builds them)."""

    def find(self, expression: str) -> tuple[int, int]:
        """Give the 1-based line and column of the element that a simple FHIRPath names."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule at one place; `source` is the canonical and element id that ask."""

    severity: Severity
    message_id: str
    place: Place
    arguments: Mapping[str, Any] = field(default_factory=dict)
    source: str | None = None
    member: str | None = None
    """The property of the place that is at fault, where it is none of the type's elements."""

    def issue(self, language: str = "en", locations: Locations | None = None) -> Issue:
        """Write the finding for people."""
        message = catalogue.find(self.message_id)
        expression = render(self.place)
        exact = f"{expression}.{self.member}" if self.member else expression
        line, column = locations.find(exact) if locations else (None, None)
        return Issue(
            severity=self.severity,
            code=message.code,
            diagnostics=message.text(language, self.arguments),
            expression=expression,
            message_id=self.message_id,
            line=line,
            column=column,
            source=self.source,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one validation, in document order; an empty one is good."""

    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """Tell whether nothing is an error."""
        return not any(finding.severity in FAILING for finding in self.findings)

    @property
    def issues(self) -> tuple[Issue, ...]:
        """The findings in English, without line numbers."""
        return self.render()

    def render(self, language: str = "en", locations: Locations | None = None) -> tuple[Issue, ...]:
        """Write every finding in `language` ("en" or "fr"; anything else reads English)."""
        return tuple(finding.issue(language, locations) for finding in self.findings)

    def __iter__(self) -> Iterator[Issue]:
        return iter(self.issues)

    def __add__(self, other: "Report") -> "Report":
        return Report(unique((*self.findings, *other.findings)))


ONCE = {"binding-unknown": "value_set", "coding-unknown-system": "system"}
"""Messages said once in a report for each value of an argument, wherever they come up."""


def unique(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Drop findings that say the same thing of the same place: two profiles often ask it twice."""
    kept: dict[tuple[Any, ...], Finding] = {}
    for finding in findings:
        argument = ONCE.get(finding.message_id)
        key: tuple[Any, ...]
        if argument is None:
            # Arguments may be lists: as text they are found at once among thousands.
            said = repr(finding.arguments)
            key = (finding.severity, finding.message_id, finding.place, said)
        else:
            key = (finding.message_id, finding.arguments[argument])
        kept.setdefault(key, finding)
    return tuple(kept.values())
