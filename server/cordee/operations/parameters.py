"""What an operation was called with: URL parameters and a Parameters resource, read alike.

https://hl7.org/fhir/R4/operations.html#request
https://hl7.org/fhir/R4/parameters.html
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from cordee.definitions.operation import Operation
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.resource.types import Resource

BOOLEANS = {"true": True, "false": False}
_NUMBER = re.compile("[0-9]{1,9}")


class Arguments:
    """The values of an operation's parameters, by name.

    Raises `FhirError` INVALID when the body is a resource other than Parameters.
    """

    def __init__(self, request: Request, **bare: str) -> None:
        """Gather them: the body's first, then the URL's.

        `bare` names the parameter that a body of a type is, when it is not wrapped in Parameters:
        `ValueSet="valueSet"`.
        """
        body = request.body if isinstance(request.body, dict) else {"resourceType": "Parameters"}
        type = body.get("resourceType")
        if type != "Parameters" and type not in bare:
            raise FhirError(
                Category.INVALID, f"This operation takes a Parameters resource, not {type}"
            )
        sent = _in_body(body) if type == "Parameters" else [(bare[str(type)], body)]
        self._found: dict[str, list[Any]] = {}
        for name, value in (*sent, *request.query):
            self._found.setdefault(name, []).append(value)

    def __contains__(self, name: object) -> bool:
        return name in self._found

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Give the simple values as URL parameters, so that links repeat a call made by POST."""
        return tuple(
            (name, str(value).lower() if isinstance(value, bool) else str(value))
            for name, values in self._found.items()
            for value in values
            if not isinstance(value, dict | list)
        )

    def check(
        self, request: Request, definition: Operation | None, also: Iterable[str] = ()
    ) -> None:
        """Raise INVALID, where the caller wants strict handling, for parameters that are not known.

        Known are those of the definition, those named in `also`, and general ones such as _format.
        """
        if request.prefer.handling != "strict":
            return
        known = {row.name for row in definition.parameters} if definition else set[str]()
        for name in self._found.keys() - known - set(also):
            if not name.startswith("_"):
                raise FhirError(Category.INVALID, f"{name} is not a parameter of this operation")

    def refuse(self, **reasons: str) -> None:
        """Raise UNSUPPORTED for parameters that are not offered here: name → reason."""
        for name, reason in reasons.items():
            if name in self._found:
                raise FhirError(Category.UNSUPPORTED, f"{name} is not supported: {reason}")

    def all(self, name: str) -> list[Any]:
        """Give every value of a parameter."""
        return self._found.get(name, [])

    def one(self, name: str) -> Any:
        """Give the only value, or None; raises INVALID when there are several."""
        values = self.all(name)
        if len(values) > 1:
            raise FhirError(Category.INVALID, f"The parameter {name} may be given only once")
        return values[0] if values else None

    def text(self, name: str) -> str | None:
        """Give a string, code, URI or the like, or None when it is absent or empty."""
        value = self.one(name)
        if value is not None and not isinstance(value, str):
            raise FhirError(Category.INVALID, f"{name} must be text")
        return value or None

    def texts(self, name: str) -> tuple[str, ...]:
        """Give every value of a parameter that is text and may be repeated."""
        values = self.all(name)
        if not all(isinstance(value, str) for value in values):
            raise FhirError(Category.INVALID, f"{name} must be text")
        return tuple(value for value in values if value)

    def flag(self, name: str) -> bool | None:
        """Give a boolean, or None when it is absent. Raises INVALID."""
        value = self.one(name)
        if value is None or isinstance(value, bool):
            return value
        found = BOOLEANS.get(value) if isinstance(value, str) else None
        if found is None:
            raise FhirError(
                Category.INVALID, f"{name} must be true or false, not {str(value)[:20]!r}"
            )
        return found

    def number(self, name: str) -> int | None:
        """Give an integer that is not negative, or None when it is absent. Raises INVALID."""
        text = self.one(name)
        if text is None:
            return None
        if isinstance(text, bool) or not _NUMBER.fullmatch(str(text)):
            raise FhirError(
                Category.INVALID, f"{name} must be an integer from 0 on, not {str(text)[:20]!r}"
            )
        return int(text)

    def resource(self, name: str, type: str) -> Resource | None:
        """Give a resource of a type, or None when it is absent. Raises INVALID."""
        value = self.one(name)
        if value is not None and not (
            isinstance(value, dict) and value.get("resourceType") == type
        ):
            raise FhirError(
                Category.INVALID, f"{name} must be a {type}, sent in a Parameters resource"
            )
        return value

    def element(self, name: str, type: str) -> dict[str, Any] | None:
        """Give a Coding, CodeableConcept or the like, or None when it is absent. Raises INVALID."""
        value = self.one(name)
        if value is not None and not isinstance(value, dict):
            raise FhirError(
                Category.INVALID, f"{name} must be value{type} in a Parameters resource"
            )
        return value

    def words(self, name: str) -> list[str]:
        """Give the words of comma-separated values, repetitions of the parameter joined."""
        texts = [str(value) for value in self.all(name)]
        return [word.strip() for text in texts for word in text.split(",") if word.strip()]

    def instant(self, name: str) -> datetime | None:
        """Give a moment; a date alone means its midnight, UTC. Raises INVALID."""
        text = self.one(name)
        if text is None:
            return None
        try:
            # A `+` of an unescaped URL arrives as a space.
            moment = datetime.fromisoformat(str(text).replace(" ", "+"))
        except ValueError as error:
            raise FhirError(
                Category.INVALID, f"{name} must be an instant such as 2026-11-22T10:00:00Z"
            ) from error
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def count(self, name: str, default: int, most: int) -> int:
        """Give a positive number, at most `most`. Raises INVALID."""
        value = self.one(name)
        if value is None:
            return default
        text = str(value)
        if not text.isdecimal() or not text.strip("0"):
            raise FhirError(
                Category.INVALID, f"{name} must be a positive integer, not {text[:20]!r}"
            )
        return min(int(text), most) if len(text) < 10 else most


def _in_body(body: Resource) -> Iterator[tuple[str, Any]]:
    rows = body.get("parameter") or ()
    if not isinstance(rows, list | tuple):
        raise FhirError(Category.INVALID, "parameter must be a list", expression="Parameters")
    for index, row in enumerate(rows):
        if not isinstance(row, dict) or not isinstance(row.get("name"), str):
            raise FhirError(
                Category.INVALID,
                "A parameter needs a name",
                expression=f"Parameters.parameter[{index}]",
            )
        for key, value in row.items():
            if key in {"resource", "part"} or key.startswith("value"):
                yield row["name"], value


def answer(**values: tuple[str, Any]) -> Resource:
    """Make a Parameters resource: name → (property such as `valueMeta`, value)."""
    return parameters(row(name.rstrip("_"), *value) for name, value in values.items())


def parameters(rows: Iterable[Resource]) -> Resource:
    """Make a Parameters resource of rows; those of no value are left out."""
    kept = [row for row in rows if None not in row.values()]
    return {"resourceType": "Parameters", "parameter": kept}


def row(name: str, property: str, value: Any) -> Resource:
    """Make one row of a Parameters resource; `property` is such as `valueMeta`."""
    return {"name": name, property: value}


def group(name: str, rows: Iterable[Resource]) -> Resource:
    """Make a row that has parts; those of no value are left out."""
    return {"name": name, "part": [row for row in rows if None not in row.values()]}
