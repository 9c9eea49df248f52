"""The text that was examined, line by line, with the lines that something was found in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

BLOCK = 100
"""Lines that are laid out together; blocks out of sight cost a browser nothing."""
WIDEST = 2_000
"""Characters of a line that are shown."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines: their numbers and their text, both ready to stand in a page."""

    numbers: Markup
    text: Markup


def blocks(text: str, marks: Mapping[int, str], prefix: str) -> Iterator[Block]:
    """Cut a text in blocks; `marks` are severities by line (from 1), `prefix` begins their ids."""
    lines = text.splitlines()
    for start in range(0, len(lines), BLOCK):
        part = list(enumerate(lines[start : start + BLOCK], start + 1))
        numbers = Markup("\n").join(_number(number, marks.get(number)) for number, _ in part)
        shown = Markup("\n").join(
            _line(number, line, marks.get(number), prefix) for number, line in part
        )
        yield Block(numbers, shown)


def _number(number: int, severity: str | None) -> Markup:
    if severity is None:
        return Markup("{}").format(number)
    return Markup('<b class="{}">{}</b>').format(severity, number)


def _line(number: int, line: str, severity: str | None, prefix: str) -> Markup:
    cut = line if len(line) <= WIDEST else line[:WIDEST] + " …"
    # In text, quotes stay as they are: escaping them would make a document half as large again.
    escaped = Markup(escape(cut or " ", quote=False))  # noqa: S704 - escaped right here
    if severity is None:
        return escaped
    return Markup('<mark id="{}-{}" class="{}" tabindex="-1">{}</mark>').format(
        prefix, number, severity, escaped
    )
