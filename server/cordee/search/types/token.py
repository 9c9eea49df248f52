"""Token parameters: codes, identifiers, contact points, flags.

https://hl7.org/fhir/R4/search.html#token
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from cordee.errors import Category, FhirError
from cordee.resource.folding import fold
from cordee.search.context import Context, Direction
from cordee.search.escape import split, unescape
from cordee.search.filter import Filter, Text, Token, TokenIn, any_of
from cordee.search.parameter import Parameter
from cordee.search.values import IndexValues, add
from cordee.search.walk import Emit

MODIFIERS = frozenset(
    {"missing", "not", "text", "in", "not-in", "above", "below", "of-type"},
)
PREFIXES: frozenset[str] = frozenset()
NEGATED = {"not": None, "not-in": "in"}
"""Modifiers that mean "none of its values": the modifier that the negated search has."""

_TELEPHONE = re.compile(r"\+?[\d\s().\-/]+")
_GROUPING = re.compile(r"[\s().\-/]+")


def _coding(code: str) -> Emit:
    text = f"{code}:text"

    def emit(value: Any, values: IndexValues) -> None:
        _add_token(values, code, value.get("system"), value.get("code"))
        _add_text(values, text, value.get("display"))

    return emit


def _codeable_concept(code: str) -> Emit:
    text, coding = f"{code}:text", _coding(code)

    def emit(value: Any, values: IndexValues) -> None:
        for item in _objects(value.get("coding")):
            coding(item, values)
        _add_text(values, text, value.get("text"))

    return emit


def _identifier(code: str) -> Emit:
    text, of_type = f"{code}:text", f"{code}:of-type"

    def emit(value: Any, values: IndexValues) -> None:
        text_value = value.get("value")
        _add_token(values, code, value.get("system"), text_value)
        type = value.get("type")
        if type.__class__ is not dict:
            return
        _add_text(values, text, type.get("text"))
        for coding in _objects(type.get("coding")):
            row = {"s": coding.get("system", ""), "c": coding.get("code"), "v": text_value}
            if all(isinstance(part, str) for part in row.values()):
                add(values, of_type, row)

    return emit


def _contact_point(code: str) -> Emit:
    def emit(value: Any, values: IndexValues) -> None:
        text = value.get("value")
        if type(text) is str:
            _add_token(values, code, value.get("system"), dialled(text))

    return emit


def dialled(text: str) -> str:
    """Give a contact point without case, and a telephone number without what groups its digits."""
    return _GROUPING.sub("", text) if _TELEPHONE.fullmatch(text) else text.lower()


def _plain(code: str) -> Emit:
    def emit(value: Any, values: IndexValues) -> None:
        if value is True or value is False:
            add(values, code, {"v": "true" if value else "false"})
        else:
            add(values, code, {"v": str(value)})

    return emit


def _caseless(code: str) -> Emit:
    def emit(value: Any, values: IndexValues) -> None:
        add(values, code, {"v": str(value).lower()})

    return emit


def _reference(code: str) -> Emit:
    """A token on a reference means the identifier in it."""
    identifier = _identifier(code)

    def emit(value: Any, values: IndexValues) -> None:
        found = value.get("identifier")
        if found.__class__ is dict:
            identifier(found, values)

    return emit


def _quantity(code: str) -> Emit:
    """Only `characteristic` values are both: the unit is the code."""

    def emit(value: Any, values: IndexValues) -> None:
        _add_token(values, code, value.get("system"), value.get("code"))

    return emit


OBJECTS: Mapping[str, Callable[[str], Emit]] = {
    "Coding": _coding,
    "CodeableConcept": _codeable_concept,
    "Identifier": _identifier,
    "ContactPoint": _contact_point,
    "Reference": _reference,
    "Quantity": _quantity,
}
"""Element type → what to emit for it, for JSON objects."""

PLAIN: Mapping[str, Callable[[str], Emit]] = {
    **dict.fromkeys(
        ("boolean", "code", "id", "uri", "url", "canonical", "oid", "uuid", "dateTime", "date"),
        _plain,
    ),
    **dict.fromkeys(("integer", "positiveInt", "unsignedInt", "decimal"), _plain),
    **dict.fromkeys(("string", "markdown"), _caseless),
}
"""The same for JSON strings, numbers and booleans."""


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if type(item) is dict] if type(value) is list else []


def _add_token(values: IndexValues, index: str, system: Any, code: Any) -> None:
    if type(code) is not str:
        # A coding without code is still findable by its system.
        if type(system) is str:
            add(values, index, {"s": system})
    elif type(system) is str:
        add(values, index, {"s": system, "v": code})
    else:
        add(values, index, {"v": code})


def _add_text(values: IndexValues, index: str, text: Any) -> None:
    if type(text) is str and (folded := fold(text)):
        add(values, index, folded)


def parse(parameter: Parameter, modifier: str | None, value: str, context: Context) -> Filter:
    """Read one value: `code`, `system|code`, `|code`, `system|`, or what the modifier asks for."""
    reader = _READERS.get(modifier)
    if reader is None:
        return _token(parameter, value, context)
    return reader(parameter, value, context)


def pair(value: str) -> tuple[str | None, str | None]:
    """Read `system|code`: None where the value says nothing, "" for "no system"."""
    parts = split(value, "|")
    if len(parts) == 1:
        return None, unescape(value)
    # Systems and codes may hold bars that nobody escaped: the first one separates.
    return unescape(parts[0]), unescape("|".join(parts[1:])) or None


def _token(parameter: Parameter, value: str, context: Context) -> Filter:
    system, code = pair(value)
    if not system and not code:
        raise FhirError(
            Category.INVALID, f"{parameter.code}: {value!r} names no code and no system"
        )
    if code is not None and parameter.caseless:
        code = dialled(code) if "ContactPoint" in parameter.element_types else code.lower()
    plain = Token(parameter.code, system, code)
    if not system:
        return plain
    others = context.registry.aliases(system)
    bare: tuple[Filter, ...] = ()
    if context.registry.implies(parameter, system, others):
        # A `code` element has no system of its own: its binding says which one is meant.
        bare = (Token(parameter.code, "", code),)
        if parameter.element_types == {"code"}:
            return bare[0]
    return any_of([plain, *(Token(parameter.code, other, code) for other in others), *bare])


def _text(parameter: Parameter, value: str, _context: Context) -> Filter:
    return Text(f"{parameter.code}:text", fold(unescape(value)))


def _of_type(parameter: Parameter, value: str, _context: Context) -> Filter:
    parts = [unescape(part) for part in split(value, "|")]
    if len(parts) != 3 or not all(parts[1:]):
        raise FhirError(
            Category.INVALID,
            f"{parameter.code}:of-type wants system|code|value, not {value!r}",
        )
    return Token(
        f"{parameter.code}:of-type", None, parts[2], type_system=parts[0], type_code=parts[1]
    )


def _in(parameter: Parameter, value: str, context: Context) -> Filter:
    codes = context.codes(unescape(value))
    if codes is None:
        raise FhirError(
            Category.INVALID,
            f"{parameter.code}:in: the value set {value!r} is not known here or cannot be expanded",
        )
    return _among(parameter, codes, context)


def _hierarchy(direction: Direction) -> Callable[[Parameter, str, Context], Filter]:
    def read(parameter: Parameter, value: str, context: Context) -> Filter:
        system, code = pair(value)
        if not system or not code:
            raise FhirError(
                Category.INVALID, f"{parameter.code}:{direction} wants system|code, not {value!r}"
            )
        codes = context.hierarchy(system, code, direction)
        if codes is None:
            raise FhirError(
                Category.INVALID,
                f"{parameter.code}:{direction}: {value!r} has no known hierarchy",
            )
        return _among(parameter, codes | {(system, code)}, context)

    return read


def _among(parameter: Parameter, codes: frozenset[tuple[str, str]], context: Context) -> Filter:
    systems = {system for system, _ in codes if system}
    implied = {system for system in systems if context.registry.implies(parameter, system, ())}
    bare = frozenset(("", code) for system, code in codes if system in implied)
    return TokenIn(parameter.code, codes | bare)


_READERS: Mapping[str | None, Callable[[Parameter, str, Context], Filter]] = {
    "text": _text,
    "of-type": _of_type,
    "in": _in,
    "above": _hierarchy("above"),
    "below": _hierarchy("below"),
}
