"""Values of the primitive types: which texts and numbers are allowed.

`interval`, `fold` and `implicit_range` are offered here too, beside the checks.

https://hl7.org/fhir/R4/datatypes.html#primitive
"""

import binascii
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from cordee.resource.date_interval import interval
from cordee.resource.folding import fold
from cordee.resource.precision import implicit_range
from cordee.resource.written_decimal import decimal

__all__ = [
    "CHECKS",
    "NUMBERS",
    "fold",
    "from_text",
    "implicit_range",
    "interval",
    "is_valid",
    "to_text",
]

INTEGER_MIN = -(2**31)
INTEGER_MAX = 2**31 - 1
STRING_MAX = 1024 * 1024
"""Most characters of a string (https://hl7.org/fhir/R4/datatypes.html#string)."""

_YEAR = r"([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)"
_MONTH = r"(0[1-9]|1[0-2])"
_DAY = r"(0[1-9]|[1-2][0-9]|3[0-1])"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
_ZONE = r"(Z|(\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"

_DATE = re.compile(rf"{_YEAR}(-{_MONTH}(-{_DAY})?)?")
_DATE_TIME = re.compile(rf"{_YEAR}(-{_MONTH}(-{_DAY}(T{_CLOCK}{_ZONE})?)?)?")
_INSTANT = re.compile(rf"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}")
_TIME = re.compile(_CLOCK)
_CODE = re.compile(r"[^\s]+( [^\s]+)*")
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_OID = re.compile(r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+")
_UUID = re.compile(
    r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)
_URI = re.compile(r"\S+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def is_valid(type_name: str, value: Any) -> bool:
    """Tell whether `value` is a JSON value of the primitive type `type_name`.

    Types that are not primitive have no valid values.
    """
    check = CHECKS.get(type_name)
    return check is not None and check(value)


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    match = pattern.fullmatch
    return lambda value: isinstance(value, str) and match(value) is not None


def _integer(low: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and low <= value <= INTEGER_MAX


def _is_boolean(value: Any) -> bool:
    return value is True or value is False


def _is_decimal(value: Any) -> bool:
    return isinstance(value, Decimal) or type(value) is int


def _is_string(value: Any) -> bool:
    """Control characters are refused: XML has no way to carry them."""
    return (
        isinstance(value, str)
        and bool(value)
        and len(value) <= STRING_MAX
        and _CONTROL.search(value) is None
    )


def _is_base64(value: Any) -> bool:
    """White space is allowed between characters, as in the reference implementations."""
    if not isinstance(value, str) or not value:
        return False
    plain = "".join(value.split())
    try:
        binascii.a2b_base64(plain, strict_mode=True)
    except ValueError:
        return False
    # The strict mode overlooks these two.
    return len(plain) % 4 == 0 and not plain.endswith("===")


def _calendar(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    """Match a pattern, and refuse days that the month does not have."""
    match = pattern.fullmatch

    def check(value: Any) -> bool:
        if not isinstance(value, str) or match(value) is None:
            return False
        return len(value) < 10 or value[8:10] < "29" or _is_day(value[:10])

    return check


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


CHECKS: dict[str, Callable[[Any], bool]] = {
    "base64Binary": _is_base64,
    "boolean": _is_boolean,
    "canonical": _matches(_URI),
    "code": _matches(_CODE),
    "date": _calendar(_DATE),
    "dateTime": _calendar(_DATE_TIME),
    "decimal": _is_decimal,
    "id": _matches(_ID),
    "instant": _calendar(_INSTANT),
    "integer": _integer(INTEGER_MIN),
    "markdown": _is_string,
    "oid": _matches(_OID),
    "positiveInt": _integer(1),
    "string": _is_string,
    "time": _matches(_TIME),
    "unsignedInt": _integer(0),
    "uri": _matches(_URI),
    "url": _matches(_URI),
    "uuid": _matches(_UUID),
    "xhtml": _is_string,
}
"""Primitive type → check of a JSON value."""

NUMBERS = frozenset(("decimal", "integer", "positiveInt", "unsignedInt"))
"""Types that JSON writes as numbers."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")


def from_text(type_name: str, text: str) -> Any:
    """Turn the text of an XML `value` into the JSON value: bool, int, Decimal or str.

    Text that is not of the type stays a string, for the validator to report.
    """
    if type_name == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if type_name in NUMBERS:
        if _INTEGER.fullmatch(text) and text != "-0":
            return int(text) if len(text) < 4300 else text
        if type_name == "decimal" and _NUMBER.fullmatch(text):
            with suppress(InvalidOperation):  # an exponent out of bounds
                return decimal(text)
    return text


def to_text(value: Any) -> str:
    """Turn a JSON value into the text of an XML `value`."""
    if value is True or value is False:
        return "true" if value else "false"
    return str(value)
