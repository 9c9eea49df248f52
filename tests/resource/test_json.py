"""JSON in and out."""

import copy
import json as standard
import pickle
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.errors import Category, FhirError, Severity
from cordee.resource import json

NUMBERS = [
    "1.00",
    "1.0",
    "0.1234567890123456789",
    "12345678901234567.89",
    "0.000010",
    "0.0000001",
    "1e2",
    "1E2",
    "1.50e-10",
    "-0.0",
    "12345678901234567890123",
    "-9007199254740993",
    "0",
]


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_keep_their_digits(number: str) -> None:
    """A number comes out as it was written, whatever its size and spelling."""
    data = b'{"resourceType":"X","value":%s}' % number.encode()
    resource = json.parse(data)
    assert json.serialize(resource) == data
    assert resource["value"] == Decimal(number)


@pytest.mark.parametrize("number", ["1e2", "0.0000001"])
def test_copies_keep_the_spelling(number: str) -> None:
    """Copying and pickling a resource does not change how its decimals are written."""
    resource = json.parse(b'{"resourceType":"X","value":%s}' % number.encode())
    for other in (
        copy.deepcopy(resource),
        copy.copy(resource),
        pickle.loads(pickle.dumps(resource)),
    ):
        assert json.serialize(other) == json.serialize(resource)
        assert str(other["value"]) == number


@pytest.mark.parametrize(
    ("data", "line", "column", "says"),
    [
        (b"", 1, 1, "ends too early"),
        (b'{"resourceType": "Patient"', 1, 27, "ends too early"),
        (b'{"resourceType": "Patient",\n "a": NaN}', 2, 7, "not well-formed"),
        (b'{"resourceType": "Patient",\n "a": Infinity}', 2, 7, "not well-formed"),
        (b'{"resourceType": "Patient",\n "a": 01}', 2, 8, "not well-formed"),
        (b'{"resourceType": "Patient", "a": [1,]}', 1, 37, "not well-formed"),
        (b'{"resourceType": "Patient"} x', 1, 30, "not well-formed"),
        (b'{"resourceType": "Patient",\n "\xc3\xa9": "\xff"}', 2, 8, "not valid UTF-8"),
        (b'{"resourceType": "Patient", "a": "\\ud800 and more"}', 1, 41, "surrogate"),
        (b'{"resourceType": "Patient", "a": "\x01"}', 1, 35, "not well-formed"),
        (b'{"resourceType": "Patient",\n  "a": 1, "a": 1}', 2, 11, "a occurs twice"),
        (b'{"resourceType": "Patient", "b": {"a": 1, "a" : 1}}', 1, 43, "a occurs twice"),
        (b'{"resourceType": "Patient", "a": 1, "\\u0061": "\\u0022:"}', 1, 37, "a occurs twice"),
        (b'{"resourceType": "Patient", "a": {}, "a": {}}', 1, 38, "a occurs twice"),
        (b'{"resourceType": "Patient",\n "a": 1.5e99999999999999999999}', 2, 9, "exponent"),
        (b'{"resourceType": "Patient",\n "a": -1E-99999999999999999999}', 2, 8, "exponent"),
        (b"[]", 1, 1, "must be a JSON object"),
        (b'"Patient"', 1, 1, "must be a JSON object"),
        (b"{}", 1, 1, "resourceType is missing"),
        (b'{"resourceType": 1}', 1, 1, "resourceType is missing"),
    ],
)
def test_what_is_no_resource_is_refused_with_its_place(
    data: bytes, line: int, column: int, says: str
) -> None:
    """Broken JSON is MALFORMED, and the issue names reason, line and column."""
    with pytest.raises(FhirError) as caught:
        json.parse(data)
    assert caught.value.category is Category.MALFORMED
    (issue,) = caught.value.issues
    assert issue.severity is Severity.FATAL
    assert says in issue.diagnostics
    assert (issue.line, issue.column) == (line, column)


@pytest.mark.parametrize("opening", [b'{"a":', b"["])
@pytest.mark.parametrize("depth", [11, 5_000])
def test_deep_nesting_is_refused(opening: bytes, depth: int) -> None:
    """More levels than allowed are MALFORMED, however many they are."""
    closing = b"}" if opening.startswith(b"{") else b"]"
    data = opening * depth + b"1" + closing * depth
    with pytest.raises(FhirError, match="more than 10 levels"):
        json.parse_any(data, max_depth=10)


