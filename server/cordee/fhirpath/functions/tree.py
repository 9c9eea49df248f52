"""Tree navigation.

http://hl7.org/fhirpath/N1/#tree-navigation
"""

from typing import Any

from cordee.fhirpath.children import children, count_children
from cordee.fhirpath.code import Code, Count, boxed
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import BudgetError
from cordee.fhirpath.invocation import Function, Functions, Invocation
from cordee.fhirpath.model import Model
from cordee.fhirpath.node import Node
from cordee.fhirpath.types import ABSTRACT_RESOURCES, PRIMITIVES


def children_function(call: Invocation) -> Code:
    """Compile `children`."""
    focus, model = call.focus, call.model
    items = boxed(focus).many

    def many(this: Any, env: Environment) -> list[Any]:
        found = [child for node in items(this, env) for child in children(model, node)]
        env.spend(len(found))
        return found

    code = Code(None, many=many)
    code.ordered = False
    code.fixed = focus.fixed
    code.count = _counter(model, focus)
    return code


def _counter(model: Model, focus: Code) -> Count | None:
    """Count children of one value of a known complex type, as ele-1 does for every element."""
    type_name, one = focus.type, focus.one
    if not focus.single or type_name is None or not model.properties(type_name):
        return None
    if type_name in PRIMITIVES or type_name in ABSTRACT_RESOURCES:
        return None
    count = count_children(model, type_name)

    def counted(this: Any, env: Environment) -> int:
        item = one(this, env)
        return 0 if item is None else count(item)

    return counted


def descendants_function(call: Invocation) -> Code:
    """Compile `descendants`: children, their children, and so on."""
    focus, model = boxed(call.focus), call.model
    items = focus.many

    def many(this: Any, env: Environment) -> list[Any]:
        found: list[Any] = []
        for node in items(this, env):
            descend(model, node, found, env, env.levels)
        return found

    if not focus.fixed:
        code = Code(None, many=many)
    else:
        token = ("descendants", call.focus)
        code = Code(None, many=lambda this, env: env.remembered(token, lambda: many(this, env)))
    code.ordered = False
    code.fixed = focus.fixed
    return code


def descend(model: Model, node: Node, found: list[Any], env: Environment, levels: int) -> None:
    """Append all descendants of a node, parents before their children."""
    if levels <= 0:
        raise BudgetError(f"descendants() goes deeper than {env.levels} levels")
    below = children(model, node)
    env.spend(len(below))
    for child in below:
        found.append(child)
        if child.value.__class__ is dict or child.extra is not None:
            descend(model, child, found, env, levels - 1)


TREE: Functions = {
    "children": Function(children_function),
    "descendants": Function(descendants_function),
}
