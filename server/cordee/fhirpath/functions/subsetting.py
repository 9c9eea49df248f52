"""Subsetting.

http://hl7.org/fhirpath/N1/#subsetting
"""

from collections.abc import Callable
from typing import Any

from cordee.fhirpath.code import Code, in_one_type, integer
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import SemanticError
from cordee.fhirpath.invocation import Function, Functions, Invocation
from cordee.fhirpath.values import keyer


def _ordered(call: Invocation) -> Code:
    if call.strict and not call.focus.ordered:
        raise SemanticError(f"{call.name}() on items that have no order")
    return call.focus


def at_index(focus: Code, index: Code) -> Code:
    """Compile `[index]`."""
    items, position = focus.many, integer(index, "an index")

    def one(this: Any, env: Environment) -> Any:
        place = position(this, env)
        found = items(this, env)
        return found[place] if place is not None and 0 <= place < len(found) else None

    return Code(focus.type, one=one)


def single(call: Invocation) -> Code:
    """Compile `single`, an error when there are several items."""
    return Code(call.focus.type, one=call.focus.one)


def first(call: Invocation) -> Code:
    """Compile `first`."""
    focus = _ordered(call)
    if focus.single:
        return focus
    items = focus.many

    def one(this: Any, env: Environment) -> Any:
        found = items(this, env)
        return found[0] if found else None

    return Code(focus.type, one=one)


def last(call: Invocation) -> Code:
    """Compile `last`."""
    items = _ordered(call).many

    def one(this: Any, env: Environment) -> Any:
        found = items(this, env)
        return found[-1] if found else None

    return Code(call.focus.type, one=one)


def _sliced(focus: Code, cut: Callable[[list[Any]], list[Any]]) -> Code:
    items = focus.many
    return Code(focus.type, many=lambda this, env: cut(items(this, env)))


def tail(call: Invocation) -> Code:
    """Compile `tail`: all but the first."""
    return _sliced(_ordered(call), lambda items: items[1:])


def skip(call: Invocation) -> Code:
    """Compile `skip`."""
    items, number = _ordered(call).many, integer(call.argument(0), "skip()")

    def many(this: Any, env: Environment) -> list[Any]:
        return items(this, env)[max(number(this, env) or 0, 0) :]

    return Code(call.focus.type, many=many)


def take(call: Invocation) -> Code:
    """Compile `take`."""
    items, number = _ordered(call).many, integer(call.argument(0), "take()")

    def many(this: Any, env: Environment) -> list[Any]:
        return items(this, env)[: max(number(this, env) or 0, 0)]

    return Code(call.focus.type, many=many)


def intersect(call: Invocation) -> Code:
    """Compile `intersect`: items in both, without duplicates."""
    (one, other), type_name = in_one_type([call.focus, call.argument(0)])
    items, others, key = one.many, other.many, keyer(type_name)

    def many(this: Any, env: Environment) -> list[Any]:
        left, right = items(this, env), others(this, env)
        env.spend(len(left) + len(right))
        wanted = {key(item) for item in right}
        kept = {key(item): item for item in reversed(left) if key(item) in wanted}
        return list(kept.values())[::-1]

    return Code(type_name, many=many)


def exclude(call: Invocation) -> Code:
    """Compile `exclude`: items of the first that are not in the other, duplicates kept."""
    (one, other), type_name = in_one_type([call.focus, call.argument(0)])
    items, others, key = one.many, other.many, keyer(type_name)

    def many(this: Any, env: Environment) -> list[Any]:
        left, right = items(this, env), others(this, env)
        env.spend(len(left) + len(right))
        unwanted = {key(item) for item in right}
        return [item for item in left if key(item) not in unwanted]

    return Code(type_name, many=many)


SUBSETTING: Functions = {
    "single": Function(single),
    "first": Function(first),
    "last": Function(last),
    "tail": Function(tail),
    "skip": Function(skip, 1, 1),
    "take": Function(take, 1, 1),
    "intersect": Function(intersect, 1, 1),
    "exclude": Function(exclude, 1, 1),
}
