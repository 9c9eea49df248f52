"""Tree navigation.

http://hl7.org/fhirpath/N1/#tree-navigation
"""

from typing import Any

from cordee.fhirpath.code import Code, boxed
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import BudgetError
from cordee.fhirpath.invocation import Function, Functions, Invocation
from cordee.fhirpath.model import Model
from cordee.fhirpath.navigation import children
from cordee.fhirpath.node import Node


def children_function(call: Invocation) -> Code:
    """Compile children()."""
    items, model = boxed(call.focus).many, call.model

    def many(this: Any, env: Environment) -> list[Any]:
        found = [child for node in items(this, env) for child in children(model, node)]
        env.spend(len(found))
        return found

    code = Code(None, many=many)
    code.ordered = False
    return code


def descendants_function(call: Invocation) -> Code:
    """Compile descendants(): children, their children, and so on."""
    items, model = boxed(call.focus).many, call.model

    def many(this: Any, env: Environment) -> list[Any]:
        found: list[Any] = []
        for node in items(this, env):
            descend(model, node, found, env, env.levels)
        return found

    code = Code(None, many=many)
    code.ordered = False
    return code


def descend(model: Model, node: Node, found: list[Any], env: Environment, levels: int) -> None:
    """Append all descendants of a node, parents before their children."""
    if levels <= 0:
        raise BudgetError(f"descendants() goes deeper than {env.levels} levels")
    below = children(model, node)
    env.spend(len(below))
    for child in below:
        found.append(child)
        descend(model, child, found, env, levels - 1)


TREE: Functions = {
    "children": Function(children_function),
    "descendants": Function(descendants_function),
}
