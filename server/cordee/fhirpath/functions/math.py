"""Math functions, and the sums of collections.

http://hl7.org/fhirpath/N1/#math
"""

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal, DecimalException
from functools import reduce
from typing import Any

from cordee.fhirpath.code import Code, bare, boxed, integer, nothing
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import FhirPathError
from cordee.fhirpath.invocation import Build, Function, Functions, Invocation
from cordee.fhirpath.node import Node
from cordee.fhirpath.operators.math import CONTEXT, calculate_nodes, number
from cordee.fhirpath.types import DECIMAL, INTEGER, NOTHING, NUMBERS, QUANTITY
from cordee.fhirpath.values import kind, order


def _number(call: Invocation, code: Code) -> Callable[[Any, Environment], Any]:
    """Give the only item as a number; raises FhirPathError for anything else."""
    value = bare(code)

    def found(this: Any, env: Environment) -> Any:
        item = value(this, env)
        # Decimals keep how they were written in a class of their own; booleans are no numbers.
        if item is None or item.__class__ is int or isinstance(item, Decimal):
            return item
        raise FhirPathError(f"{call.name}() needs a number")

    return found


def _calculated(result: str, function: Callable[..., Any]) -> Build:
    """Compile a function of numbers; impossible results are empty."""

    def build(call: Invocation) -> Code:
        if call.focus.type == NOTHING:
            return nothing()
        value = _number(call, call.focus)
        others = [_number(call, call.argument(place)) for place in range(len(call.arguments))]

        def one(this: Any, env: Environment) -> Any:
            numbers = [value(this, env), *(other(this, env) for other in others)]
            if None in numbers:
                return None
            try:
                return number(function(*(Decimal(operand) for operand in numbers)))
            except (DecimalException, ArithmeticError, ValueError):
                return None

        return Code(result, one=one)

    return build


def absolute(call: Invocation) -> Code:
    """Compile `abs`, which keeps the type of numbers and quantities."""
    one_node = boxed(call.focus).one

    def one(this: Any, env: Environment) -> Any:
        node = one_node(this, env)
        if node is None or node.value is None:
            return None
        of = kind(node)
        if of in NUMBERS:
            return Node(of, abs(node.value))
        if of == QUANTITY and "value" in node.value:
            return Node(node.type, {**node.value, "value": abs(node.value["value"])})
        raise FhirPathError("abs() needs a number or a quantity")

    return Code(None, one=one)


def rounded(call: Invocation) -> Code:
    """Compile `round`."""
    value = _number(call, call.focus)
    precision = integer(call.argument(0), "round()") if call.arguments else None

    def one(this: Any, env: Environment) -> Any:
        found = value(this, env)
        digits = 0 if precision is None else precision(this, env)
        if found is None or digits is None:
            return None
        if not 0 <= digits <= CONTEXT.prec:
            raise FhirPathError("round() needs a precision between 0 and 28")
        try:
            return Decimal(found).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        except DecimalException:
            return found

    return Code(DECIMAL, one=one)


def _whole(rounding: str) -> Callable[[Decimal], int]:
    return lambda value: int(value.to_integral_value(rounding))


def _power(base: Decimal, exponent: Decimal) -> Decimal | None:
    return CONTEXT.power(base, exponent)


def power(call: Invocation) -> Code:
    """Compile `power`; integers stay integers."""
    code = _calculated(DECIMAL, _power)(call)
    if call.focus.type == INTEGER and call.argument(0).type == INTEGER:
        one = code.one

        def whole(this: Any, env: Environment) -> Any:
            found = one(this, env)
            if found is None:
                return None
            return number(int(found)) if found == found.to_integral_value() else None

        return Code(INTEGER, one=whole)
    return code


def _root(value: Decimal) -> Decimal:
    return CONTEXT.sqrt(value).normalize(CONTEXT)


def _logarithm(value: Decimal, base: Decimal) -> Decimal:
    quotient = CONTEXT.divide(CONTEXT.ln(value), CONTEXT.ln(base))
    # Two rounded logarithms seldom divide exactly; the last digits are noise.
    return quotient.quantize(Decimal(1).scaleb(-24)).normalize(CONTEXT)


def _folded(pick: Callable[[Node, Node], Node | None]) -> Build:
    """Compile a function that folds a collection of numbers or quantities into one."""

    def build(call: Invocation) -> Code:
        items = boxed(call.focus).many

        def one(this: Any, env: Environment) -> Any:
            nodes = items(this, env)
            env.spend(len(nodes))
            return reduce(lambda left, right: left and pick(left, right), nodes) if nodes else None

        return Code(None, one=one)

    return build


def _added(left: Node, right: Node) -> Node | None:
    return calculate_nodes("+", left, right)


def _extreme(sign: int) -> Callable[[Node, Node], Node | None]:
    def pick(left: Node, right: Node) -> Node | None:
        found = order(left, right)
        if found is None:
            return None
        return right if found * sign > 0 else left

    return pick


def average(call: Invocation) -> Code:
    """Compile `avg`."""
    total, items = _folded(_added)(call).one, call.focus.many

    def one(this: Any, env: Environment) -> Any:
        found = total(this, env)
        if found is None:
            return None
        return calculate_nodes("/", found, Node(INTEGER, len(items(this, env))))

    return Code(None, one=one)


MATH: Functions = {
    "abs": Function(absolute),
    "ceiling": Function(_calculated(INTEGER, _whole(ROUND_CEILING))),
    "exp": Function(_calculated(DECIMAL, CONTEXT.exp)),
    "floor": Function(_calculated(INTEGER, _whole(ROUND_FLOOR))),
    "ln": Function(_calculated(DECIMAL, CONTEXT.ln)),
    "log": Function(_calculated(DECIMAL, _logarithm), 1, 1),
    "power": Function(power, 1, 1),
    "round": Function(rounded, 0, 1),
    "sqrt": Function(_calculated(DECIMAL, _root)),
    "truncate": Function(_calculated(INTEGER, _whole(ROUND_DOWN))),
    "sum": Function(_folded(_added)),
    "min": Function(_folded(_extreme(1))),
    "max": Function(_folded(_extreme(-1))),
    "avg": Function(average),
}
