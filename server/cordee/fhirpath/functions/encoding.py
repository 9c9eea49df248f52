"""Encoding and escaping of strings.

https://hl7.org/fhirpath/STU3/ (additional string functions: encode, decode, escape, unescape)
"""

import base64
import binascii
import html
import json
from collections.abc import Callable, Mapping
from typing import Any

from cordee.fhirpath.code import Code, text
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import FhirPathError
from cordee.fhirpath.functions.strings import subject
from cordee.fhirpath.invocation import Build, Function, Functions, Invocation
from cordee.fhirpath.types import STRING

Recode = Callable[[str], str]


def _unescape_json(value: str) -> str:
    """Read the inside of a JSON string; quotes may stand in it as they are."""
    return str(json.loads('"' + value.replace('\\"', '"').replace('"', '\\"') + '"'))


_ENCODE: Mapping[str, Recode] = {
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "urlbase64": lambda value: base64.urlsafe_b64encode(value.encode()).decode(),
    "hex": lambda value: value.encode().hex(),
}
_DECODE: Mapping[str, Recode] = {
    "base64": lambda value: base64.b64decode(value, validate=True).decode(),
    "urlbase64": lambda value: base64.b64decode(value, b"-_", validate=True).decode(),
    "hex": lambda value: bytes.fromhex(value).decode(),
}
_ESCAPE: Mapping[str, Recode] = {
    "html": html.escape,
    "json": lambda value: json.dumps(value, ensure_ascii=False)[1:-1],
}
_UNESCAPE: Mapping[str, Recode] = {
    "html": html.unescape,
    "json": _unescape_json,
}


def _recoding(formats: Mapping[str, Recode]) -> Build:
    def build(call: Invocation) -> Code:
        value = subject(call)
        name = text(call.argument(0), f"{call.name}()")

        def one(this: Any, env: Environment) -> str | None:
            found, wanted = value(this, env), name(this, env)
            if found is None or wanted is None or wanted not in formats:
                return None
            try:
                return formats[wanted](found)
            except (binascii.Error, ValueError) as error:
                raise FhirPathError(f"{call.name}({wanted!r}): {error}") from None

        return Code(STRING, one=one)

    return build


ENCODING: Functions = {
    "encode": Function(_recoding(_ENCODE), 1, 1),
    "decode": Function(_recoding(_DECODE), 1, 1),
    "escape": Function(_recoding(_ESCAPE), 1, 1),
    "unescape": Function(_recoding(_UNESCAPE), 1, 1),
}
