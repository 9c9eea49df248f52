"""Conversion: toX() and convertsToX().

http://hl7.org/fhirpath/N1/#conversion
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from cordee.fhirpath import quantity, temporal
from cordee.fhirpath.code import Code, boolean, boxed, text
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.invocation import Build, Function, Functions, Invocation
from cordee.fhirpath.node import Node
from cordee.fhirpath.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    INTEGER,
    NUMBERS,
    QUANTITY,
    STRING,
    TEMPORAL,
    TIME,
)
from cordee.fhirpath.values import kind
from cordee.resource.quantity import convert as convert_units

_INTEGER = re.compile(r"[+-]?\d{1,10}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,100}(?:\.\d{1,100})?", re.ASCII)
_QUANTITY = re.compile(
    r"(?P<value>[+-]?\d{1,100}(?:\.\d{1,100})?)\s*(?:'(?P<unit>[^']+)'|(?P<word>[a-zA-Z]+))?",
    re.ASCII,
)
_BOOLEANS: Final[Mapping[Any, bool]] = {
    **dict.fromkeys(("true", "t", "yes", "y", "1", "1.0"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0", "0.0"), False),
}


def to_boolean(node: Node) -> bool | None:
    """Convert to a Boolean, or give None."""
    value, of = node.value, kind(node)
    if of == BOOLEAN:
        return bool(value)
    if of == STRING:
        return _BOOLEANS.get(value.lower())
    return bool(value) if of in NUMBERS and value in (0, 1) else None


def to_integer(node: Node) -> int | None:
    """Convert to an Integer, or give None."""
    value, of = node.value, kind(node)
    if of in (INTEGER, BOOLEAN):
        return int(value)
    if of == STRING and _INTEGER.fullmatch(value):
        number = int(value)
        return number if -(2**31) <= number < 2**31 else None
    return None


def to_decimal(node: Node) -> Decimal | None:
    """Convert to a Decimal, or give None."""
    value, of = node.value, kind(node)
    if of in NUMBERS or of == BOOLEAN:
        return Decimal(value)
    return Decimal(value) if of == STRING and _DECIMAL.fullmatch(value) else None


def to_string(node: Node) -> str | None:
    """Convert to a String, or give None for what has no text."""
    value, of = node.value, kind(node)
    if of == BOOLEAN:
        return "true" if value else "false"
    if of in NUMBERS:
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if of == QUANTITY:
        return quantity.to_text(value)
    return value if isinstance(value, str) else None


def to_quantity(node: Node) -> dict[str, Any] | None:
    """Convert to a Quantity, or give None."""
    value, of = node.value, kind(node)
    if of == QUANTITY:
        return dict(value)
    if of in NUMBERS or of == BOOLEAN:
        return quantity.without_unit(Decimal(value))
    match = _QUANTITY.fullmatch(value) if of == STRING else None
    if match is None:
        return None
    number = Decimal(match["value"])
    if match["word"]:
        if match["word"] not in quantity.CALENDAR_WORDS:
            return None
        return quantity.from_literal(number, match["word"], quoted=False)
    return quantity.from_literal(number, match["unit"] or "1", quoted=True)


def _to_moment(wanted: str) -> Callable[[Node], str | None]:
    def convert(node: Node) -> str | None:
        value, of = node.value, kind(node)
        if of in (STRING, wanted):
            return value if temporal.is_valid(value, wanted) else None
        if of not in TEMPORAL or TIME in (of, wanted):
            return None
        return value.partition("T")[0] if wanted == DATE else value  # type: ignore[no-any-return]

    return convert


_CONVERSIONS: Final[Mapping[str, Callable[[Node], Any]]] = {
    BOOLEAN: to_boolean,
    INTEGER: to_integer,
    DECIMAL: to_decimal,
    STRING: to_string,
    DATE: _to_moment(DATE),
    DATETIME: _to_moment(DATETIME),
    TIME: _to_moment(TIME),
    QUANTITY: to_quantity,
}


def _item(call: Invocation) -> Callable[[Any, Environment], Node | None]:
    one = boxed(call.focus).one

    def item(this: Any, env: Environment) -> Node | None:
        node = one(this, env)
        return None if node is None or node.value is None else node

    return item


def _convert(wanted: str) -> Build:
    conversion = _CONVERSIONS[wanted]

    def build(call: Invocation) -> Code:
        item = _item(call)

        def one(this: Any, env: Environment) -> Any:
            node = item(this, env)
            return None if node is None else conversion(node)

        return Code(wanted, one=one)

    return build


def _can_convert(wanted: str) -> Build:
    conversion = _CONVERSIONS[wanted]

    def build(call: Invocation) -> Code:
        item = _item(call)

        def truth(this: Any, env: Environment) -> bool | None:
            node = item(this, env)
            return None if node is None else conversion(node) is not None

        return boolean(truth)

    return build


def _quantity(call: Invocation) -> Code:
    """Compile `toQuantity`, which can change the unit."""
    plain = _convert(QUANTITY)(call)
    if not call.arguments:
        return plain
    one, unit = plain.one, text(call.argument(0), "toQuantity()")

    def converted(this: Any, env: Environment) -> Any:
        found, wanted = one(this, env), unit(this, env)
        if found is None or wanted is None or found.get("value") is None:
            return None
        value = convert_units(Decimal(found["value"]), quantity.code(found), wanted)
        return None if value is None else quantity.from_literal(value, wanted, quoted=True)

    return Code(QUANTITY, one=converted)


def _can_be_quantity(call: Invocation) -> Code:
    return boolean(_quantity(call).some) if call.arguments else _can_convert(QUANTITY)(call)


def _names() -> Functions:
    rows: dict[str, Function] = {}
    for wanted in _CONVERSIONS:
        name = wanted.rpartition(".")[2]
        rows[f"to{name}"] = Function(_convert(wanted))
        rows[f"convertsTo{name}"] = Function(_can_convert(wanted))
    return rows


CONVERSION: Functions = {
    **_names(),
    "toQuantity": Function(_quantity, 0, 1),
    "convertsToQuantity": Function(_can_be_quantity, 0, 1),
}
