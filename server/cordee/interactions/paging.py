"""Positions in the links of a Bundle: `_after` and `_before`, opaque to clients.

A link repeats the whole request, so every page is checked and narrowed like the first.

https://hl7.org/fhir/R4/http.html#paging
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from cordee.errors import Category, FhirError
from cordee.interactions.bundle import Link
from cordee.settings import Settings

AFTER, BEFORE = "_after", "_before"
_FORM = ("_format", "_pretty")
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins or ends; both None for the first page."""

    after: str | None = None
    before: str | None = None


def split(query: Pairs) -> tuple[Pairs, Position]:
    """Take the position out of a query."""
    values = {name: value for name, value in query if name in (AFTER, BEFORE)}
    if not values:
        return query, Position()
    rest = tuple(pair for pair in query if pair[0] not in values)
    return rest, Position(values.get(AFTER), values.get(BEFORE))


def carried(query: Pairs) -> Pairs:
    """Give the parameters about the form of answers, so that the next page has the same."""
    return tuple(pair for pair in query if pair[0] in _FORM)


def count(settings: Settings, value: str | None) -> int:
    """Read `_count`: the default page size without, never more than the largest page."""
    if value is None:
        return settings.page_size
    if not (value.isascii() and value.isdigit()):
        text = f"_count must be a number from 0, not {value!r}"
        raise FhirError(Category.INVALID, text, expression="http._count")
    return min(int(value), settings.max_page_size) if len(value) < 10 else settings.max_page_size


def links(
    address: str,
    used: Iterable[tuple[str, str]],
    here: Position,
    *,
    next: str | None,
    previous: str | None,
) -> list[Link]:
    """Make the links of one page; `used` are the parameters the server really used."""
    pairs = list(used)
    made = [Link("self", url(address, pairs, _here(here)))]
    if here != Position():
        made.append(Link("first", url(address, pairs)))
    if previous is not None:
        made.append(Link("previous", url(address, pairs, (BEFORE, previous))))
    if next is not None:
        made.append(Link("next", url(address, pairs, (AFTER, next))))
    return made


def _here(position: Position) -> tuple[str, str] | None:
    if position.after is not None:
        return (AFTER, position.after)
    return (BEFORE, position.before) if position.before is not None else None


def url(
    address: str, pairs: Iterable[tuple[str, str]], position: tuple[str, str] | None = None
) -> str:
    """Write an address with parameters, and a position among its pages."""
    shown = [*pairs, position] if position else list(pairs)
    # FHIR's own separators stay readable.
    query = urlencode(shown, safe=",:/$*", quote_via=quote)
    return f"{address}?{query}" if query else address
