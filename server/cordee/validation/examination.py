"""A text that was validated and what was found in it."""

from dataclasses import dataclass

from cordee.errors import Issue
from cordee.validation.report import FAILING


@dataclass(frozen=True, slots=True)
class Examination:
    """A file, by its path or name, and what was found in it."""

    path: str
    issues: tuple[Issue, ...]

    @property
    def ok(self) -> bool:
        """Tell whether nothing is an error."""
        return not any(issue.severity in FAILING for issue in self.issues)
