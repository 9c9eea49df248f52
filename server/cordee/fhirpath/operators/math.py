"""Math: `+`, `-`, `*`, `/`, `div`, `mod`, `&` and the signs.

http://hl7.org/fhirpath/N1/#math-2 and http://hl7.org/fhirpath/N1/#datetime-arithmetic
"""

import operator
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, DivisionByZero, InvalidOperation
from typing import Any, Final

from cordee.fhirpath import quantity, temporal
from cordee.fhirpath.code import Code, bare, boxed, nothing
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import FhirPathError, SemanticError
from cordee.fhirpath.node import Node
from cordee.fhirpath.types import (
    DECIMAL,
    INTEGER,
    NOTHING,
    NUMBERS,
    QUANTITY,
    STRING,
    TEMPORAL,
    system_type,
    type_info,
)
from cordee.fhirpath.values import kind

CONTEXT: Final = Context(prec=28, Emax=999, Emin=-999, traps=[InvalidOperation, DivisionByZero])
"""28 digits as the specification asks; overflow gives infinity, which is then empty."""

MAX_TEXT: Final = 1_000_000
"""Characters in a string that an expression may build."""

_INTEGERS: Final = range(-(2**31), 2**31)


def number(value: Any) -> Any:
    """Give a number, or None when it lies outside what an Integer or Decimal can hold."""
    if value.__class__ is int:
        return value if value in _INTEGERS else None
    return value if value.is_finite() else None


def join_text(left: str, right: str) -> str:
    """Put two strings together. Raises FhirPathError when the result is enormous."""
    if len(left) + len(right) > MAX_TEXT:
        raise FhirPathError(f"a string would have more than {MAX_TEXT} characters")
    return left + right


def _divide(left: Any, right: Any) -> Decimal | None:
    return None if right == 0 else CONTEXT.divide(Decimal(left), Decimal(right))


def _whole_divide(left: Any, right: Any) -> int | None:
    return None if right == 0 else int(CONTEXT.divide_int(Decimal(left), Decimal(right)))


def _modulo(left: Any, right: Any) -> Any:
    if right == 0:
        return None
    result = CONTEXT.remainder(Decimal(left), Decimal(right))
    return int(result) if left.__class__ is right.__class__ is int else result


def _exact(on_integers: Callable[[Any, Any], Any], on_decimals: str) -> Callable[[Any, Any], Any]:
    decimal = getattr(CONTEXT, on_decimals)

    def calculate(left: Any, right: Any) -> Any:
        if left.__class__ is right.__class__ is int:
            return on_integers(left, right)
        return decimal(Decimal(left), Decimal(right))

    return calculate


ON_NUMBERS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": _exact(operator.add, "add"),
    "-": _exact(operator.sub, "subtract"),
    "*": _exact(operator.mul, "multiply"),
    "/": _divide,
    "div": _whole_divide,
    "mod": _modulo,
}


def arithmetic(sign: str, left: Code, right: Code, *, strict: bool) -> Code:
    """Compile `+`, `-`, `*`, `/`, `div` or `mod`."""
    if NOTHING in (left.type, right.type):
        return nothing()
    one, other = _system(left), _system(right)
    if one in NUMBERS and other in NUMBERS:
        return _on_numbers(sign, left, right, one, other)
    if sign == "+" and one == other == STRING:
        return _joined(left, right)
    if strict and one in TEMPORAL and other in NUMBERS:
        raise SemanticError(f"a quantity is needed after {sign}, not a number")
    return _on_nodes(sign, left, right)


def _system(code: Code) -> str | None:
    return None if code.type is None else system_type(code.type)


def _on_numbers(sign: str, left: Code, right: Code, one: str, other: str) -> Code:
    first, second, calculate = bare(left), bare(right), ON_NUMBERS[sign]

    def result(this: Any, env: Environment) -> Any:
        low = first(this, env)
        if low is None:
            return None
        high = second(this, env)
        if high is None:
            return None
        found = calculate(low, high)
        return None if found is None else number(found)

    whole = sign == "div" or (sign != "/" and one == other == INTEGER)
    return Code(INTEGER if whole else DECIMAL, one=result)


