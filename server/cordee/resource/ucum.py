"""UCUM units: a code → an exact factor and base units.

The grammar and the table of units come with the library `ucumvert`; it is loaded on first use.
The arithmetic is ours because quantities are compared digit by digit, without binary fractions.

https://ucum.org/ucum
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

SYSTEM = "http://unitsofmeasure.org"

_LONGEST = 80
_GREATEST_EXPONENT = 30
_MOST_DIGITS = 20
_MOST_BRACKETS = 8


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` times the product of base units, after adding `offset` (temperatures alone)."""

    factor: Fraction = Fraction(1)
    bases: Mapping[str, int] = field(default_factory=dict)
    """Base unit → exponent. Arbitrary and logarithmic units are bases of their own."""
    offset: Fraction = Fraction(0)

    def times(self, other: "Unit", exponent: int = 1) -> "Unit":
        """Multiply by a power of another unit; offsets make no sense in products."""
        if self.offset or other.offset:
            raise ValueError("a temperature scale cannot be part of a product")
        bases = dict(self.bases)
        for base, power in other.bases.items():
            bases[base] = bases.get(base, 0) + power * exponent
        kept = {base: power for base, power in bases.items() if power}
        return Unit(self.factor * other.factor**exponent, kept)

    @property
    def code(self) -> str:
        """The UCUM code of the base units, such as `g.m-3`; `1` for a plain number."""
        parts = [
            f"{base}{power if power != 1 else ''}" for base, power in sorted(self.bases.items())
        ]
        return ".".join(parts) or "1"


ONE = Unit()
_OFFSETS = {"Cel": Fraction("273.15"), "degF": Fraction("459.67"), "degRe": Fraction("218.52")}
"""Functions of temperature scales: what to add, in degrees of the scale, to reach absolute zero."""


def unit(code: str) -> Unit | None:
    """Read a UCUM code (case sensitive); None when it is not valid. Annotations count as 1."""
    if not code or len(code) > _LONGEST or code.count("(") > _MOST_BRACKETS:
        return None
    return _unit(code)


@lru_cache(maxsize=4096)
def _unit(code: str) -> Unit | None:
    try:
        return _evaluate(_parser().parse(code))
    except (_parse_error(), ValueError, KeyError, ArithmeticError):
        return None


@cache
def _parser() -> Any:
    from ucumvert.parser import get_ucum_parser  # noqa: PLC0415 - slow to load, rarely needed

    return get_ucum_parser()


@cache
def _parse_error() -> type[Exception]:
    from lark.exceptions import LarkError  # noqa: PLC0415 - slow to load, rarely needed

    return LarkError


@cache
def _table() -> tuple[dict[str, Fraction], dict[str, Any]]:
    """Give prefix → factor and unit code → its row in the UCUM table."""
    from ucumvert.xml_util import root  # noqa: PLC0415 - slow to load, rarely needed

    prefixes = {
        row.attrib["Code"]: Fraction(Decimal(row.find("{*}value").attrib["value"]))
        for row in root.findall("{*}prefix")
    }
    rows = [*root.findall("{*}base-unit"), *root.findall("{*}unit")]
    return prefixes, {row.attrib["Code"]: row for row in rows}


def _evaluate(node: Any, sign: int = 1) -> Unit:
    """Evaluate a parse tree; a `sign` of -1 divides by the leftmost component."""
    rule = _RULES.get(getattr(node, "data", "annotation"))
    return rule(node.children, sign) if rule else ONE


def _main_term(parts: list[Any], sign: int) -> Unit:
    """Evaluate what stands alone or in brackets; a leading slash divides by its first component."""
    if len(parts) == 2:
        return _powered(_evaluate(parts[1], -1), sign)
    return _powered(_evaluate(parts[0]), sign)


def _term(parts: list[Any], sign: int) -> Unit:
    left, operator, right = parts
    return _evaluate(left, sign).times(_evaluate(right), -1 if operator == "/" else 1)


def _component(parts: list[Any], sign: int) -> Unit:
    """Evaluate a unit before its annotation."""
    return _evaluate(parts[0], sign)


def _annotatable(parts: list[Any], sign: int) -> Unit:
    power = int(parts[1])
    if abs(power) > _GREATEST_EXPONENT:
        raise ValueError("the exponent is too large")
    return ONE.times(_evaluate(parts[0]), power * sign)


def _simple_unit(parts: list[Any], sign: int) -> Unit:
    if len(parts) == 1 and parts[0].isdigit():
        if len(parts[0]) > _MOST_DIGITS:
            raise ValueError("the number is too large")
        return Unit(Fraction(int(parts[0])) ** sign)
    made = _atom(str(parts[-1]))
    if len(parts) == 2:
        prefix = _table()[0][str(parts[0])]
        made = Unit(made.factor * prefix, made.bases, made.offset / prefix)
    return _powered(made, sign)


_RULES: dict[str, Callable[[list[Any], int], Unit]] = {
    "annotatable": _annotatable,
    "component": _component,
    "main_term": _main_term,
    "simple_unit": _simple_unit,
    "term": _term,
}
"""Rule of the grammar → its evaluation."""


def _powered(made: Unit, sign: int) -> Unit:
    return made if sign == 1 else ONE.times(made, sign)


@cache
def _atom(code: str) -> Unit:
    """Give a unit of the table in base units."""
    row = _table()[1][code]
    value = row.find("{*}value")
    if value is None:
        return Unit(bases={code: 1})
    function = value.find("{*}function")
    if function is not None:
        name = function.attrib["name"]
        if name not in _OFFSETS:
            return Unit(bases={code: 1})
        degree = _evaluate(_parser().parse(function.attrib["Unit"]))
        factor = degree.factor * Fraction(function.attrib["value"])
        return Unit(factor, degree.bases, _OFFSETS[name])
    if row.attrib.get("isArbitrary") == "yes" and value.attrib["Unit"] == "1":
        return Unit(bases={code: 1})
    scale = Unit(Fraction(Decimal(value.attrib["value"])))
    return scale.times(_evaluate(_parser().parse(value.attrib["Unit"])))
