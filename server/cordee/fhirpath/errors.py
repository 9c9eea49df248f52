"""What can go wrong with an expression: one family, so that a caller can catch them all.

FhirPathError
 ├── FhirPathSyntaxError   the text is not FHIRPath
 ├── SemanticError         the text asks for elements or types that do not exist
 ├── BudgetError           the evaluation asks for more work than it may
 └── CannotEvaluateError   the answer depends on something that is not here
"""


class FhirPathError(ValueError):
    """An expression that has no result, with the reason as a sentence."""


class FhirPathSyntaxError(FhirPathError):
    """Text outside the grammar; `position` is the 0-based offset of the character at fault."""

    def __init__(self, message: str, position: int) -> None:
        """Keep the place beside the reason."""
        super().__init__(f"{message} (at character {position + 1})")
        self.position = position


class SemanticError(FhirPathError):
    """An expression that can be read, but that no resource can satisfy."""


class BudgetError(FhirPathError):
    """An evaluation stopped because it took too many steps, or too long."""


class CannotEvaluateError(FhirPathError):
    """The answer depends on a service (resolve, memberOf, …) that is absent or does not know."""
