"""Operators, as tables by chapter.

http://hl7.org/fhirpath/N1/#operations
"""

from collections.abc import Callable, Mapping

from cordee.fhirpath.code import Code
from cordee.fhirpath.operators.collections import COLLECTIONS
from cordee.fhirpath.operators.comparison import COMPARISON, Relation, comparison
from cordee.fhirpath.operators.equality import EQUALITY
from cordee.fhirpath.operators.logic import LOGIC
from cordee.fhirpath.operators.math import ON_NUMBERS, arithmetic, concatenation

Operator = Callable[[Code, Code, bool], Code]
"""Takes both operands, and whether static errors are errors."""


def _plain(build: Callable[[Code, Code], Code]) -> Operator:
    return lambda left, right, _strict: build(left, right)


def _comparing(relation: Relation) -> Operator:
    return lambda left, right, strict: comparison(left, right, relation, strict=strict)


def _calculating(sign: str) -> Operator:
    return lambda left, right, strict: arithmetic(sign, left, right, strict=strict)


OPERATORS: Mapping[str, Operator] = {
    **{sign: _plain(build) for sign, build in {**EQUALITY, **LOGIC, **COLLECTIONS}.items()},
    **{sign: _comparing(relation) for sign, relation in COMPARISON.items()},
    **{sign: _calculating(sign) for sign in ON_NUMBERS},
    "&": _plain(concatenation),
}
"""Operator as written → how to compile it; `is` and `as` take a type and stand apart."""
