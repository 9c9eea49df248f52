"""The conditions of a plan's actions. They see the person as focus and `%patient`.

https://hl7.org/fhir/R4/plandefinition-definitions.html#PlanDefinition.action.condition
"""

from typing import Any

from cordee.coordination.expressions import Expressions
from cordee.interactions.services import Services
from cordee.resource.types import Resource

Element = dict[str, Any]


def seeing(services: Services, patient: Resource, **variables: Any) -> Expressions:
    """Give what evaluates a plan's expressions on a person."""
    asks = "PlanDefinition.action"
    return Expressions(services.repository, patient, asks, patient=patient, **variables)


def conditions(action: Element, kind: str) -> list[Element]:
    """Give the conditions of a kind: `applicability`, `start` or `stop`."""
    return [each for each in action.get("condition", ()) if each["kind"] == kind]


def hold(expressions: Expressions, action: Element, kind: str) -> bool:
    """Tell whether all conditions of a kind hold; without any, they do."""
    found = conditions(action, kind)
    return all(expressions.all(each.get("expression", {})) == [True] for each in found)
