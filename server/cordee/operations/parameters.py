"""What an operation was called with: URL parameters and a Parameters resource, read alike.

https://hl7.org/fhir/R4/operations.html#request
https://hl7.org/fhir/R4/parameters.html
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.resource.types import Resource


class Arguments:
    """The values of an operation's parameters, by name.

    Raises `FhirError` INVALID when the body is a resource other than Parameters.
    """

    def __init__(self, request: Request) -> None:
        """Gather them: the body's first, then the URL's."""
        body = request.body if isinstance(request.body, dict) else None
        if body is not None and body.get("resourceType") != "Parameters":
            raise FhirError(
                Category.INVALID,
                f"This operation takes a Parameters resource, not {body.get('resourceType')}",
            )
        self._found: dict[str, list[Any]] = {}
        for name, value in (*_in_body(body or {}), *request.query):
            self._found.setdefault(name, []).append(value)

    def all(self, name: str) -> list[Any]:
        """Give every value of a parameter."""
        return self._found.get(name, [])

    def one(self, name: str) -> Any:
        """Give the only value, or None; raises INVALID when there are several."""
        values = self.all(name)
        if len(values) > 1:
            raise FhirError(Category.INVALID, f"The parameter {name} may be given only once")
        return values[0] if values else None

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
        text = self.one(name)
        if text is None:
            return default
        if not str(text).isdecimal() or int(text) < 1:
            raise FhirError(Category.INVALID, f"{name} must be a positive integer, not {text!r}")
        return min(int(text), most)


def _in_body(body: Resource) -> Iterator[tuple[str, Any]]:
    for parameter in body.get("parameter", ()):
        for key, value in parameter.items():
            if key == "resource" or key.startswith("value"):
                yield parameter.get("name", ""), value


def answer(**values: tuple[str, Any]) -> Resource:
    """Make a Parameters resource: name → (property such as `valueMeta`, value)."""
    rows = [
        {"name": name.rstrip("_"), property: value} for name, (property, value) in values.items()
    ]
    return {"resourceType": "Parameters", "parameter": rows}
