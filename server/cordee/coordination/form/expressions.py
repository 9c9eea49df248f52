"""The expressions of a form, in FHIRPath: variables, initial and calculated values.

http://hl7.org/fhir/uv/sdc/STU3/expressions.html
"""

from typing import Any

from cordee.coordination.form.annotations import VARIABLE, values
from cordee.definitions.element import Schema
from cordee.errors import Category, FhirError
from cordee.fhirpath import Environment, FhirPathError, compile  # noqa: A004 - the name to look for
from cordee.resource.types import Resource

LANGUAGE = "text/fhirpath"
STEPS = 100_000
"""Budget of one expression."""

Element = dict[str, Any]


class Expressions:
    """Evaluates a form's expressions on one response or person."""

    def __init__(self, schema: Schema, focus: Resource, variables: dict[str, Any]) -> None:
        """Take what is looked at, and the variables that are there from the start."""
        self._schema = schema
        self._focus = focus
        self._variables = dict(variables)

    def declare(self, holder: Element) -> None:
        """Take in the variables that a Questionnaire or item declares, each seeing those before."""
        for expression in values(holder, VARIABLE):
            self._variables[expression["name"]] = self.all(expression)

    def all(self, expression: Element) -> list[Any]:
        """Evaluate. Raises UNPROCESSABLE for what cannot be evaluated."""
        text = expression.get("expression", "")
        if expression.get("language") != LANGUAGE:
            raise _bad(f"Expressions in {expression.get('language')} are not understood: {text}")
        try:
            ready = compile(text, self._schema)
            surround = Environment(resource=self._focus, variables=self._variables, steps=STEPS)
            return ready(self._focus, surround)
        except FhirPathError as error:
            raise _bad(f"{text}: {error}") from error

    def one(self, expression: Element) -> Any:
        """Give the first result, None for none."""
        return next(iter(self.all(expression)), None)


def _bad(text: str) -> FhirError:
    return FhirError(Category.UNPROCESSABLE, text, expression="Questionnaire.item")
