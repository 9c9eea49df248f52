"""Equality: `=`, `!=`, `~` and `!~`.

http://hl7.org/fhirpath/N1/#equality
"""

from collections.abc import Mapping
from typing import Any

from cordee.fhirpath.code import Code, bare, boolean, boxed, nothing
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.types import BOOLEAN, NOTHING, NUMBERS, STRING, system_type
from cordee.fhirpath.values import equal_lists, equivalent_lists

_DIRECT = frozenset((STRING, BOOLEAN))


def equals(left: Code, right: Code) -> Code:
    """Compile `=`."""
    if NOTHING in (left.type, right.type):
        return nothing()
    if _compares_directly(left, right):
        return _direct(left, right)
    ones, others = boxed(left).many, boxed(right).many

    def truth(this: Any, env: Environment) -> bool | None:
        one, other = ones(this, env), others(this, env)
        env.spend(len(one))
        return equal_lists(one, other)

    return boolean(truth)


def _compares_directly(left: Code, right: Code) -> bool:
    """Tell whether Python's own equality gives the answer, known from the static types."""
    if left.type is None or right.type is None or not (left.single and right.single):
        return False
    one, other = system_type(left.type), system_type(right.type)
    return (one == other and one in _DIRECT) or (one in NUMBERS and other in NUMBERS)


def _direct(left: Code, right: Code) -> Code:
    one, other = bare(left), bare(right)
    fixed = right.constant

    def with_constant(this: Any, env: Environment) -> bool | None:
        value = one(this, env)
        return None if value is None else value == fixed

    def both(this: Any, env: Environment) -> bool | None:
        value = one(this, env)
        if value is None:
            return None
        second = other(this, env)
        return None if second is None else value == second

    return boolean(both if fixed is None else with_constant)


def differs(left: Code, right: Code) -> Code:
    """Compile `!=`, the negation of `=`."""
    return _negated(equals(left, right))


def is_equivalent(left: Code, right: Code) -> Code:
    """Compile `~`, which is never empty."""
    ones, others = boxed(left).many, boxed(right).many

    def truth(this: Any, env: Environment) -> bool | None:
        one, other = ones(this, env), others(this, env)
        env.spend(len(one) * len(other))
        return equivalent_lists(one, other)

    return boolean(truth)


def is_not_equivalent(left: Code, right: Code) -> Code:
    """Compile `!~`, the negation of `~`."""
    return _negated(is_equivalent(left, right))


def _negated(code: Code) -> Code:
    one = code.one

    def truth(this: Any, env: Environment) -> bool | None:
        value = one(this, env)
        return None if value is None else not value

    return boolean(truth)


EQUALITY: Mapping[str, Any] = {
    "=": equals,
    "!=": differs,
    "~": is_equivalent,
    "!~": is_not_equivalent,
}
