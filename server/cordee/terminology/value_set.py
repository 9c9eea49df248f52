"""A ValueSet compiled: included and excluded codes, with imports followed.

https://hl7.org/fhir/R4/valueset.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from cordee.errors import Category, FhirError
from cordee.terminology.compose import Codes, Entry, every, say, some

Pairs: TypeAlias = frozenset[tuple[str, str]]
"""Codes as (system, code)."""

LIMIT = 100_000
"""Most codes of a value set that are listed."""
REMEMBERED = 256
"""How many answers a value set keeps; imports of imports would else be asked again and again."""


@dataclass(frozen=True, slots=True, eq=False)
class ValueSet:
    """The codes of a value set.

    `complete` is false when another version than the wanted one stands in. `stored` is the
    expansion that came with the resource, asked where includes and excludes give no answer.
    """

    url: str
    version: str | None
    includes: tuple[Codes, ...]
    excludes: tuple[Codes, ...] = ()
    complete: bool = True
    active_only: bool = False
    stored: "ValueSet | None" = None
    _truths: dict[tuple[str, str], bool | None] = field(
        default_factory=dict, init=False, repr=False
    )
    _listing: list[tuple[list[Entry], list[str]]] = field(
        default_factory=list, init=False, repr=False
    )
    _pairs: list[Pairs] = field(default_factory=list, init=False, repr=False)

    def contains(self, system: str, code: str) -> bool | None:
        """Tell whether a code is in; None when it is not known here."""
        key = (system, code)
        if key not in self._truths:
            if len(self._truths) >= REMEMBERED:
                self._truths.clear()
            self._truths[key] = self._truth(system, code)
        return self._truths[key]

    def _truth(self, system: str, code: str) -> bool | None:
        inside = self._composed(system, code)
        if inside is None and self.stored is not None:
            inside = self.stored.contains(system, code)
        return None if inside is False and not self.complete else inside

    def _composed(self, system: str, code: str) -> bool | None:
        inside = some(part.contains(system, code) for part in self.includes)
        if inside is False or not self.excludes:
            return inside
        excluded = some(part.contains(system, code) for part in self.excludes)
        return every((inside, None if excluded is None else not excluded))

    def entry(self, system: str, code: str) -> Entry | None:
        """Find a code and what is known of it; None when it is out or not known."""
        if self.contains(system, code) is not True:
            return None
        parts = (*self.includes, *(self.stored.includes if self.stored else ()))
        found = (part.entry(system, code) for part in parts)
        return next((entry for entry in found if entry is not None), None)

    def entries(self, gaps: list[str] | None = None) -> Iterator[Entry]:
        """List the codes in order, each once; see `compose.Codes.entries` for `gaps`.

        Raises `FhirError` (TOO_COSTLY) beyond `LIMIT` codes.
        """
        listed, reasons = self._remembered()
        for reason in reasons:
            say(reason, gaps)
        return iter(listed)

    def pairs(self) -> Pairs:
        """Give all codes as a set, made once; raises as `entries` does."""
        if not self._pairs:
            self._pairs.append(frozenset(entry.key for entry in self.entries()))
        return self._pairs[0]

    def _remembered(self) -> tuple[list[Entry], list[str]]:
        """Give the codes and why they are not all, listed once: imports may be asked very often."""
        if not self._listing:
            reasons: list[str] = []
            if not self.complete:
                say(f"Only another version of the value set {self.url} is known here", reasons)
            listed = list(islice(self._listed(reasons), LIMIT + 1))
            if reasons and self.stored is not None:
                reasons.clear()
                listed = list(islice(self.stored.entries(reasons), LIMIT + 1))
            if len(listed) > LIMIT:
                raise FhirError(
                    Category.TOO_COSTLY,
                    f"The value set {self.url} has more than {LIMIT} codes; narrow it down",
                )
            self._listing.append((listed, reasons))
        return self._listing[0]

    def _listed(self, gaps: list[str]) -> Iterator[Entry]:
        seen: set[tuple[str, str]] = set()
        for part in self.includes:
            for entry in part.entries(gaps):
                if entry.key in seen:
                    continue
                seen.add(entry.key)
                inactive = self.active_only and entry.concept and entry.concept.inactive
                if not inactive and not self._excluded(entry, gaps):
                    yield entry

    def _excluded(self, entry: Entry, gaps: list[str]) -> bool:
        excluded = some(part.contains(entry.system, entry.code) for part in self.excludes)
        if excluded is None:
            say(f"Whether {entry.code} of {entry.system} is excluded is not known here", gaps)
        return excluded is not False

    def systems(self) -> Iterable[str]:
        """Name the systems that codes may come from, each once."""
        return dict.fromkeys(system for part in self.includes for system in part.systems())
