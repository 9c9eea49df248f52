"""What is missing for a document, gathered so that the caller learns all of it at once."""

from dataclasses import dataclass, field

from cordee.errors import Category, FhirError, Issue, Severity


@dataclass(slots=True)
class Problems:
    """Reasons why a document cannot be written."""

    found: list[Issue] = field(default_factory=list)

    def missing(self, text: str, expression: str) -> None:
        """Note something mandatory that is absent."""
        self.found.append(Issue(Severity.ERROR, "required", text, expression=expression))

    def refuse(self) -> None:
        """Raise `FhirError` UNPROCESSABLE when something was noted."""
        if self.found:
            raise FhirError(Category.UNPROCESSABLE, issues=self.found)
