"""Quantities in UCUM units."""

from decimal import Decimal

import pytest

from cordee.resource import quantity


@pytest.mark.parametrize(
    ("value", "code", "expected", "unit"),
    [
        ("5.40", "mg", "0.0054", "g"),
        ("37", "Cel", "310.15", "K"),
        ("98.6", "[degF]", "310.15", "K"),
        ("120", "mm[Hg]", "15998640", "g.m-1.s-2"),
        ("5", "10*3/uL", "5000000000000", "m-3"),
        ("12", "%", "0.12", "1"),
        ("3", "{tablets}", "3", "1"),
        ("2", "g/{total}", "2", "g"),
        ("60", "/min", "1", "s-1"),
        ("1", "/m.s", "1", "m-1.s"),
        ("1", "m/(s/(h.g))", "3600", "g.m"),
        ("7.4", "[pH]", "7.4", "[pH]"),
        ("10", "dB", "1", "B"),
        ("1", "[IU]/L", "1000", "[iU].m-3"),
        ("0.1", "L", "0.0001", "m3"),
        ("1", "10.L/min", "0.0001666666666666666666666667", "m3.s-1"),
    ],
)
def test_a_quantity_has_one_canonical_form(value: str, code: str, expected: str, unit: str) -> None:
    """Prefixes, powers, quotients, annotations and temperature scales come down to base units."""
    assert quantity.canonical(Decimal(value), code) == (Decimal(expected), unit)


@pytest.mark.parametrize(
    "code",
    ["", "bogus", "KG", "mg mg", "é", "Cel/min", "m999", "h/", "(" * 50 + "m", "m." * 99 + "m"],
)
def test_a_bad_unit_has_none(code: str) -> None:
    """Text that is not UCUM gives None, quickly, never an error."""
    assert quantity.canonical(Decimal(1), code) is None
    assert not quantity.is_valid(code)
    assert not quantity.comparable(code, "g")


@pytest.mark.parametrize(
    ("value", "code", "target", "expected"),
    [
        ("1", "g", "mg", "1000"),
        ("37", "Cel", "[degF]", "98.6"),
        ("100", "Cel", "[degRe]", "80"),
        ("5.5", "mmol/L", "mol/m3", "5.5"),
        ("1", "g", "m", None),
        ("1", "g", "bogus", None),
        ("1e999999", "kg", "mg", None),
    ],
)
def test_units_convert_where_they_can(
    value: str, code: str, target: str, expected: str | None
) -> None:
    """Conversion is exact, and None across kinds or beyond all range."""
    converted = quantity.convert(Decimal(value), code, target)
    assert converted == (Decimal(expected) if expected else None)


def test_kinds_are_compared_by_their_base_units() -> None:
    """Mass compares with mass; an arbitrary unit with itself alone."""
    assert quantity.comparable("mg", "[lb_av]")
    assert not quantity.comparable("mg", "mL")
    assert not quantity.comparable("[IU]", "[arb'U]")
    assert not quantity.comparable("[IU]", "1")