def test_the_deepest_allowed_level_is_read() -> None:
    """Exactly `max_depth` levels pass, also when a text has many brackets side by side."""
    data = b"[" * 9 + b"[],[],[]" + b"]" * 9
    assert json.serialize(json.parse_any(data, max_depth=10)) == data


def test_a_byte_order_mark_is_tolerated() -> None:
    """A UTF-8 byte order mark before the resource is passed over."""
    assert json.parse(b'\xef\xbb\xbf{"resourceType":"Patient"}') == {"resourceType": "Patient"}


@pytest.mark.parametrize(
    "text",
    [
        '{"resourceType":"X","a":": b","c":"\\": d"}',
        '{"resourceType" : "X", "text" :  "Nom : Martin"}',
        '{"resourceType":"X","a":"\\u0022:","b":"\\u003a"}',
        '{"resourceType":"X","a":"\\u0022\\u0020:","a\\\\":1}',
        '{"resourceType":"X","a":{"b":1},"c":{"b":1}}',
    ],
)
def test_strings_that_look_like_keys_are_no_duplicates(text: str) -> None:
    """Only a repeated key is refused, not text that contains quotes and colons."""
    assert json.parse(text.encode()) == standard.loads(text)


def test_pretty_text_reads_back_the_same() -> None:
    """Pretty output differs in white space alone, and keeps digits."""
    resource = json.parse(b'{"resourceType":"X","value":1.00,"text":"a : b"}')
    pretty = json.serialize(resource, pretty=True)
    assert pretty.count(b"\n") == 4
    assert b'"value": 1.00' in pretty
    assert json.parse(pretty) == resource


def test_an_unknown_value_is_a_programming_error() -> None:
    """Values that JSON has no form for are refused rather than guessed."""
    with pytest.raises(TypeError, match="object has no JSON form"):
        json.serialize({"a": object()})


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(_VALUES, st.sampled_from([None, 2]), st.booleans(), st.sampled_from([":", " :", " : "]))
def test_every_text_without_duplicates_is_read(
    value: Any, indent: int | None, ascii_only: bool, colon: str
) -> None:
    """What another writer writes is read to the same value, whatever its layout."""
    text = standard.dumps(value, indent=indent, ensure_ascii=ascii_only, separators=(",", colon))
    assert json.parse_any(text.encode()) == value


@given(st.text(), st.text(), st.booleans(), st.sampled_from([":", " :", "\n:"]))
def test_every_duplicate_is_found(key: str, text: str, ascii_only: bool, colon: str) -> None:
    """A repeated key is refused, whatever key and strings look like."""
    name, value = (standard.dumps(part, ensure_ascii=ascii_only) for part in (key, text))
    data = f"[{value},{{{name}{colon}{value},{name}:{value}}},{value}]".encode()
    with pytest.raises(FhirError, match="occurs twice"):
        json.parse_any(data)


LARGE = b",".join([b'{"linkId":"1","value":1.50,"text":"%s"}' % (b"x" * 100)] * 8_000)


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        (b'{"item":[', b'],"resourceType":"X"}', None),
        (b'{"resourceType":"X","item":[{"item":[', b"]}]}", None),
        (b'{"resourceType":"X","item":[', b"]", "ends too early"),
        (b'{"resourceType":"X","item":[', b',{"a":"\\q"}]}', "escape"),
        (b'{"resourceType":"X","item":[', b',"\xff"]}', "UTF-8"),
        (b'{"resourceType":"X","item":[', b',{"a":1,"a":1}]}', "a occurs twice"),
        (b'{"resourceType":"X","item":[', b'],"item":[]}', "item occurs twice"),
    ],
)
def test_what_is_large_is_read_as_what_is_small(
    start: bytes, end: bytes, reason: str | None
) -> None:
    """It is taken apart, so that others go on meanwhile: values and faults are the same."""
    data = start + LARGE + end
    if reason is None:
        assert json.serialize(json.parse(data)) == data
        return
    with pytest.raises(FhirError, match=reason) as small:
        json.parse(start + b"null" + end)
    with pytest.raises(FhirError, match=reason) as large:
        json.parse(data)
    (before,), (after,) = small.value.issues, large.value.issues
    if "item" not in reason:
        # One tells where an escape begins, the other what of it is wrong.
        assert (after.column or 0) - (before.column or 0) - len(LARGE) + 4 in (0, -1)
