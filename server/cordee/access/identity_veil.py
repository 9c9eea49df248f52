"""National identifiers (INS) kept from those outside the circle of trust: purely social callers.

They are taken out of everything that goes to such a caller, and no search by them finds anything.
In documents that are text (CDA, XML, JSON) the numbers are struck out, and their digests fit no
more; what is packed (PDF, archives) cannot be looked into.

https://hl7.org/fhir/R4/datatypes.html#Identifier
"""

import base64
import re
from collections.abc import Iterator
from typing import Any

from cordee.resource import json
from cordee.search.filter import (
    NOTHING,
    AllOf,
    AnyOf,
    Filter,
    Not,
    Token,
    TokenIn,
    Words,
    any_of,
)
from cordee.search.values import Extraction

SYSTEMS = frozenset(f"urn:oid:1.2.250.1.213.1.4.{number}" for number in (2, 8, 9, 10, 11, 13, 14))
"""INS-C, INS-NIR, INS-NIA, their test and demonstration forms, and the same number for billing."""
TYPES = frozenset(("INS-C", "INS-NIR", "INS-NIA", "INS-NIR-TEST", "INS-NIR-DEMO", "NH"))
"""The types of such identifiers (fr-core-cs-v2-0203, v2-0203)."""
HIDDEN = "*****"

_BYTES = tuple(system.encode() for system in SYSTEMS)
_NUMBER = re.compile(r"[1-478]\d{4}(?:\d\d|2[ab])\d{6}(?:\d\d)?", re.IGNORECASE)
"""A matricule, with or without its key."""
_OIDS = tuple(system.removeprefix(b"urn:oid:") for system in _BYTES)
_IN_TEXT = re.compile(rb"(?<![0-9])" + _NUMBER.pattern.encode() + rb"(?![0-9])", re.IGNORECASE)
_IDENTIFIERS = ("identifier",)


class Veil:
    """Hides what may not be seen; `sorting` are the indexes whose order would tell it."""

    sorting = frozenset(("identifier",))

    def hide(self, body: bytes) -> bytes:
        """Give JSON without national identifiers, in a Bundle or anywhere in a resource."""
        named, carried = any(system in body for system in _BYTES), b'"data"' in body
        if not named and not carried:
            return body
        resource = json.parse_any(body)
        numbers = frozenset(_taken_out(resource)) if named else frozenset()
        changed = _blotted(resource) if carried else False
        if not named and not changed:
            return body
        return json.serialize(_struck(resource, numbers) if numbers else resource)


VEIL = Veil()


def _blotted(node: Any) -> bool:
    """Strike the numbers out of contents in place; tell whether there were any."""
    if isinstance(node, list):
        return sum(map(_blotted, node)) > 0  # all of them, not only until the first
    if not isinstance(node, dict):
        return False
    changed = sum(map(_blotted, node.values())) > 0
    data = node.get("data")
    if isinstance(data, str) and ("contentType" in node or node.get("resourceType") == "Binary"):
        content = without_numbers(data)
        changed |= content != data
        node["data"] = content
    return changed


def without_numbers(data: str) -> str:
    """Give base64 content whose text names no national identifier."""
    try:
        content = base64.b64decode(data)
    except ValueError:
        return data
    if not any(oid in content for oid in _OIDS):
        return data
    return base64.b64encode(_IN_TEXT.sub(_blot, content)).decode()


def _blot(found: re.Match[bytes]) -> bytes:
    return b"*" * len(found[0])


def _taken_out(node: Any) -> Iterator[str]:
    """Remove the identifiers in place, and give their values."""
    if isinstance(node, list):
        for item in node:
            yield from _taken_out(item)
    elif isinstance(node, dict):
        for name in list(node):
            value = node[name]
            if _is_hidden(value):
                yield str(value.get("value", ""))
                del node[name]
            elif isinstance(value, list) and any(_is_hidden(item) for item in value):
                yield from (str(item.get("value", "")) for item in value if _is_hidden(item))
                kept = [item for item in value if not _is_hidden(item)]
                yield from _taken_out(kept)
                node[name] = kept
                if not kept:
                    del node[name]
            else:
                yield from _taken_out(value)


def _is_hidden(value: Any) -> bool:
    return isinstance(value, dict) and value.get("system") in SYSTEMS


def _struck(node: Any, numbers: frozenset[str]) -> Any:
    """Strike the numbers out of every text, such as the narrative."""
    if isinstance(node, dict):
        return {name: _struck(value, numbers) for name, value in node.items()}
    if isinstance(node, list):
        return [_struck(item, numbers) for item in node]
    if isinstance(node, str):
        for number in numbers:
            if number and number in node:
                node = node.replace(number, HIDDEN)
    return node


def holds_identity(extraction: Extraction) -> bool:
    """Tell whether a resource carries a national identifier, its own or in a reference."""
    return any(
        isinstance(value, dict) and value.get("s") in SYSTEMS
        for index, values in extraction.values.items()
        if _names(index)
        for value in values
    )


def unsearchable(filter: Filter) -> Filter:
    """Give a filter that finds nothing by a national identifier; chains are others' to look at."""
    match filter:
        case AllOf(children) | AnyOf(children):
            inner = tuple(unsearchable(child) for child in children)
            same = all(new is old for new, old in zip(inner, children, strict=True))
            return filter if same else type(filter)(inner)
        case Not(child):
            inside = unsearchable(child)
            return filter if inside is child else Not(inside)
        case Token():
            return _token(filter)
        case TokenIn(index, codes) if _names(index):
            return any_of([_token(Token(index, system, code)) for system, code in codes])
        case Words(_, words) if any(_NUMBER.search(word) for word in words):
            return NOTHING
    return filter


def _names(index: str) -> bool:
    return index in _IDENTIFIERS or index.endswith(":identifier")


def _token(token: Token) -> Filter:
    if token.type_code is not None:
        numbered = token.code is not None and _NUMBER.search(token.code)
        return NOTHING if token.type_code in TYPES or numbered else token
    if not _names(token.index):
        return token
    if token.system is None:
        return Token(token.index, None, token.code, besides=SYSTEMS)
    return NOTHING if token.system in SYSTEMS else token
