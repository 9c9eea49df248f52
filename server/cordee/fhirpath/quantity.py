"""Quantities: calendar words, UCUM units, comparison and arithmetic.

http://hl7.org/fhirpath/N1/#quantity and http://hl7.org/fhirpath/N1/#time-valued-quantities

A quantity is plain JSON in the shape of FHIR's Quantity. A calendar duration (`4 days`) has a unit
and no code; a UCUM quantity (`4 'd'`) has a code and the UCUM system.
"""

from decimal import Decimal
from typing import Any, Final

from cordee.resource import quantity as ucum

UCUM: Final = "http://unitsofmeasure.org"

CALENDAR_WORDS: Final = {
    word + plural: word
    for word in ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")
    for plural in ("", "s")
}
"""Calendar unit as written → its singular."""

_CALENDAR_CODES: Final = {
    "week": "wk",
    "day": "d",
    "hour": "h",
    "minute": "min",
    "second": "s",
    "millisecond": "ms",
}
"""Calendar units that equal a UCUM unit. Years and months do not: UCUM's have a fixed length."""

_LOOSE_CODES: Final = {**_CALENDAR_CODES, "year": "a", "month": "mo"}
"""What `~` takes for the same, as the specification lists it."""

_CALENDAR_OF_CODE: Final = {code: word for word, code in _CALENDAR_CODES.items()}
_LOOSE_CALENDAR_OF_CODE: Final = {code: word for word, code in _LOOSE_CODES.items()}


def from_literal(value: int | Decimal, unit: str, *, quoted: bool) -> dict[str, Any]:
    """Make the quantity of a literal; unquoted units are calendar words."""
    number = Decimal(value)
    if not quoted:
        return {"value": number, "unit": unit}
    return {"value": number, "unit": unit, "system": UCUM, "code": unit}


def without_unit(value: int | Decimal) -> dict[str, Any]:
    """Make a quantity of the unit `1`."""
    return from_literal(value, "1", quoted=True)


def calendar_unit(quantity: dict[str, Any], *, is_literal: bool) -> str | None:
    """Give the calendar word that date arithmetic may use, or None.

    Quoted calendar words and UCUM units up to weeks will do. UCUM's 'a' and 'mo' are calendar
    durations in FHIR's Quantity, and are not in a literal.
    """
    unit = quantity.get("code") or quantity.get("unit") or ""
    words = _CALENDAR_OF_CODE if is_literal else _LOOSE_CALENDAR_OF_CODE
    return CALENDAR_WORDS.get(unit) or words.get(unit)


def compare(left: dict[str, Any], right: dict[str, Any]) -> int | None:
    """Order two quantities; None when their units cannot be converted into one another."""
    pair = in_one_unit(left, right, _CALENDAR_CODES)
    if pair is None:
        return None
    one, other = pair
    return (one > other) - (one < other)


def equivalent(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """Compare as `~` does: at the precision of the less precise value."""
    pair = in_one_unit(left, right, _LOOSE_CODES)
    if pair is None:
        return False
    one, other = pair
    return round_alike(one, other, _step(left, one), _step(right, other))


def round_alike(one: Decimal, other: Decimal, step: Decimal, other_step: Decimal) -> bool:
    """Tell whether two numbers are the same when both are rounded to the coarser step."""
    coarse = max(step, other_step)
    return (one / coarse).to_integral_value() == (other / coarse).to_integral_value()


def in_one_unit(
    left: dict[str, Any], right: dict[str, Any], calendar: dict[str, str]
) -> tuple[Decimal, Decimal] | None:
    """Give both values in one unit, or None when there is none."""
    one, other = left.get("value"), right.get("value")
    if one is None or other is None:
        return None
    unit, other_unit = code(left, calendar), code(right, calendar)
    if unit == other_unit:
        return Decimal(one), Decimal(other)
    first, second = ucum.canonical(Decimal(one), unit), ucum.canonical(Decimal(other), other_unit)
    if first is None or second is None or first[1] != second[1]:
        return None
    return first[0], second[0]


def code(quantity: dict[str, Any], calendar: dict[str, str] | None = None) -> str:
    """Give the unit to convert by: the code, a calendar word's code, the unit, or `1`."""
    found = quantity.get("code")
    if found:
        system = quantity.get("system", UCUM)
        # Codes of another system must not meet UCUM's of the same spelling.
        return str(found) if system == UCUM else f"{found} of {system}"
    unit = quantity.get("unit") or "1"
    word = CALENDAR_WORDS.get(unit)
    if word is None:
        return str(unit)
    table = _CALENDAR_CODES if calendar is None else calendar
    # A calendar word that UCUM does not know must not meet a UCUM code of the same spelling.
    return table.get(word, f" {word}")


def canonical(quantity: dict[str, Any]) -> tuple[Decimal | None, str]:
    """Give the value in canonical units with that unit; as written when UCUM cannot help."""
    value, unit = quantity.get("value"), code(quantity)
    if value is None:
        return None, unit
    return ucum.canonical(Decimal(value), unit) or (Decimal(value), unit)


def comparable(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """Tell whether the units of two quantities convert into one another."""
    one = ucum.canonical(Decimal(1), code(left))
    other = ucum.canonical(Decimal(1), code(right))
    return one is not None and other is not None and one[1] == other[1]


def add(left: dict[str, Any], right: dict[str, Any], sign: int) -> dict[str, Any] | None:
    """Add (or subtract, for a `sign` of -1); the result has the unit of the left side."""
    one, other = left.get("value"), right.get("value")
    pair = in_one_unit(left, right, _CALENDAR_CODES)
    if pair is None or one is None or other is None:
        return None
    if code(left) == code(right):
        return {**left, "value": Decimal(one) + sign * Decimal(other)}
    if pair[0] == 0:
        return {**right, "value": sign * Decimal(other)}
    # The left value in canonical units over itself gives the factor between the two units.
    factor = pair[0] / Decimal(one)
    return {**left, "value": Decimal(one) + sign * pair[1] / factor}


def multiply(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any] | None:
    """Multiply two quantities; the unit is the product of the canonical units."""
    return _combine(left, right, ".")


def divide(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any] | None:
    """Divide two quantities; None for a division by zero."""
    return _combine(left, right, "/") if right.get("value") else None


def _combine(left: dict[str, Any], right: dict[str, Any], operator: str) -> dict[str, Any] | None:
    one, other = left.get("value"), right.get("value")
    if one is None or other is None:
        return None
    unit, other_unit = code(left), code(right)
    value = Decimal(one) * Decimal(other) if operator == "." else Decimal(one) / Decimal(other)
    product = f"({unit}){operator}({other_unit})"
    if other_unit == "1":
        product = unit
    elif unit == other_unit and operator == "/":
        product = "1"
    return from_literal(value, product, quoted=True)


def _step(quantity: dict[str, Any], converted: Decimal) -> Decimal:
    """Give the size of the last written digit, in the unit that was converted to."""
    value = Decimal(quantity["value"])
    exponent = value.as_tuple().exponent
    step = Decimal(1).scaleb(min(int(exponent), 0))
    return abs(step * converted / value) if value else step


def to_text(quantity: dict[str, Any]) -> str:
    """Write a quantity as a literal: `4 days`, `5.4 'mg'`."""
    value, unit = quantity.get("value"), quantity.get("code") or quantity.get("unit")
    number = format(value, "f") if isinstance(value, Decimal) else str(value)
    if not unit:
        return f"{number} '1'"
    is_calendar = not quantity.get("code") and unit in CALENDAR_WORDS
    return f"{number} {unit}" if is_calendar else f"{number} '{unit}'"
