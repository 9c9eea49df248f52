"""Values of the primitive types."""

from decimal import Decimal

import pytest

from cordee.resource import primitives
from cordee.resource.written_decimal import decimal

GOOD = [
    ("boolean", True),
    ("integer", -(2**31)),
    ("integer", 2**31 - 1),
    ("unsignedInt", 0),
    ("positiveInt", 1),
    ("decimal", 1),
    ("decimal", Decimal("1.00")),
    ("decimal", decimal("1e2")),
    ("string", " a\tb\r\n"),
    ("markdown", "# é"),
    ("code", "a b"),
    ("id", "a-.9" + "x" * 60),
    ("uri", "urn:x"),
    ("canonical", "http://a|1"),
    ("oid", "urn:oid:1.2.250.1"),
    ("uuid", "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"),
    ("base64Binary", "YQ=="),
    ("base64Binary", "YW Jj\nYW Jj"),
    ("date", "2024"),
    ("date", "2024-12"),
    ("date", "2024-02-29"),
    ("dateTime", "2024-02-29T23:59:60Z"),
    ("dateTime", "2024-01-01T00:00:00.123456+14:00"),
    ("instant", "2024-01-01T00:00:00-03:30"),
    ("time", "23:59:59.9"),
]

BAD = [
    ("boolean", "true"),
    ("boolean", 1),
    ("integer", 2**31),
    ("integer", True),
    ("integer", Decimal("1.0")),
    ("unsignedInt", -1),
    ("positiveInt", 0),
    ("decimal", "1.0"),
    ("decimal", False),
    ("string", ""),
    ("string", 1),
    ("string", "a\x00"),
    ("string", "x" * (1024 * 1024 + 1)),
    ("code", " a"),
    ("code", "a  b"),
    ("id", "a_b"),
    ("id", "x" * 65),
    ("uri", "a b"),
    ("uri", ""),
    ("oid", "1.2.3"),
    ("oid", "urn:oid:3.1"),
    ("uuid", "c757873d-ec9a-4326-a141-556f43239520"),
    ("base64Binary", "YQ="),
    ("base64Binary", "YWJj===="),
    ("base64Binary", "YWJjY+="),
    ("base64Binary", "Y?=="),
    ("date", "2023-02-29"),
    ("date", "2024-04-31"),
    ("date", "0000"),
    ("date", "2024-1-1"),
    ("date", "2024-01-01T00:00:00Z"),
    ("date", "2024-01-01\n"),
    ("dateTime", "2024-01-01T00:00Z"),
    ("dateTime", "2024-01-01T00:00:00"),
    ("dateTime", "2024-01-01T24:00:00Z"),
    ("instant", "2024-01-01"),
    ("time", "24:00:00"),
    ("time", "12:00"),
    ("Patient", "x"),
]


@pytest.mark.parametrize(("type_name", "value"), GOOD)
def test_good_values(type_name: str, value: object) -> None:
    """What the specification allows is valid."""
    assert primitives.is_valid(type_name, value)


@pytest.mark.parametrize(("type_name", "value"), BAD)
def test_bad_values(type_name: str, value: object) -> None:
    """What the specification forbids is not valid, nor is the wrong JSON type."""
    assert not primitives.is_valid(type_name, value)


@pytest.mark.parametrize(
    ("type_name", "text", "value"),
    [
        ("boolean", "true", True),
        ("boolean", "yes", "yes"),
        ("integer", "12", 12),
        ("integer", "1.0", "1.0"),
        ("decimal", "1.00", Decimal("1.00")),
        ("decimal", "12", 12),
        ("decimal", "-0", Decimal("-0")),
        ("decimal", "01", "01"),
        ("decimal", "NaN", "NaN"),
        ("decimal", "1e99999999999999999999", "1e99999999999999999999"),
        ("string", "12", "12"),
    ],
)
def test_xml_text_becomes_the_json_value(type_name: str, text: str, value: object) -> None:
    """Text of the right form gets its JSON type, digits kept; other text stays text."""
    read = primitives.from_text(type_name, text)
    assert (type(read), str(read)) == (type(value), str(value))
    assert primitives.to_text(read) == text
