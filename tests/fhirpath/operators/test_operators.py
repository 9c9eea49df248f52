"""The operators, by chapter; the official suite covers what is not here."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

import pytest

from cordee.fhirpath import FhirPathError, SemanticError

Evaluate: TypeAlias = Callable[..., list[Any]]

ROWS: dict[str, list[Any]] = {
    # equality
    "name = name": [True],
    "name.given = ('Peter' | 'James')": [False],
    "birthDate = '1974-12-25'": [False],
    "birthDate = @1974-12-25": [True],
    "birthDate = @1974-12-25T10:00:00Z": [],
    "@2024-01-01T10:00:00Z = @2024-01-01T11:00:00+01:00": [True],
    "1 = true": [False],
    "1 = 1.0": [True],
    "1 = 1 '1'": [True],
    "1 'mg' = 1 'm'": [],
    "1 'Cel' = 274.15 'K'": [True],
    "12 months = 1 year": [],
    "active = true": [True],
    "'A  b' ~ 'a B'": [True],
    "1.23 ~ 1.2": [True],
    "name ~ (name[1] | name[0])": [True],
    "name[0] ~ name[1]": [False],
    "1 month ~ 1 'mo'": [True],
    "@2012-04 ~ @2012-04-15": [False],
    "active ~ 'true'": [False],
    "{} = 1": [],
    "@T10:00 = @2024": [False],
    "{} ~ {}": [True],
    "'a' = 'b' & {}": [False],
    "name[0].given[1] = 'x'": [],
    "1 ~ 1 '1'": [True],
    "name.given[1] ~ name.given[1]": [True],
    # comparison
    "1 > {}": [],
    "1 > photo.height": [],
    "id > photo.title": [],
    "name[0].given[1] > 'a'": [],
    "deceased > birthDate": [True],
    "@2024-03 > @2024-03-05": [],
    "@T10:30 < @T10:31:05": [True],
    "1 'g' > 900 'mg'": [True],
    "2 > 1 '1'": [True],
    "multipleBirth > 1": [True],
    "'b' > 'a'": [True],
    "photo > 1": [],
    # collections
    "2 in (1 | 2.0)": [True],
    "photo.title in ('a' | 'b')": [],
    "name.first().use in ('official' | 'old')": [True],
    "name.use contains 'old'": [False],
    "1 | 1.0 | 2": [1, 2],
    "'a' | 1 | {}": ["a", 1],
    "{} | {}": [],
    "{} in (1 | 2)": [],
    "photo.title in name.given": [],
    "photo.title in %resource.name.given": [],
    "'Jim' in %resource.name.given": [True],
    "'2020'.toDate() in (@2020 | @2021)": [True],
    # logic
    "true or (1 / 'x')": [True],
    "false and (1 / 'x')": [False],
    "false implies (1 / 'x')": [True],
    "{} implies true": [True],
    "{} xor true": [],
    # math
    "1 / 3 * 3": [Decimal("0.9999999999999999999999999999")],
    "7 div 2": [3],
    "-7 mod 2": [-1],
    "1 / 0": [],
    "2147483647 + 1": [],
    "'a' + {}": [],
    "'a' & {} & 'b'": ["ab"],
    "multipleBirth + 1": [3],
    "birthDate + 1 month": ["1975-01-25"],
    "@2024-01-31 + 1 month": ["2024-02-29"],
    "@2024-02-29 + 1 year": ["2025-02-28"],
    "@2024 + 24 months": ["2026"],
    "@2024-01 + 40 days": ["2024-02"],
    "@2024-01-01 + 25 hours": ["2024-01-02"],
    "@T23:30 + 1 hour": ["00:30"],
    "@2024-01-01T00:00:00Z - 1 second": ["2023-12-31T23:59:59Z"],
    "@9999-12-31 + 1 day": [],
    "-(1 'mg') = -1 'mg'": [True],
    "1 'g' + 500 'mg' = 1.5 'g'": [True],
    "1 'g' + 1 'm'": [],
    "(4 'm' / 2 's') = 2 'm/s'": [True],
    "1 + photo.height": [],
    "photo.height + 1": [],
    "birthDate + photo.height": [],
    "name.given[0] + '-' + name.given.last()": ["Peter-Jim"],
    "(1 | 'a').first() + 1": [2],
    "('a' | 1).first() + 'b'": ["ab"],
    "-{}": [],
    "-(photo.height)": [],
    "+(multipleBirth)": [2],
    "-(multipleBirth)": [-2],
    # types
    "{} is Patient": [],
    "({} as Patient)": [],
    "(1 | 'a').ofType(System.Integer)": [1],
    "children().ofType(Element).count() > 5": [True],
    "children().ofType(date)": ["1974-12-25"],
    "(deceased as Period)": [],
    "photo.first().title": [],
    "birthDate is date": [True],
    "birthDate is System.Date": [False],
    "contained.first() is DomainResource": [True],
    "name.first() is Element": [True],
    "birthDate is System.Patient": [False],
    "name.ofType(HumanName).family": ["Chalmers"],
    "name.first().use.ofType(string)": [],
}


@pytest.mark.parametrize("context", [None, ""])
@pytest.mark.parametrize("expression", ROWS)
def test_operators(evaluate: Evaluate, expression: str, context: str | None) -> None:
    """An operator gives the same with and without static types."""
    assert evaluate(expression, context=context) == ROWS[expression]


@pytest.mark.parametrize(
    "expression",
    [
        "'a' - 'b'",
        "'a' * 2",
        "1 > 'a'",
        "name > name",
        "birthDate + 1 'cm'",
        "birthDate + 1 'a'",
        "@T10:00 + 1 month",
        "(1 | 2) + 1",
        "(1 | 2) and true",
        "-'a'",
        "1 'mg' mod 2",
        "name[0] & 'x'",
        "true > false",
    ],
)
@pytest.mark.parametrize("context", [None, ""])
def test_operators_refuse_other_types(
    evaluate: Evaluate, expression: str, context: str | None
) -> None:
    """Operands of the wrong type or number are errors, never a guess."""
    with pytest.raises(FhirPathError):
        evaluate(expression, context=context)


def test_strict_mode_refuses_static_mistakes(evaluate: Evaluate) -> None:
    """Strict mode tells mistakes of types before anything runs."""
    for expression in ("birthDate + 7", "name > 1", "name.as(HumanName)", "children().first()"):
        with pytest.raises((SemanticError, FhirPathError)):
            evaluate(expression, strict=True)
