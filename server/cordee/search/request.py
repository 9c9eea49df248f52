"""What a search asks for, read and checked.

https://hl7.org/fhir/R4/search.html
"""

from dataclasses import dataclass
from typing import Literal

from cordee.errors import Issue
from cordee.search.canonical_form import canonical_form
from cordee.search.filter import EVERYTHING, Filter
from cordee.search.values import SortKey

Total = Literal["none", "estimate", "accurate"]
Summary = Literal["true", "text", "data", "count", "false"]


@dataclass(frozen=True, slots=True)
class Include:
    """One `_include` or `_revinclude` (https://hl7.org/fhir/R4/search.html#include).

    `parameter` None means every reference (`*`), `source_type` None any type. With `iterate`, what
    is included is looked at again.
    """

    source_type: str | None
    parameter: str | None
    target_type: str | None = None
    iterate: bool = False


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search.

    `types` is empty for a search on all types. `used` are the parameters honoured, for the self
    link; `warnings` tell of those that were not. `count`, `total` and `summary` are None where the
    client left the choice to the server.
    """

    types: tuple[str, ...]
    filter: Filter = EVERYTHING
    sort: tuple[SortKey, ...] = ()
    includes: tuple[Include, ...] = ()
    revincludes: tuple[Include, ...] = ()
    count: int | None = None
    total: Total | None = None
    summary: Summary | None = None
    elements: tuple[str, ...] = ()
    used: tuple[tuple[str, str], ...] = ()
    warnings: tuple[Issue, ...] = ()

    @property
    def key(self) -> str:
        """The canonical form of types and filter: equal for searches that mean the same."""
        return f"{','.join(self.types)}?{canonical_form(self.filter)}"
