"""Places in JSON text: line and column of an offset, of a property, of a duplicate key.

Only run when something is wrong, on text of any quality; speed matters less than never raising.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from cordee.resource.locations import Place

_TOKEN = re.compile(rb'("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}\[\],]|[^\s"{}\[\],]+', re.DOTALL)
_NEWLINE = re.compile(rb"\n")


def position(data: bytes, offset: int) -> tuple[int, int]:
    """Give line and column (both from 1; columns count characters) of a byte offset."""
    before = data[:offset]
    start = before.rfind(b"\n") + 1
    return before.count(b"\n") + 1, len(before[start:].decode(errors="replace")) + 1


def first_duplicate(data: bytes) -> tuple[int, str] | None:
    """Give offset and name of the first property that an object repeats, or None."""
    seen: list[set[str]] = []
    for offset, token, is_key in _tokens(data):
        if token == b"{":
            seen.append(set())
        elif token == b"}" and seen:
            seen.pop()
        elif is_key and seen:
            name = _text(token)
            if name in seen[-1]:
                return offset, name
            seen[-1].add(name)
    return None


def first_deeper(data: bytes, max_depth: int) -> int:
    """Give the offset of the bracket that opens level `max_depth` + 1, or 0."""
    depth = 0
    for offset, token, _ in _tokens(data):
        if token in b"{[":
            depth += 1
            if depth > max_depth:
                return offset
        elif token in b"}]":
            depth -= 1
    return 0


def locate(data: bytes) -> Place:
    """Map well-formed JSON text to places; a property's place is its key's, an item's its own."""
    return _Reader(data).read()


class _Token(NamedTuple):
    offset: int
    text: bytes
    is_key: bool


def _tokens(data: bytes) -> Iterator[_Token]:
    for found in _TOKEN.finditer(data):
        yield _Token(found.start(), found[1] or found[0], found[2] is not None)


def _join_siblings(place: Place) -> None:
    """Give what `_birthDate` holds to `birthDate`, as paths know only the latter."""
    for name in [name for name in place.members if name.startswith("_")]:
        siblings = place.members.pop(name)
        values = place.members.setdefault(name[1:], [])
        for value, sibling in zip(values, siblings, strict=False):
            value.members |= sibling.members
        values += siblings[len(values) :]


def _text(token: bytes) -> str:
    try:
        return str(msgspec.json.decode(token))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return token.decode(errors="replace")


class _Reader:
    """Reads tokens into places, knowing where each line starts."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts = [0, *(found.end() for found in _NEWLINE.finditer(data))]
        self._tokens = _tokens(data)
        self._last = (0, 0)
        """Offset and column (from 0) of the last place."""

    def read(self) -> Place:
        first = next(self._tokens, _Token(0, b"", is_key=False))
        root = self._place(first.offset)
        self._fill(root, first)
        return root

    def _fill(self, place: Place, opening: _Token) -> None:
        """Read the members of an object, or pass over the items of an array inside an array."""
        if opening.text == b"[":
            self._items()
        elif opening.text == b"{":
            for token in self._tokens:
                if token.text == b"}":
                    break
                if token.is_key:
                    place.members[_text(token.text)] = self._member(token)
            _join_siblings(place)

    def _member(self, key: _Token) -> list[Place]:
        value = next(self._tokens, key)
        if value.text == b"[":
            return self._items() or [self._place(key.offset)]
        place = self._place(key.offset)
        self._fill(place, value)
        return [place]

    def _items(self) -> list[Place]:
        items: list[Place] = []
        for token in self._tokens:
            if token.text == b"]":
                break
            if token.text != b",":
                place = self._place(token.offset)
                self._fill(place, token)
                items.append(place)
        return items

    def _place(self, offset: int) -> Place:
        line = bisect_right(self._starts, offset)
        # Places follow one another: a long line is not read again for each.
        start, before = max((self._starts[line - 1], 0), self._last)
        column = before + len(self._data[start:offset].decode(errors="replace"))
        self._last = (offset, column)
        return Place(line, column + 1)
