"""Special parameters: `near`, by distance from a point.

https://hl7.org/fhir/R4/search.html#special
https://hl7.org/fhir/R4/location.html#positional
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from cordee.errors import Category, FhirError
from cordee.search.context import Context
from cordee.search.escape import split, unescape
from cordee.search.filter import Filter, Near
from cordee.search.parameter import Parameter
from cordee.search.types.number import decimal
from cordee.search.values import IndexValues, add
from cordee.search.walk import Emit

MODIFIERS = frozenset({"missing"})
PREFIXES: frozenset[str] = frozenset()

SUPPORTED = frozenset({"near"})
"""The special parameters served; `_filter` is read elsewhere."""

METRES: Mapping[str, float] = {
    "km": 1_000.0,
    "m": 1.0,
    "cm": 0.01,
    "[mi_i]": 1_609.344,
    "mi": 1_609.344,
    "[ft_i]": 0.3048,
    "[nmi_i]": 1_852.0,
}
"""Unit of distance → metres."""

DEFAULT_METRES = 10_000.0
"""The distance of a search that states none."""


def _position(code: str) -> Emit:
    def emit(value: Any, values: IndexValues) -> None:
        place = [decimal(value.get(name)) for name in ("longitude", "latitude")]
        if place[0] is not None and place[1] is not None and _on_earth(place[1], place[0]):
            point = [float(place[0]), float(place[1])]
            add(values, code, {"type": "Point", "coordinates": point})

    return emit


OBJECTS: Mapping[str, Callable[[str], Emit]] = {"Location.position": _position}
"""Element type → what to emit for it, for JSON objects."""

PLAIN: Mapping[str, Callable[[str], Emit]] = {}
"""No JSON string is a place."""


def _on_earth(latitude: Decimal, longitude: Decimal) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180


def parse(parameter: Parameter, _modifier: str | None, value: str, _context: Context) -> Filter:
    """Read one value: `latitude|longitude[|distance[|unit]]`; the unit is km when not stated."""
    parts = [unescape(part).strip() for part in split(value, "|")]
    if len(parts) not in (2, 3, 4):
        raise FhirError(
            Category.INVALID,
            f"{parameter.code} wants latitude|longitude|distance|unit, not {value!r}",
        )
    distance = parts[2:3] if any(parts[2:3]) else []
    try:
        numbers = [Decimal(part) for part in (*parts[:2], *distance)]
    except InvalidOperation:
        numbers = []
    # Decimal also reads NaN and Infinity.
    if not numbers or not all(number.is_finite() for number in numbers):
        message = f"{parameter.code}: {value!r} holds something that is no number"
        raise FhirError(Category.INVALID, message)
    unit = METRES.get(parts[3] or "km" if len(parts) == 4 else "km")
    if not _on_earth(numbers[0], numbers[1]) or unit is None:
        raise FhirError(
            Category.INVALID, f"{parameter.code}: {value!r} is no place on earth or no distance"
        )
    metres = float(numbers[2]) * unit if len(numbers) == 3 else DEFAULT_METRES
    if not 0 < metres < 1e8:
        raise FhirError(Category.INVALID, f"{parameter.code}: {value!r} has no usable distance")
    return Near(parameter.code, float(numbers[0]), float(numbers[1]), metres)
