"""Quantities in canonical UCUM units, so that 1 g equals 1000 mg.

https://hl7.org/fhir/R4/search.html#quantity
"""

from decimal import Context, Decimal, DecimalException
from fractions import Fraction

from cordee.resource import ucum

_EXACT = Context(prec=50)
_KEPT = Context(prec=25)
"""Digits kept of a result: beyond any measurement, within what a database decimal holds."""


def canonical(value: Decimal, code: str) -> tuple[Decimal, str] | None:
    """Give a quantity in base units ("g", "m", "s", …), or None when `code` is not valid UCUM.

    `canonical(Decimal("37"), "Cel")` is `(Decimal("310.15"), "K")`. Logarithmic and arbitrary units
    such as `[pH]` and `[iU]` are bases of their own. Trailing zeros are dropped.
    """
    unit = ucum.unit(code)
    if unit is None:
        return None
    scaled = _scaled(value, unit.offset, unit.factor)
    return None if scaled is None else (scaled, unit.code)


def convert(value: Decimal, code: str, target: str) -> Decimal | None:
    """Give `value` in the unit `target`, or None when the two cannot be compared."""
    source, wanted = ucum.unit(code), ucum.unit(target)
    if source is None or wanted is None or source.bases != wanted.bases:
        return None
    if source.offset == wanted.offset == 0:
        return _scaled(value, Fraction(0), source.factor / wanted.factor)
    absolute = _scaled(value, source.offset, source.factor)
    if absolute is None:
        return None
    degrees = _scaled(absolute, Fraction(0), 1 / wanted.factor)
    return None if degrees is None else _scaled(degrees, -wanted.offset, Fraction(1))


def comparable(code: str, other: str) -> bool:
    """Tell whether two UCUM codes measure the same kind of thing."""
    first, second = ucum.unit(code), ucum.unit(other)
    return first is not None and second is not None and first.bases == second.bases


def is_valid(code: str) -> bool:
    """Tell whether `code` is a UCUM code, case sensitive."""
    return ucum.unit(code) is not None


def _scaled(value: Decimal, offset: Fraction, factor: Fraction) -> Decimal | None:
    """Give (value + offset) * factor, exactly but for the last digits; None when out of range."""
    try:
        if offset:
            shift = _EXACT.divide(Decimal(offset.numerator), Decimal(offset.denominator))
            value = _EXACT.add(value, shift)
        product = _EXACT.multiply(value, Decimal(factor.numerator))
        quotient = _EXACT.divide(product, Decimal(factor.denominator))
        return _KEPT.normalize(quotient)
    except DecimalException:
        return None
