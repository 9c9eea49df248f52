"""The expressions of plans and forms, in FHIRPath: conditions, dynamic, initial, computed values.

https://hl7.org/fhir/R4/metadatatypes.html#Expression
"""

from typing import Any

from cordee.definitions.element import Schema
from cordee.errors import Category, FhirError
from cordee.fhirpath import Environment, FhirPathError, compile  # noqa: A004 - the name to look for
from cordee.resource.types import Resource

LANGUAGE = "text/fhirpath"
STEPS = 100_000
"""Budget of one expression."""

Element = dict[str, Any]


class Expressions:
    """Evaluates expressions on one resource, a person or a response, which is `%resource` too."""

    def __init__(self, schema: Schema, focus: Resource, asks: str, **variables: Any) -> None:
        """Take what is looked at, the element that asks (for errors), and variables by name.

        A variable that is None does not exist.
        """
        self._schema = schema
        self._focus = focus
        self._asks = asks
        self._variables = {name: each for name, each in variables.items() if each is not None}

    def define(self, name: str, value: Any) -> None:
        """Add a variable, which expressions from now on see."""
        self._variables[name] = value

    def all(self, expression: Element) -> list[Any]:
        """Evaluate. Raises UNPROCESSABLE for what cannot be evaluated."""
        text = expression.get("expression", "")
        if expression.get("language") != LANGUAGE:
            language = expression.get("language")
            raise self._bad(f"Expressions in {language} are not understood, {LANGUAGE} is: {text}")
        try:
            ready = compile(text, self._schema)
            surround = Environment(resource=self._focus, variables=self._variables, steps=STEPS)
            return ready(self._focus, surround)
        except FhirPathError as error:
            raise self._bad(f"{text}: {error}") from error

    def one(self, expression: Element) -> Any:
        """Give the first result, None for none."""
        return next(iter(self.all(expression)), None)

    def _bad(self, text: str) -> FhirError:
        return FhirError(Category.UNPROCESSABLE, text, expression=self._asks)
