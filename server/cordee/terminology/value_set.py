"""A ValueSet compiled: included and excluded codes, with imports followed.

https://hl7.org/fhir/R4/valueset.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cordee.terminology.compose import Codes, Entry, NotListableError, every, say, some


@dataclass(frozen=True, slots=True, eq=False)
class ValueSet:
    """The codes of a value set.

    `complete` is false when another version than the wanted one stands in. `stored` is the
    expansion that came with the resource, asked where includes and excludes give no answer.
    `warnings` say what was not found while compiling.
    """

    url: str
    version: str | None
    includes: tuple[Codes, ...]
    excludes: tuple[Codes, ...] = ()
    complete: bool = True
    active_only: bool = False
    stored: "ValueSet | None" = None
    warnings: tuple[str, ...] = field(default=())

    def contains(self, system: str, code: str) -> bool | None:
        """Tell whether a code is in; None when it is not known here."""
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
        """List the codes in order, each once; see `compose.Codes.entries` for `gaps`."""
        if not self.complete:
            say(f"Only another version of the value set {self.url} is known here", gaps)
        if self.stored is None:
            yield from self._listed(gaps)
            return
        try:
            yield from list(self._listed(None))
        except NotListableError:
            yield from self.stored.entries(gaps)

    def _listed(self, gaps: list[str] | None) -> Iterator[Entry]:
        seen: set[tuple[str, str]] = set()
        for part in self.includes:
            for entry in part.entries(gaps):
                if entry.key in seen:
                    continue
                seen.add(entry.key)
                inactive = self.active_only and entry.concept and entry.concept.inactive
                if not inactive and not self._excluded(entry, gaps):
                    yield entry

    def _excluded(self, entry: Entry, gaps: list[str] | None) -> bool:
        excluded = some(part.contains(entry.system, entry.code) for part in self.excludes)
        if excluded is None:
            say(f"Whether {entry.code} of {entry.system} is excluded is not known here", gaps)
        return excluded is not False

    def systems(self) -> Iterable[str]:
        """Name the systems that codes may come from, each once."""
        return dict.fromkeys(system for part in self.includes for system in part.systems())
