"""Precision and the boundaries that it leaves: lowBoundary, highBoundary, precision, comparable.

https://hl7.org/fhirpath/STU3/ (utility functions for trial use)
"""

import calendar
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

from cordee.fhirpath import quantity, temporal
from cordee.fhirpath.code import Code, boolean, boxed, integer
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import FhirPathError
from cordee.fhirpath.invocation import Build, Function, Functions, Invocation
from cordee.fhirpath.node import Node
from cordee.fhirpath.temporal import Moment
from cordee.fhirpath.types import (
    DATE,
    DATETIME,
    DECIMAL,
    INTEGER,
    NUMBERS,
    QUANTITY,
    TEMPORAL,
    TIME,
)
from cordee.fhirpath.values import kind, step

_MAX_DIGITS: Final = 31
_DEFAULT: Final = {DECIMAL: 8, INTEGER: 8, QUANTITY: 8, DATE: 8, DATETIME: 17, TIME: 9}
_EXACT: Final = Context(prec=80)

_DATETIME_FIELDS: Final = {4: 1, 6: 2, 8: 3, 10: 4, 12: 5, 14: 6, 17: 6}
_TIME_FIELDS: Final = {2: 4, 4: 5, 6: 6, 9: 6}
"""Precision in digits → how many fields of a Moment are known."""

_LATEST_OFFSET: Final = 14 * 60
_EARLIEST_OFFSET: Final = -12 * 60


def _boundary(sign: int) -> Build:
    """Compile lowBoundary (sign -1) or highBoundary (sign 1)."""

    def build(call: Invocation) -> Code:
        item = boxed(call.focus).one
        digits = integer(call.argument(0), f"{call.name}()") if call.arguments else None

        def one(this: Any, env: Environment) -> Any:
            node = item(this, env)
            if node is None or node.value is None:
                return None
            of = kind(node)
            if of not in _DEFAULT:
                raise FhirPathError(f"{call.name}() needs a number, a date, a time or a quantity")
            wanted = _DEFAULT[of] if digits is None else digits(this, env)
            return None if wanted is None else _bound(node, of, wanted, sign)

        return Code(None, one=one)

    return build


def _bound(node: Node, of: str, digits: int, sign: int) -> Node | None:
    if of in TEMPORAL:
        moment = temporal.parse(node.value, of)
        bound = None if moment is None else _moment_bound(moment, digits, sign)
        return None if bound is None else Node(node.type, temporal.write(bound))
    if not 0 <= digits <= _MAX_DIGITS:
        return None
    if of == QUANTITY:
        value = node.value.get("value")
        if value is None:
            return None
        return Node(node.type, {**node.value, "value": _number_bound(Decimal(value), digits, sign)})
    return Node(DECIMAL, _number_bound(Decimal(node.value), digits, sign))


def _number_bound(value: Decimal, digits: int, sign: int) -> Decimal:
    """Go half a step beyond the last written digit, then cut to so many decimals.

    Away from zero rounds half up and towards zero cuts, as the official tests want it.
    """
    if value.is_signed():
        return -_number_bound(-value, digits, -sign)
    half = _EXACT.divide(step(value), Decimal(2))
    bound = _EXACT.add(value, sign * half)
    rounding = ROUND_HALF_UP if sign > 0 else ROUND_DOWN
    return bound.quantize(Decimal(1).scaleb(-digits), rounding, _EXACT)


def _moment_bound(moment: Moment, digits: int, sign: int) -> Moment | None:
    table = _TIME_FIELDS if moment.type == TIME else _DATETIME_FIELDS
    count = table.get(digits)
    if count is None:
        return None
    fields = [*moment.fields]
    while len(fields) < count:
        fields.append(_extreme_field(fields, sign))
    if digits in (9, 17) and not isinstance(fields[5], Decimal):
        fields[5] += Decimal("0.999" if sign > 0 else "0.000")
    offset = moment.offset
    if offset is None and moment.type == DATETIME and count > 3:
        offset = _EARLIEST_OFFSET if sign > 0 else _LATEST_OFFSET
    return Moment(moment.type, tuple(fields[:count]), offset)


def _extreme_field(fields: list[int | Decimal], sign: int) -> int:
    """Give the first or last value of the next finer field."""
    place = len(fields)
    if sign < 0:
        return 1 if place in (1, 2) else 0
    if place == 2:
        return calendar.monthrange(int(fields[0]), int(fields[1]))[1]
    return (0, 12, 31, 23, 59, 59)[place]


_FIELD_DIGITS: Final = (0, 4, 6, 8, 10, 12, 14)


def precision(call: Invocation) -> Code:
    """Compile `precision`: decimals of a number, digits of a date or time."""
    item = boxed(call.focus).one

    def one(this: Any, env: Environment) -> int | None:
        node = item(this, env)
        if node is None or node.value is None:
            return None
        of = kind(node)
        if of in NUMBERS:
            return max(-int(Decimal(node.value).as_tuple().exponent), 0)
        moment = temporal.parse(node.value, of) if of in TEMPORAL else None
        if moment is None:
            raise FhirPathError("precision() needs a number, a date or a time")
        return _digits(moment)

    return Code(INTEGER, one=one)


def _digits(moment: Moment) -> int:
    digits = _FIELD_DIGITS[len(moment.fields)]
    if isinstance(moment.fields[-1], Decimal):
        digits += 3
    return digits - 8 if moment.type == TIME else digits


def comparable(call: Invocation) -> Code:
    """Compile `comparable`: do the units of two quantities convert into one another?"""
    left, right = boxed(call.focus).one, boxed(call.argument(0)).one

    def truth(this: Any, env: Environment) -> bool | None:
        one, other = left(this, env), right(this, env)
        if one is None or other is None:
            return None
        if kind(one) != QUANTITY or kind(other) != QUANTITY:
            raise FhirPathError("comparable() needs quantities")
        return quantity.comparable(one.value, other.value)

    return boolean(truth)


BOUNDARIES: Functions = {
    "lowBoundary": Function(_boundary(-1), 0, 1),
    "highBoundary": Function(_boundary(1), 0, 1),
    "precision": Function(precision),
    "comparable": Function(comparable, 1, 1),
}
