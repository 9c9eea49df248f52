"""The interval that a number stands for, by the digits it is written with.

https://hl7.org/fhir/R4/search.html#number
"""

from decimal import Decimal, localcontext


def implicit_range(value: Decimal | int) -> tuple[Decimal, Decimal]:
    """Give [low, high): half a unit of the last digit to either side.

    100 stands for [99.5, 100.5), 100.00 for [99.995, 100.005), 1e2 for [50, 150).
    """
    number = Decimal(value)
    exponent = int(number.as_tuple().exponent)  # "n" for NaN, which no parser lets in
    half = Decimal((0, (5,), exponent - 1))
    with localcontext() as context:
        context.prec = max(28, len(number.as_tuple().digits) + 3)
        return number - half, number + half


def approximate_range(value: Decimal | int) -> tuple[Decimal, Decimal]:
    """Give the range that the prefix `ap` stands for: a tenth of the value to either side."""
    number = Decimal(value)
    margin = abs(number) / 10
    low, high = implicit_range(number)
    return min(low, number - margin), max(high, number + margin)
