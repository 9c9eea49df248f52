"""Decimals that keep the digits they were written with.

`decimal.Decimal` keeps trailing zeros and any number of digits, but spells some numbers its own way
(`1e2` becomes `1E+2`). `WrittenDecimal` is used for those alone and remembers the spelling.

https://hl7.org/fhir/R4/datatypes.html#decimal
"""

from decimal import Decimal
from typing import Any, Self


class WrittenDecimal(Decimal):
    """A decimal whose text differs from what `str(Decimal(text))` gives."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        """Keep `text` beside the number."""
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __str__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[Any, ...]:
        return (WrittenDecimal, (self.text,))

    def __copy__(self) -> "WrittenDecimal":
        return self

    def __deepcopy__(self, memo: dict[int, Any], /) -> "WrittenDecimal":
        return self


def decimal(text: str) -> Decimal:
    """Make a decimal that serialises to exactly `text`.

    `text` must be a number as JSON writes it; anything else raises `decimal.InvalidOperation`.
    """
    plain = Decimal(text)
    return plain if str(plain) == text else WrittenDecimal(text)
