"""Lexical elements: text to tokens.

http://hl7.org/fhirpath/N1/#lexical-elements
"""

import re
from dataclasses import dataclass

from cordee.fhirpath.errors import FhirPathSyntaxError

MAX_LENGTH = 20_000
"""Characters in one expression; the longest of R4 has about 3,000."""

_TIME = r"\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_ZONE = r"(?:Z|[+-]\d{2}:\d{2})?"
_DATE = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
_STRING = r"'(?:[^'\\]|\\.)*'"
_DELIMITED = r"`(?:[^`\\]|\\.)*`"
_QUOTED = rf"{_STRING}|{_DELIMITED}|\"(?:[^\"\\]|\\.)*\""

_TOKEN = re.compile(
    "|".join(
        (
            r"(?P<space>\s+|//[^\n\r]*|/\*.*?\*/)",
            rf"(?P<datetime>@{_DATE}T(?:{_TIME}{_ZONE})?)",
            rf"(?P<date>@{_DATE})",
            rf"(?P<time>@T{_TIME})",
            r"(?P<number>\d+(?:\.\d+)?)",
            rf"(?P<string>{_STRING})",
            rf"(?P<delimited>{_DELIMITED})",
            rf"(?P<variable>%(?:(?:vs|ext)-[A-Za-z0-9\-_]+|[A-Za-z_]\w*|{_QUOTED}))",
            r"(?P<iteration>\$(?:this|index|total)\b)",
            r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)",
            r"(?P<symbol><=|>=|!=|!~|[.\[\](){},|&+\-*/<>=~])",
        )
    ),
    re.DOTALL,
)

_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPES = {
    "'": "'",
    '"': '"',
    "`": "`",
    "\\": "\\",
    "/": "/",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One lexical element: `kind` names its group, `text` is its meaning without quotes."""

    kind: str
    text: str
    position: int


def tokenize(expression: str) -> list[Token]:
    """Split an expression into tokens, comments left out; the last one is of kind `end`.

    Raises FhirPathSyntaxError.
    """
    if len(expression) > MAX_LENGTH:
        raise FhirPathSyntaxError(f"the expression is longer than {MAX_LENGTH}", MAX_LENGTH)
    tokens = []
    position = 0
    while position < len(expression):
        match = _TOKEN.match(expression, position)
        if match is None:
            raise FhirPathSyntaxError(f"unexpected {expression[position]!r}", position)
        kind = match.lastgroup or ""
        if kind != "space":
            tokens.append(Token(kind, _meaning(kind, match.group(), position), position))
        position = match.end()
    tokens.append(Token("end", "", len(expression)))
    return tokens


def _meaning(kind: str, text: str, position: int) -> str:
    if kind in ("string", "delimited"):
        return _unescape(text[1:-1], position)
    if kind == "variable":
        name = text[1:]
        return name if name[0] not in "`'\"" else _unescape(name[1:-1], position)
    if kind == "iteration":
        return text[1:]
    return text


def _unescape(text: str, position: int) -> str:
    def replace(match: re.Match[str]) -> str:
        code = match.group(1)
        if len(code) > 1:
            return chr(int(code[1:], 16))
        if code not in _ESCAPES:
            raise FhirPathSyntaxError(f"unknown escape \\{code} in a literal", position)
        return _ESCAPES[code]

    return _ESCAPE.sub(replace, text) if "\\" in text else text
