r"""The shapes of index values: what `search` extracts and `store` keeps beside a resource.

`IndexValues` maps an index name to a list, absent when empty. The name is the parameter's code
("family", "_tag"), or a code and a suffix for the forms that modifiers need:

| parameter type | index | one value |
|---|---|---|
| token | `code` | `{"s": system, "v": code}`; `s` absent when there is no system |
| token | `code:text` | folded text or display |
| token | `code:of-type` | `{"s": type system, "c": type code, "v": value}` |
| string | `code` | `{"f": folded, "x": original}` |
| reference | `code` | `"Type/id"`, an absolute URL, for canonicals `"url"` and `"url\|version"` |
| | | (`"url\|"` without one); `"#"` for one that has none of these |
| reference | `code:identifier` | `{"s": system, "v": value}` |
| date | `code` | `{"lo": ms, "hi": ms}`, half-open, milliseconds since the epoch |
| number | `code` | `{"lo": Decimal, "hi": Decimal}` |
| quantity | `code` | the same, and `"s"` system, `"c"` code, `"u"` unit as written |
| quantity | `code:ucum` | `{"lo": Decimal, "hi": Decimal, "c": unit}` in canonical UCUM units |
| uri | `code` | the string |
| composite | `code` | `{"0": {…}, "1": {…}}`, each as above; reference and uri as `{"r": …}`; a |
| | | quantity part has a second form `"1:ucum"` |
| near | `code` | GeoJSON `{"type": "Point", "coordinates": [longitude, latitude]}` |
| `_text` `_content` | itself | folded words |

Strings are folded: no case, no accents, punctuation as space, so that "rene luc" finds "René-Luc".

https://hl7.org/fhir/R4/search.html
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

IndexValues: TypeAlias = dict[str, list[Any]]

EARLIEST = -(2**53)
"""The open start of a date interval, in milliseconds; a float holds it exactly."""
LATEST = 2**53
"""The open end of a date interval, in milliseconds."""

LOWEST = Decimal("-1E+6000")
"""The open start of a quantity interval; a decimal128 holds it."""
HIGHEST = Decimal("1E+6000")
"""The open end of a quantity interval."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one resource yields: its index values and the compartments it is in ("Patient/123")."""

    values: IndexValues
    compartments: tuple[str, ...] = ()
    type: str = ""
    id: str | None = None
    last_updated: str | None = None
    """The resource's own type, id and `meta.lastUpdated`, for matching in memory."""
    marks: tuple[str, ...] = ()
    """What rules of access look at (`search.marks`)."""
    traits: tuple[str, ...] = ()
    """What a Consent may turn on (`search.traits`); none of what is about no person."""
    touched: tuple[str, ...] = ()
    """The keys of the callers whose rights the resource decides (`search.marks`)."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of `_sort`: an index name, its parameter type, and the direction.

    `_id` and `_lastUpdated` are index names of their own kind: the store holds them apart.
    """

    index: str
    type: str
    descending: bool = False


def add(values: IndexValues, index: str, value: Any) -> None:
    """Add one value to an index."""
    known = values.get(index)
    if known is None:
        values[index] = [value]
    else:
        known.append(value)


def distinct(values: list[Any]) -> list[Any]:
    """Leave out repeated values, keeping the order."""
    first = values[0]
    if isinstance(first, str):
        return list(dict.fromkeys(values))
    if "0" in first or "coordinates" in first:
        # Composites and places hardly ever repeat, and comparing them costs more than it saves.
        return values
    if len(values) > FEW:
        return list({tuple(value.items()): value for value in values}.values())
    return [value for place, value in enumerate(values) if value not in values[:place]]


FEW = 12
"""Up to here comparing each with each is faster than a table."""
