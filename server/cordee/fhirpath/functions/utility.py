"""Utility functions, iif, aggregate and sort.

http://hl7.org/fhirpath/N1/#utility-functions and http://hl7.org/fhirpath/N1/#aggregates
"""

from datetime import datetime
from functools import cmp_to_key
from typing import Any

from cordee.fhirpath.code import Code, boxed, in_one_type, nothing, text, truth
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import SemanticError
from cordee.fhirpath.functions.loops import loop
from cordee.fhirpath.invocation import Function, Functions, Invocation, Scope
from cordee.fhirpath.node import Node, plain_all
from cordee.fhirpath.syntax import Polarity, This
from cordee.fhirpath.types import BOOLEAN, DATE, DATETIME, NOTHING, TIME, TYPE_INFO, type_info
from cordee.fhirpath.values import order

_ABSENT = object()
"""What `$this` is in the arguments of iif() when its focus is empty."""


def _optional_this(type_name: str | None) -> Code:
    return Code(
        type_name,
        one=lambda this, _env: None if this is _ABSENT else this,
        many=lambda this, _env: [] if this is _ABSENT else [this],
        some=lambda this, _env: this is not _ABSENT,
        single=True,
    )


def iif(call: Invocation) -> Code:
    """Compile `iif`; only the branch that is chosen is evaluated.

    Its `$this` is the focus, which may be empty: the arguments may ask.
    """
    if call.focus.type == NOTHING or call.focus is call.scope.this:
        return _conditional(call, call.scope)
    scope = Scope(call.focus.type, _optional_this(call.focus.type))
    inner = _conditional(call, scope)
    call.scope.uses_index = call.scope.uses_index or scope.uses_index
    focus, branch = call.focus.one, inner.many

    def many(this: Any, env: Environment) -> list[Any]:
        item = focus(this, env)
        return branch(_ABSENT if item is None else item, env)

    if not inner.single:
        return Code(inner.type, many=many)
    one = inner.one

    def only(this: Any, env: Environment) -> Any:
        item = focus(this, env)
        return one(_ABSENT if item is None else item, env)

    return Code(inner.type, one=only)


def _conditional(call: Invocation, scope: Scope) -> Code:
    criterion, *branches = (call.compiler.compile(part, scope) for part in call.arguments)
    if call.strict and (not criterion.single or _is_no_condition(criterion)):
        raise SemanticError("iif() needs a criterion that is true or false")
    test = truth(criterion)
    codes, type_name = in_one_type([*branches, nothing()][:2])
    yes, no = codes
    if yes.single and no.single:
        one, other = yes.one, no.one
        return Code(
            type_name,
            one=lambda this, env: one(this, env) if test(this, env) else other(this, env),
        )
    many, others = yes.many, no.many
    return Code(
        type_name,
        many=lambda this, env: many(this, env) if test(this, env) else others(this, env),
    )


def _is_no_condition(criterion: Code) -> bool:
    return criterion.type not in (None, BOOLEAN, "boolean", NOTHING)


def trace(call: Invocation) -> Code:
    """Compile `trace`, which passes its focus on and tells the service."""
    name, focus = text(call.argument(0), "trace()"), call.focus
    items = focus.many
    shown = call.each(1)[0].many if len(call.arguments) > 1 else None

    def heard(this: Any, env: Environment) -> None:
        if env.trace is None:
            return
        found = items(this, env)
        if shown is not None:
            found = [value for item in found for value in shown(item, env)]
        env.trace(name(this, env) or "", plain_all(found))

    def one(this: Any, env: Environment) -> Any:
        heard(this, env)
        return focus.one(this, env)

    def many(this: Any, env: Environment) -> list[Any]:
        heard(this, env)
        return items(this, env)

    code = Code(focus.type, one=one, many=many, single=focus.single)
    code.ordered = focus.ordered
    return code


def now(_call: Invocation) -> Code:
    """Compile `now`, the same moment throughout an evaluation."""
    return Code(DATETIME, one=lambda _this, env: _stamp(env.moment()))


def today(_call: Invocation) -> Code:
    """Compile `today`."""
    return Code(DATE, one=lambda _this, env: env.moment().date().isoformat())


def time_of_day(_call: Invocation) -> Code:
    """Compile `timeOfDay`."""
    return Code(TIME, one=lambda _this, env: _stamp(env.moment())[11:23])


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def type_function(call: Invocation) -> Code:
    """Compile `type`: namespace and name of the type of each item."""
    if call.focus.type == NOTHING:
        return nothing()
    focus = boxed(call.focus)
    items, one = focus.many, focus.one
    if focus.single:

        def told(this: Any, env: Environment) -> Any:
            node = one(this, env)
            return None if node is None else type_info(node.type)

        return Code(TYPE_INFO, one=told)
    return Code(
        TYPE_INFO, many=lambda this, env: [type_info(node.type) for node in items(this, env)]
    )


def aggregate(call: Invocation) -> Code:
    """Compile `aggregate`."""
    code, scope = call.each()
    step, each, items = boxed(code).many, loop(scope), call.focus.many
    start = boxed(call.argument(1)).many if len(call.arguments) > 1 else nothing().many

    def many(this: Any, env: Environment) -> list[Any]:
        outside = env.total
        try:
            env.total = start(this, env)
            for item in each(items(this, env), env):
                env.total = step(item, env)
            return env.total
        finally:
            env.total = outside

    return Code(None, many=many)


def sort(call: Invocation) -> Code:
    """Compile `sort`; a minus before a key means descending, empty keys always come first."""
    scope = call.compiler.item_scope(call.focus.type)
    arguments = call.arguments or (This(written=True),)
    keys = []
    for argument in arguments:
        descends = isinstance(argument, Polarity) and argument.sign == "-"
        part = argument.operand if isinstance(argument, Polarity) else argument
        keys.append((boxed(call.compiler.compile(part, scope)).one, -1 if descends else 1))
    items = call.focus.many

    def compare(left: tuple[list[Node | None], Any], right: tuple[list[Node | None], Any]) -> int:
        for place, (_, sign) in enumerate(keys):
            found = _order(left[0][place], right[0][place], sign)
            if found:
                return found
        return 0

    def many(this: Any, env: Environment) -> list[Any]:
        found = items(this, env)
        env.spend(len(found) * 10)
        ranked = [([key(item, env) for key, _ in keys], item) for item in found]
        return [item for _, item in sorted(ranked, key=cmp_to_key(compare))]

    return Code(call.focus.type, many=many)


def _order(left: Node | None, right: Node | None, sign: int) -> int:
    if left is None or right is None:
        return (left is not None) - (right is not None)
    return (order(left, right) or 0) * sign


UTILITY: Functions = {
    "iif": Function(iif, 2, 3),
    "trace": Function(trace, 1, 2),
    "now": Function(now),
    "today": Function(today),
    "timeOfDay": Function(time_of_day),
    "type": Function(type_function),
    "aggregate": Function(aggregate, 1, 2),
    "sort": Function(sort, 0, 9),
}
