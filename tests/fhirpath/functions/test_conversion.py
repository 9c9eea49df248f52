"""Conversion."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

Check: TypeAlias = Callable[[dict[str, Any]], None]


def test_conversion(check: Check) -> None:
    """Conversions give a value or nothing."""
    check(
        {
            "'+12'.toInteger()": 12,
            "'99999999999'.toInteger()": [],
            "1.5.toInteger()": [],
            "'1.50'.toDecimal()": Decimal("1.50"),
            "'YES'.toBoolean()": True,
            "1.0.toBoolean()": True,
            "'maybe'.toBoolean()": [],
            "'2020-13'.toDate()": [],
            "@2020-03-04T10:00:00Z.toDate()": "2020-03-04",
            "@2020-03.toDateTime()": "2020-03",
            "'25:00'.toTime()": [],
            "'10:30'.toTime()": "10:30",
            "birthDate.toString()": "1974-12-25",
            "name.first().toString()": [],
            "'4 days'.toQuantity()": {"value": Decimal(4), "unit": "days"},
            "'4 dys'.toQuantity()": [],
            "(1 'g').toQuantity('mg') = 1000 'mg'": True,
            "(1 'g').convertsToQuantity('m')": False,
            "5.4 'mg'.toString()": "5.4 'mg'",
            "'x'.convertsToInteger()": False,
            "photo.convertsToInteger()": [],
        },
    )
