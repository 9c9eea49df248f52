"""Comparison: `<`, `<=`, `>` and `>=`.

http://hl7.org/fhirpath/N1/#comparison
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from cordee.fhirpath.code import Code, bare, boolean, boxed, nothing
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import SemanticError
from cordee.fhirpath.types import NOTHING, NUMBERS, QUANTITY, STRING, TEMPORAL, TIME, system_type
from cordee.fhirpath.values import order

Relation = Callable[[int, int], bool]


def comparison(left: Code, right: Code, relation: Relation, *, strict: bool) -> Code:
    """Compile a comparison; `relation` judges the order of the two sides against 0."""
    if NOTHING in (left.type, right.type):
        return nothing()
    one, other = _system(left), _system(right)
    if one in NUMBERS and other in NUMBERS:
        return _numbers(left, right, relation)
    if strict and one and other and not _have_order(one, other):
        raise SemanticError(f"{one} and {other} cannot be compared")
    first, second = boxed(left).one, boxed(right).one

    def truth(this: Any, env: Environment) -> bool | None:
        low = first(this, env)
        if low is None:
            return None
        high = second(this, env)
        if high is None:
            return None
        found = order(low, high)
        return None if found is None else relation(found, 0)

    return boolean(truth)


def _system(code: Code) -> str | None:
    return None if code.type is None else system_type(code.type)


def _have_order(one: str, other: str) -> bool:
    if one in TEMPORAL and other in TEMPORAL:
        return (one == TIME) == (other == TIME)
    measures = NUMBERS | {QUANTITY}
    return (one in measures and other in measures) or one == other == STRING


def _numbers(left: Code, right: Code, relation: Callable[[Any, Any], bool]) -> Code:
    one, other = bare(left), bare(right)

    def truth(this: Any, env: Environment) -> bool | None:
        low = one(this, env)
        if low is None:
            return None
        high = other(this, env)
        return None if high is None else relation(low, high)

    return boolean(truth)


COMPARISON: Mapping[str, Relation] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
