"""JSON in and out: strict, and exact to the digit.

https://hl7.org/fhir/R4/json.html
"""

import re
from decimal import InvalidOperation
from typing import Any

import msgspec

from cordee.errors import Category, FhirError, Issue, Severity
from cordee.resource import json_locations
from cordee.resource.types import Resource
from cordee.resource.written_decimal import WrittenDecimal, decimal

DEFAULT_DEPTH = 100
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_KEY_END = re.compile(rb'"\s*:')
_WHITE_SPACE = b" \n\r\t"
_ESCAPES = (b"\\u002", b"\\u003")
"""Escapes of quote, colon and space: with them `":` is no reliable mark of a key's end."""
_EXPONENT = re.compile(rb"[0-9][eE][+-]?[0-9]{17}")
"""What numbers too large or small for `decimal.Decimal` hold."""
_BYTE = re.compile(r"\(byte (\d+)\)")
_PIECE = 500_000
"""Bytes read in one call, some 5 ms, during which no other thread goes on."""
_AHEAD = 64
"""Bytes looked at for the kind of a value; Raw holds no white space around it."""
_NESTED = 8
"""Levels of objects and arrays that are taken apart; each is looked through once more."""


def _spell(value: object) -> msgspec.Raw:
    if isinstance(value, WrittenDecimal):
        return msgspec.Raw(value.text.encode())
    raise TypeError(f"{type(value).__name__} has no JSON form")


_decoder = msgspec.json.Decoder(float_hook=decimal)
_text = msgspec.json.Decoder(msgspec.Raw)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_items = msgspec.json.Decoder(list[msgspec.Raw])
_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=_spell)
_ordering = msgspec.json.Encoder(decimal_format="number", enc_hook=_spell, order="sorted")


def parse(data: bytes, *, max_depth: int = DEFAULT_DEPTH) -> Resource:
    """Read one resource: an object with a `resourceType`; decimals keep their digits.

    Raises `FhirError` (MALFORMED, with line and column) for what `parse_any` refuses and for
    anything that is not a resource. Nulls and types are left to the validator.
    """
    value = parse_any(data, max_depth=max_depth)
    if not isinstance(value, dict):
        raise _malformed(data, 0, "A resource must be a JSON object")
    if not isinstance(value.get("resourceType"), str):
        raise _malformed(data, 0, "The property resourceType is missing or not a string")
    return value


def parse_any(data: bytes, *, max_depth: int = DEFAULT_DEPTH) -> Any:
    """Read any JSON value, such as a JSON Patch, as strictly as `parse` reads resources.

    A byte order mark is tolerated. Raises `FhirError` (MALFORMED) for broken JSON, invalid UTF-8,
    lone surrogates, NaN and infinities, duplicate keys, and more than `max_depth` levels.
    """
    data = data.removeprefix(BYTE_ORDER_MARK)
    try:
        value = _decoded(data)
    except UnicodeDecodeError:
        raise _malformed(data, _invalid_utf8(data), "The text is not valid UTF-8") from None
    except RecursionError:
        raise _too_deep(data, max_depth) from None
    except msgspec.DecodeError as error:
        raise _malformed(data, _offset(error, data), _reason(error)) from None
    except InvalidOperation:
        place = _EXPONENT.search(data)
        offset = place.start() if place else 0
        raise _malformed(data, offset, "The exponent of a number is out of bounds") from None
    if data.count(b"{") + data.count(b"[") > max_depth and is_deeper(value, max_depth):
        raise _too_deep(data, max_depth)
    if _may_repeat_keys(value, data):
        _refuse_duplicates(data)
    return value


def _decoded(data: bytes) -> Any:
    """Read JSON; what is large in pieces, so that other threads go on between them."""
    if len(data) < _PIECE:
        return _decoder.decode(data)
    _text.decode(data)  # looks through it: most faults are found here, with their place
    try:
        return _in_pieces(data, _NESTED)
    except msgspec.DecodeError:
        return _decoder.decode(data)  # which tells the place of the others


def _in_pieces(data: bytes | msgspec.Raw, levels: int) -> Any:
    view = memoryview(data)
    match bytes(view[:_AHEAD]).lstrip()[:1] if levels and len(view) >= _PIECE else b"":
        case b"{":
            members = _members.decode(data)
            return {name: _in_pieces(value, levels - 1) for name, value in members.items()}
        case b"[":
            return [_in_pieces(item, levels - 1) for item in _items.decode(data)]
        case _:
            return _decoder.decode(data)


def serialize(value: Any, *, pretty: bool = False) -> bytes:
    """Write a resource (or any JSON value) as UTF-8; `pretty` indents by two spaces."""
    data = _encoder.encode(value)
    return msgspec.json.format(data, indent=2) if pretty else data


def canonical(value: Any) -> bytes:
    """Write without white space, the properties of each object in alphabetical order.

    https://hl7.org/fhir/R4/json.html#canonical
    """
    return _ordering.encode(value)


def is_deeper(value: Any, max_depth: int) -> bool:
    """Tell whether objects and arrays are nested more than `max_depth` levels deep."""
    level = [value]
    for _ in range(max_depth):
        below: list[Any] = []
        for node in level:
            if type(node) is dict:
                below += node.values()
            elif type(node) is list:
                below += node
        if not below:
            return False
        level = below
    return any(isinstance(node, dict | list) for node in level)


def _may_repeat_keys(value: Any, data: bytes) -> bool:
    """Tell whether reading seems to have lost a key; true for a few texts that repeat none.

    White space aside, a text and its canonical form hold `":` equally often, in keys and in strings
    that look so, unless an object repeats a key. Where escapes spoil that, keys are counted.
    """
    if any(escape in data for escape in _ESCAPES):
        return _count_keys(value) != len(_KEY_END.findall(data))
    canonical = _encoder.encode(value)
    return _count_marks(canonical) != _count_marks(data)


def _count_marks(data: bytes) -> int:
    return data.translate(None, _WHITE_SPACE).count(b'":')


def _count_keys(value: Any) -> int:
    keys = 0
    level = [value]
    while level:
        below: list[Any] = []
        for node in level:
            if type(node) is dict:
                keys += len(node)
                below += node.values()
            elif type(node) is list:
                below += node
        level = below
    return keys


def _refuse_duplicates(data: bytes) -> None:
    duplicate = json_locations.first_duplicate(data)
    if duplicate:
        offset, name = duplicate
        raise _malformed(data, offset, f"The property {name} occurs twice in one object")


def _invalid_utf8(data: bytes) -> int:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _offset(error: msgspec.DecodeError, data: bytes) -> int:
    found = _BYTE.search(str(error))
    return int(found[1]) if found else len(data)


def _reason(error: msgspec.DecodeError) -> str:
    text = _BYTE.sub("", str(error)).strip()
    if text == "Input data was truncated":
        return "The JSON ends too early"
    return "The JSON is not well-formed: " + text.removeprefix("JSON is malformed: ")


def _too_deep(data: bytes, max_depth: int) -> FhirError:
    offset = json_locations.first_deeper(data, max_depth)
    return _malformed(data, offset, f"The JSON is nested more than {max_depth} levels deep")


def _malformed(data: bytes, offset: int, reason: str) -> FhirError:
    line, column = json_locations.position(data, offset)
    text = f"{reason} (line {line}, column {column})"
    issue = Issue(Severity.FATAL, "structure", text, line=line, column=column)
    return FhirError(Category.MALFORMED, text, issues=[issue])
