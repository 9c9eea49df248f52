"""Existence.

http://hl7.org/fhirpath/N1/#existence
"""

from collections.abc import Callable
from typing import Any

from cordee.fhirpath.code import Code, bare, boolean, in_one_type, truth
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import FhirPathError
from cordee.fhirpath.functions.filtering import where
from cordee.fhirpath.functions.loops import loop
from cordee.fhirpath.invocation import Function, Functions, Invocation
from cordee.fhirpath.node import plain
from cordee.fhirpath.operators.collections import distinct_by
from cordee.fhirpath.types import BOOLEAN, INTEGER, NOTHING
from cordee.fhirpath.values import keyer


def empty(call: Invocation) -> Code:
    """Compile `empty`."""
    some = call.focus.some
    return boolean(lambda this, env: not some(this, env))


def exists(call: Invocation) -> Code:
    """Compile `exists`, which stops at the first item that fulfils the criteria."""
    if not call.arguments:
        return boolean(call.focus.some)
    return boolean(where(call).some)


def every(call: Invocation) -> Code:
    """Compile `all`, which stops at the first item that does not fulfil the criteria."""
    criteria, scope = call.each()
    test, items, each = truth(criteria), call.focus.many, loop(scope)

    def fulfilled(this: Any, env: Environment) -> bool:
        for item in each(items(this, env), env):  # noqa: SIM110 - twice as fast as all()
            if not test(item, env):
                return False
        return True

    return boolean(fulfilled)


def _quantified(judge: Callable[[list[bool]], bool]) -> Callable[[Invocation], Code]:
    def build(call: Invocation) -> Code:
        items = call.focus.many

        def judged(this: Any, env: Environment) -> bool:
            values = [plain(item) for item in items(this, env)]
            if any(value.__class__ is not bool for value in values):
                raise FhirPathError(f"{call.name}() needs booleans")
            return judge(values)

        return boolean(judged)

    return build


def count(call: Invocation) -> Code:
    """Compile `count`."""
    focus = call.focus
    if focus.count is not None:
        return Code(INTEGER, one=focus.count)
    if focus.single:
        some = focus.some
        return Code(INTEGER, one=lambda this, env: 1 if some(this, env) else 0)
    items = focus.many
    return Code(INTEGER, one=lambda this, env: len(items(this, env)))


def distinct(call: Invocation) -> Code:
    """Compile `distinct`, which keeps the first of equal items."""
    items, without_duplicates = call.focus.many, distinct_by(call.focus.type)

    def many(this: Any, env: Environment) -> list[Any]:
        found = items(this, env)
        env.spend(len(found))
        return without_duplicates(found)

    return Code(call.focus.type, many=many, some=call.focus.some)


def is_distinct(call: Invocation) -> Code:
    """Compile `isDistinct`."""
    items, key = call.focus.many, keyer(call.focus.type)

    def truth_of(this: Any, env: Environment) -> bool:
        found = items(this, env)
        env.spend(len(found))
        return len({key(item) for item in found}) == len(found)

    return boolean(truth_of)


def subset_of(call: Invocation) -> Code:
    """Compile `subsetOf`."""
    return _contained(call.focus, call.argument(0))


def superset_of(call: Invocation) -> Code:
    """Compile `supersetOf`."""
    return _contained(call.argument(0), call.focus)


def _contained(small: Code, large: Code) -> Code:
    (one, other), type_name = in_one_type([small, large])
    items, others, key = one.many, other.many, keyer(type_name)

    def contained(this: Any, env: Environment) -> bool:
        inside, outside = items(this, env), others(this, env)
        env.spend(len(inside) + len(outside))
        return {key(item) for item in inside} <= {key(item) for item in outside}

    return boolean(contained)


def negation(call: Invocation) -> Code:
    """Compile `not`, by the rules of boolean logic."""
    if call.focus.type == NOTHING:
        return call.focus
    condition = bare(call.focus) if call.focus.type == BOOLEAN else truth(call.focus)

    def negated(this: Any, env: Environment) -> bool | None:
        value = condition(this, env)
        return None if value is None else not value

    return boolean(negated)


EXISTENCE: Functions = {
    "empty": Function(empty),
    "exists": Function(exists, 0, 1),
    "all": Function(every, 1, 1),
    "allTrue": Function(_quantified(all)),
    "anyTrue": Function(_quantified(any)),
    "allFalse": Function(_quantified(lambda values: not any(values))),
    "anyFalse": Function(_quantified(lambda values: not all(values))),
    "subsetOf": Function(subset_of, 1, 1),
    "supersetOf": Function(superset_of, 1, 1),
    "count": Function(count),
    "distinct": Function(distinct),
    "isDistinct": Function(is_distinct),
    "not": Function(negation),
}
