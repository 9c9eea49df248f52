"""The neutral filter tree that a search compiles to.

Two readers exist: `store` turns a tree into a MongoDB query, `search.matching` evaluates it on one
resource's index values. `index` always names a key of the index values (see `search.values`).

https://hl7.org/fhir/R4/search.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

Operator: TypeAlias = Literal["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]
"""A prefix of dates, numbers and quantities."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every child holds; without children, everything matches."""

    children: tuple["Filter", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one child holds; without children, nothing matches."""

    children: tuple["Filter", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The child does not hold."""

    child: "Filter"


@dataclass(frozen=True, slots=True)
class Present:
    """`index` has a value (or has none)."""

    index: str
    present: bool = True


@dataclass(frozen=True, slots=True)
class Token:
    """A token value: `system` None means any system, "" means no system; `code` None means any."""

    index: str
    system: str | None
    code: str | None
    type_system: str | None = None
    """With `type_code`: the coded identifier type of `:of-type`."""
    type_code: str | None = None
    besides: frozenset[str] = frozenset()
    """With `system` None: systems that do not count."""


@dataclass(frozen=True, slots=True)
class TokenIn:
    """A token that is one of many, as `:in`, `:below` and `:above` need: (system, code) pairs.

    A system of None means any, "" means none, as in `Token`.
    """

    index: str
    codes: frozenset[tuple[str | None, str]]


@dataclass(frozen=True, slots=True)
class Text:
    """A string value; `value` is folded already unless `mode` is `exact`.

    `whole` is the folded text from end to end; `suffix` its end (both only from `_filter`).
    """

    index: str
    value: str
    mode: Literal["prefix", "contains", "exact", "whole", "suffix"] = "prefix"


@dataclass(frozen=True, slots=True)
class Words:
    """All of `words` (folded) occur among the word values of `index` (`_text`, `_content`)."""

    index: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Uri:
    """A uri value; `below` matches whole path prefixes, `above` the reverse."""

    index: str
    value: str
    mode: Literal["exact", "below", "above"] = "exact"


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference value among `targets`: "Type/id", an absolute URL, or a canonical."""

    index: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """A date, number or quantity compared as an interval.

    Dates have `int` bounds (milliseconds since the epoch) and half-open intervals [lo, hi) on both
    sides. Numbers and quantities have `Decimal` bounds; their index values are closed, [lo, hi]
    with lo = hi for plain numbers, and the searched [low, high) too is a point but for eq, ne, ap.
    One index value satisfies:

    | operator | dates | numbers and quantities |
    |---|---|---|
    | eq | low <= lo and hi <= high | low <= lo and hi < high |
    | ne | not eq | not eq |
    | gt | hi > high | hi > high |
    | lt | lo < low | lo < low |
    | ge | gt or eq: hi > high or low <= lo | hi >= high |
    | le | lt or eq: lo < low or hi <= high | lo <= low |
    | sa | lo >= high | lo > high |
    | eb | hi <= low | hi < low |
    | ap | lo < high and hi > low | lo <= high and hi >= low |

    https://hl7.org/fhir/R4/search.html#prefix
    """

    index: str
    operator: Operator
    low: int | Decimal
    high: int | Decimal
    system: str | None = None
    """For quantities: the unit's system (None: any; "": none)."""
    code: str | None = None
    """For quantities: the unit's code or display (None: any)."""
    canonical: bool = False
    """For quantities: compare the UCUM canonical interval, `code` then being the canonical unit."""


@dataclass(frozen=True, slots=True)
class Composite:
    """One element of `index` satisfies all `parts`, leaves with indexes "0", "1", "1:ucum", …."""

    index: str
    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A position within `metres` of a point (Location?near)."""

    index: str
    latitude: float
    longitude: float
    metres: float


@dataclass(frozen=True, slots=True)
class Chain:
    """`index` (a reference) points to a resource of `target_type` that matches `filter`."""

    index: str
    target_type: str
    filter: "Filter"
    canonical: bool = False
    """Whether it points by canonical url and version (`search.canonicals`)."""


@dataclass(frozen=True, slots=True)
class Has:
    """Some resource of `source_type` matches `filter` and its `index` points here (`_has`)."""

    source_type: str
    index: str
    filter: "Filter"
    canonical: bool = False
    """Whether it points by canonical url and version."""


@dataclass(frozen=True, slots=True)
class Ids:
    """The logical id is among `ids`."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InCompartment:
    """The resource is in a compartment, named "Patient/123"."""

    owner: str


@dataclass(frozen=True, slots=True)
class Marked:
    """The resource has one of these marks (`search.marks`), thousands of them if need be."""

    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Traits:
    """The resource has one of these traits (`search.traits`)."""

    traits: frozenset[str]


@dataclass(frozen=True, slots=True)
class TraitBetween:
    """The resource has a trait that sorts into [low, high), other than those of `besides`."""

    low: str
    high: str
    besides: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TypeIs:
    """The resource's type is among `types` (system-level searches)."""

    types: tuple[str, ...]


Filter: TypeAlias = (
    AllOf
    | AnyOf
    | Not
    | Present
    | Token
    | TokenIn
    | Text
    | Words
    | Uri
    | Reference
    | Range
    | Composite
    | Near
    | Chain
    | Has
    | Ids
    | InCompartment
    | Marked
    | Traits
    | TraitBetween
    | TypeIs
)

EVERYTHING: Filter = AllOf()
NOTHING: Filter = AnyOf()


def all_of(children: Sequence[Filter]) -> Filter:
    """Join filters, leaving out what restricts nothing."""
    kept = tuple(child for child in children if child != EVERYTHING)
    return kept[0] if len(kept) == 1 else AllOf(kept)


def any_of(children: Sequence[Filter]) -> Filter:
    """Offer alternatives, leaving out what can never match."""
    kept = tuple(child for child in children if child != NOTHING)
    return kept[0] if len(kept) == 1 else AnyOf(kept)


def breadth(filter: Filter) -> int:
    """Count the marks that a filter asks for: how long a caller's list of patients is."""
    match filter:
        case Marked(marks):
            return len(marks)
        case Not(child):
            return breadth(child)
        case AllOf(children) | AnyOf(children):
            return sum(map(breadth, children))
    return 0
