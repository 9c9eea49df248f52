"""FHIRPath as the rules use it: compiled once for a type, evaluated in a run's surroundings.

https://hl7.org/fhir/R4/fhirpath.html
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from cordee import fhirpath
from cordee.definitions.element import Schema
from cordee.fhirpath import Environment, Expression
from cordee.resource.types import Resource
from cordee.validation.node import Node
from cordee.validation.rules.resolution import target
from cordee.validation.run import Run

MemberOf: TypeAlias = Callable[[str, Any, str], bool | None]
ConformsTo: TypeAlias = Callable[[str, Any, str, Run], bool | None]


class Condition:
    """One expression, for values of the type it was compiled for."""

    __slots__ = ("_boxed", "_expression", "_surroundings")

    def __init__(
        self,
        expression: Expression,
        boxed: Expression,
        surroundings: Callable[[Run], Environment],
    ) -> None:
        self._expression = expression
        self._boxed = boxed
        self._surroundings = surroundings

    def holds(self, value: Any, run: Run) -> bool:
        """Tell whether it is true of a JSON value. Raises FhirPathError when it cannot be told."""
        run.budget.spend()
        return self._expression.holds(value, self._surroundings(run))

    def holds_at(self, node: Node, run: Run) -> bool:
        """Tell whether it is true of an element. Raises FhirPathError when it cannot be told."""
        run.budget.spend()
        if node.extras is None and node.value is not None:
            return self._expression.holds(node.value, self._surroundings(run))
        boxed = fhirpath.Node(node.type, node.value, node.extras)
        return self._boxed.holds(boxed, self._surroundings(run))

    def holds_of(self, type_name: str, value: Any, run: Run) -> bool:
        """Tell whether it is true of a value whose type only the place knows."""
        return self._boxed.holds(fhirpath.Node(type_name, value), self._surroundings(run))

    def items(self, value: Any, run: Run) -> list[Any]:
        """Give what it selects from a JSON value. Raises FhirPathError when it cannot."""
        return self._expression(value, self._surroundings(run))


class Expressions:
    """Compiles expressions and gives them their surroundings."""

    def __init__(self, schema: Schema, member_of: MemberOf, conforms_to: ConformsTo) -> None:
        """Keep the services that functions such as memberOf() call."""
        self._schema = schema
        self._member_of = member_of
        self._conforms_to = conforms_to

    def compile(self, expression: str, type_name: str) -> Condition:
        """Compile an expression for values of a type.

        Raises:
            FhirPathError: the expression cannot be read.
        """
        return Condition(
            fhirpath.compile(expression, self._schema, type_name),
            fhirpath.compile(expression, self._schema),
            self._environment,
        )

    def _environment(self, run: Run) -> Environment:
        key = ("environment", id(run.resource), id(run.root))
        found: Environment | None = run.memory.get(key)
        if found is None:
            found = run.memory[key] = Environment(
                resource=run.resource,
                root=run.root,
                resolve=lambda reference: _resolve(reference, run),
                member_of=self._member_of,
                conforms_to=lambda type_name, value, profile: self._conforms_to(
                    type_name, value, profile, run
                ),
                pause=run.budget.spend,
            )
        return found


def _resolve(reference: str, run: Run) -> Resource | None:
    found = target(Node(reference, "uri", (None, "", -1)), run)
    return found.object if found else None
