"""JSON in and out: strict, and exact to the digit.

https://hl7.org/fhir/R4/json.html
"""

import re
from typing import Any

import msgspec

from cordee.errors import Category, FhirError, Issue, Severity
from cordee.resource import json_locations
from cordee.resource.types import Resource
from cordee.resource.written_decimal import WrittenDecimal, decimal

DEFAULT_DEPTH = 100
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_KEY_END = re.compile(rb'"\s*:')
_SPACED_COLONS = (b" :", b"\n:", b"\t:", b"\r:")
_BYTE = re.compile(r"\(byte (\d+)\)")


def _spell(value: object) -> msgspec.Raw:
    if isinstance(value, WrittenDecimal):
        return msgspec.Raw(value.text.encode())
    raise TypeError(f"{type(value).__name__} has no JSON form")


_decoder = msgspec.json.Decoder(float_hook=decimal)
_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=_spell)


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
        value = _decoder.decode(data)
    except UnicodeDecodeError:
        raise _malformed(data, _invalid_utf8(data), "The text is not valid UTF-8") from None
    except RecursionError:
        raise _too_deep(data, max_depth) from None
    except msgspec.DecodeError as error:
        raise _malformed(data, _offset(error, data), _reason(error)) from None
    if _count_keys(value, data, max_depth) != _count_key_ends(data):
        # Either a duplicate key, or a string that merely looks like a key: let the scanner tell.
        _refuse_duplicates(data)
    return value


def serialize(value: Any, *, pretty: bool = False) -> bytes:
    """Write a resource (or any JSON value) as UTF-8; `pretty` indents by two spaces."""
    data = _encoder.encode(value)
    return msgspec.json.format(data, indent=2) if pretty else data


def _count_keys(value: Any, data: bytes, max_depth: int) -> int:
    """Count the keys of all objects, level by level, refusing too many levels."""
    keys = depth = 0
    level = [value] if isinstance(value, dict | list) else []
    while level:
        depth += 1
        if depth > max_depth:
            raise _too_deep(data, max_depth)
        below: list[Any] = []
        for node in level:
            if type(node) is dict:
                keys += len(node)
                below += [child for child in node.values() if type(child) in _CONTAINERS]
            else:
                below += [child for child in node if type(child) in _CONTAINERS]
        level = below
    return keys


_CONTAINERS = frozenset((dict, list))


def _count_key_ends(data: bytes) -> int:
    """Count what looks like the end of a key: never fewer than there are keys."""
    if any(mark in data for mark in _SPACED_COLONS):
        return len(_KEY_END.findall(data))
    return data.count(b'":')


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
