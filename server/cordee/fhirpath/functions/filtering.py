"""Filtering and projection.

http://hl7.org/fhirpath/N1/#filtering-and-projection
"""

from typing import Any

from cordee.fhirpath.code import Code, boxed, nothing, truth
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import BudgetError, SemanticError
from cordee.fhirpath.functions.loops import loop
from cordee.fhirpath.invocation import Function, Functions, Invocation
from cordee.fhirpath.operators.typing import as_type, is_type, of_type
from cordee.fhirpath.syntax import Member, Syntax, This
from cordee.fhirpath.types import NOTHING
from cordee.fhirpath.values import key


def where(call: Invocation) -> Code:
    """Compile `where`."""
    if call.focus.type == NOTHING:
        return nothing()
    criteria, scope = call.each()
    test, each = truth(criteria), loop(scope)
    items = call.focus.many

    def many(this: Any, env: Environment) -> list[Any]:
        return [item for item in each(items(this, env), env) if test(item, env)]

    def some(this: Any, env: Environment) -> bool:
        for item in each(items(this, env), env):  # noqa: SIM110 - twice as fast as any()
            if test(item, env):
                return True
        return False

    if call.focus.single and not scope.uses_index:
        return _where_single(call.focus, criteria)
    code = Code(call.focus.type, many=many, some=some)
    code.ordered = call.focus.ordered
    return code


def _where_single(focus: Code, criteria: Code) -> Code:
    one, test = focus.one, truth(criteria)

    def kept(this: Any, env: Environment) -> Any:
        item = one(this, env)
        return item if item is not None and test(item, env) else None

    return Code(focus.type, one=kept)


def select(call: Invocation) -> Code:
    """Compile `select`."""
    if call.focus.type == NOTHING:
        return nothing()
    projection, scope = call.each()
    project, each, items = projection.many, loop(scope), call.focus.many

    def many(this: Any, env: Environment) -> list[Any]:
        return [found for item in each(items(this, env), env) for found in project(item, env)]

    code = Code(projection.type, many=many)
    code.ordered = call.focus.ordered and projection.ordered
    return code


def repeat(call: Invocation) -> Code:
    """Compile `repeat`, which projects until nothing new appears."""
    focus = boxed(call.focus)
    scope = call.compiler.item_scope(None)
    projection = boxed(call.compiler.compile(call.arguments[0], scope))
    project, items = projection.many, focus.many

    def many(this: Any, env: Environment) -> list[Any]:
        found: dict[Any, Any] = {}
        queue = items(this, env)
        for _ in range(env.levels):
            fresh = []
            for item in queue:
                for candidate in project(item, env):
                    env.spend(1)
                    identity = key(candidate)
                    if identity not in found:
                        found[identity] = candidate
                        fresh.append(candidate)
            if not fresh:
                return list(found.values())
            queue = fresh
        raise BudgetError(f"repeat() goes deeper than {env.levels} levels")

    code = Code(None, many=many)
    code.ordered = False
    return code


def type_argument(call: Invocation, position: int = 0) -> str:
    """Read an argument that names a type. Raises SemanticError for one that does not exist."""
    return call.model.specifier(_dotted(call.arguments[position]))


def _dotted(syntax: Syntax) -> str:
    if isinstance(syntax, Member):
        if isinstance(syntax.focus, This):
            return syntax.name
        return f"{_dotted(syntax.focus)}.{syntax.name}"
    raise SemanticError("a type name is needed here")


def of_type_function(call: Invocation) -> Code:
    """Compile `ofType`."""
    return of_type(call.model, call.focus, type_argument(call))


def is_function(call: Invocation) -> Code:
    """Compile `is`, the operator written as a function."""
    return is_type(call.model, call.focus, type_argument(call))


def as_function(call: Invocation) -> Code:
    """Compile `as`, the operator written as a function."""
    return as_type(call.model, call.focus, type_argument(call), strict=call.strict)


FILTERING: Functions = {
    "where": Function(where, 1, 1),
    "select": Function(select, 1, 1),
    "repeat": Function(repeat, 1, 1),
    "ofType": Function(of_type_function, 1, 1),
    "is": Function(is_function, 1, 1),
    "as": Function(as_function, 1, 1),
}
