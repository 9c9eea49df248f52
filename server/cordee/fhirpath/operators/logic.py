"""Boolean logic with three values: `and`, `or`, `xor` and `implies`.

http://hl7.org/fhirpath/N1/#boolean-logic

The right side is not evaluated when the left side alone decides.
"""

from collections.abc import Callable, Mapping
from typing import Any

from cordee.fhirpath.code import Code, boolean, truth
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.types import BOOLEAN


def conjunction(left: Code, right: Code) -> Code:
    """Compile `and`."""
    one, other = truth(left), truth(right)

    def both(this: Any, env: Environment) -> bool | None:
        first = one(this, env)
        if first is False:
            return False
        second = other(this, env)
        if second is False:
            return False
        return None if first is None or second is None else True

    return boolean(both)


def disjunction(left: Code, right: Code) -> Code:
    """Compile `or`."""
    one, other = truth(left), truth(right)
    if left.constant is False and right.type == BOOLEAN:
        return right

    def either(this: Any, env: Environment) -> bool | None:
        first = one(this, env)
        if first:
            return True
        second = other(this, env)
        if second:
            return True
        return None if first is None or second is None else False

    return boolean(either)


def exclusion(left: Code, right: Code) -> Code:
    """Compile `xor`."""
    one, other = truth(left), truth(right)

    def exactly_one(this: Any, env: Environment) -> bool | None:
        first = one(this, env)
        if first is None:
            return None
        second = other(this, env)
        return None if second is None else first != second

    return boolean(exactly_one)


def implication(left: Code, right: Code) -> Code:
    """Compile `implies`."""
    one, other = truth(left), truth(right)

    def follows(this: Any, env: Environment) -> bool | None:
        first = one(this, env)
        if first is False:
            return True
        second = other(this, env)
        if second:
            return True
        return None if first is None else second

    return boolean(follows)


LOGIC: Mapping[str, Callable[[Code, Code], Code]] = {
    "and": conjunction,
    "or": disjunction,
    "xor": exclusion,
    "implies": implication,
}