def _joined(left: Code, right: Code) -> Code:
    first, second = bare(left), bare(right)

    def result(this: Any, env: Environment) -> Any:
        low, high = first(this, env), second(this, env)
        return None if low is None or high is None else join_text(low, high)

    return Code(STRING, one=result)


def _on_nodes(sign: str, left: Code, right: Code) -> Code:
    first, second = boxed(left).one, boxed(right).one

    def result(this: Any, env: Environment) -> Any:
        low, high = first(this, env), second(this, env)
        if low is None or high is None or low.value is None or high.value is None:
            return None
        return calculate_nodes(sign, low, high)

    return Code(None, one=result)


def calculate_nodes(sign: str, left: Node, right: Node) -> Node | None:
    """Calculate with values whose types are known only now. Raises FhirPathError."""
    one, other = kind(left), kind(right)
    if one in NUMBERS and other in NUMBERS:
        found = ON_NUMBERS[sign](left.value, right.value)
        found = None if found is None else number(found)
        return (
            None if found is None else Node(INTEGER if found.__class__ is int else DECIMAL, found)
        )
    if sign == "+" and one == other == STRING:
        return Node(STRING, join_text(left.value, right.value))
    if one in TEMPORAL and other == QUANTITY and sign in ("+", "-"):
        return _moved(sign, left, right, one)
    if QUANTITY in (one, other) and {one, other} <= NUMBERS | {QUANTITY}:
        return _on_quantities(sign, _as_quantity(left, one), _as_quantity(right, other))
    names = " and ".join(
        type_info(node.type)["name"] or "an unknown type" for node in (left, right)
    )
    raise FhirPathError(f"{sign} does not work on {names}")


def _moved(sign: str, left: Node, right: Node, of: str) -> Node | None:
    moment = temporal.parse(left.value, of)
    unit = quantity.calendar_unit(right.value, is_literal=right.type == QUANTITY)
    amount = right.value.get("value")
    if unit is None:
        raise FhirPathError(f"{quantity.code(right.value)!r} is no unit of time to calculate with")
    if moment is None or amount is None:
        return None
    amount = Decimal(amount)
    moved = temporal.add(moment, amount if sign == "+" else -amount, unit)
    return None if moved is None else Node(left.type, temporal.write(moved))


def _as_quantity(node: Node, of: str) -> dict[str, Any]:
    return node.value if of == QUANTITY else quantity.without_unit(node.value)


def _on_quantities(sign: str, left: dict[str, Any], right: dict[str, Any]) -> Node | None:
    if sign in ("*", "/"):
        found = quantity.multiply(left, right) if sign == "*" else quantity.divide(left, right)
    elif sign in ("+", "-"):
        found = quantity.add(left, right, -1 if sign == "-" else 1)
    else:
        raise FhirPathError(f"{sign} does not work on quantities")
    return None if found is None else Node(QUANTITY, found)


def concatenation(left: Code, right: Code) -> Code:
    """Compile `&`: strings put together, where empty counts as the empty string."""
    first, second = bare(left), bare(right)

    def result(this: Any, env: Environment) -> str:
        low, high = first(this, env), second(this, env)
        for value in (low, high):
            if value is not None and value.__class__ is not str:
                raise FhirPathError("& needs strings")
        return join_text(low or "", high or "")

    return Code(STRING, one=result)


def polarity(sign: str, operand: Code) -> Code:
    """Compile a sign before a number or a quantity."""
    of = _system(operand)
    if of == NOTHING:
        return nothing()
    if of in NUMBERS:
        value = bare(operand)

        def signed(this: Any, env: Environment) -> Any:
            found = value(this, env)
            return found if found is None or sign == "+" else number(-found)

        return Code(of, one=signed)
    return _signed_node(sign, operand)


def _signed_node(sign: str, operand: Code) -> Code:
    one = boxed(operand).one

    def signed(this: Any, env: Environment) -> Any:
        node = one(this, env)
        if node is None or node.value is None:
            return None
        of = kind(node)
        if of in NUMBERS:
            return Node(of, node.value if sign == "+" else -node.value)
        if of == QUANTITY and "value" in node.value:
            value = node.value["value"]
            return Node(node.type, {**node.value, "value": value if sign == "+" else -value})
        raise FhirPathError(f"{sign} needs a number or a quantity")

    return Code(None, one=signed)
