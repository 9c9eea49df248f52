"""One include or exclude of a value set: which codes it holds, as a test and as a list.

https://hl7.org/fhir/R4/valueset.html#compositions
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from cordee.resource.folding import fold
from cordee.terminology.code_system import CodeSystem, Concept
from cordee.terminology.concept_filter import Test
from cordee.terminology.results import Designation


@dataclass(frozen=True, slots=True)
class Entry:
    """A code of a value set, with what the value set or the code system says of it."""

    system: str
    code: str
    version: str | None = None
    display: str | None = None
    designations: tuple[Designation, ...] = ()
    concept: Concept | None = None
    language: str | None = None
    """The language of the display."""
    _folded: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def folded(self) -> list[str]:
        """Its texts as filters compare them, made once: a list is searched at each keystroke."""
        if not self._folded:
            texts = (self.code, self.display or "", *(part.value for part in self.designations))
            self._folded.extend(map(fold, texts))
        return self._folded

    @property
    def key(self) -> tuple[str, str]:
        """System and code."""
        return self.system, self.code


def entry_of(held: CodeSystem, concept: Concept) -> Entry:
    """Give a concept as its code system tells it."""
    return Entry(
        held.url,
        concept.code,
        held.version,
        concept.display,
        concept.designations,
        concept,
        held.language,
    )


class NotListableError(Exception):
    """The codes cannot be listed here; the text says why."""


def say(reason: str, gaps: list[str] | None) -> None:
    """Note why a list is not complete, or raise when nobody takes note."""
    if gaps is None:
        raise NotListableError(reason)
    if reason not in gaps:
        gaps.append(reason)


class Codes(Protocol):
    """Something that holds codes: a part of a value set, or a value set."""

    def contains(self, system: str, code: str) -> bool | None:
        """Tell whether a code is in; None when it is not known here."""
        ...

    def entry(self, system: str, code: str) -> Entry | None:
        """Find a code and what is known of it; None when it is out or not known."""
        ...

    def entries(self, gaps: list[str] | None = None) -> Iterator[Entry]:
        """List the codes.

        Where they cannot be listed completely, says why in `gaps` and goes on, or raises
        `NotListableError` when there is no such list.
        """
        ...

    def systems(self) -> Iterable[str]:
        """Name the systems that codes may come from."""
        ...


def every(truths: Iterable[bool | None]) -> bool | None:
    """Join by "and" with unknowns."""
    unknown = False
    for truth in truths:
        if truth is False:
            return False
        unknown = unknown or truth is None
    return None if unknown else True


def some(truths: Iterable[bool | None]) -> bool | None:
    """Join by "or" with unknowns."""
    unknown = False
    for truth in truths:
        if truth is True:
            return True
        unknown = unknown or truth is None
    return None if unknown else False


@dataclass(frozen=True, slots=True)
class Listed:
    """Codes that the value set lists one by one."""

    system: str
    listed: dict[str, Entry]
    folded: dict[str, str] | None = None
    """Lower-cased code → code, when case does not matter."""

    def contains(self, system: str, code: str) -> bool | None:
        """Look the code up."""
        if system != self.system:
            return False
        return code in self.listed or (self.folded is not None and code.lower() in self.folded)

    def entry(self, system: str, code: str) -> Entry | None:
        """Look the entry up."""
        if system != self.system:
            return None
        return self.listed.get(code) or self.listed.get((self.folded or {}).get(code.lower(), ""))

    def entries(self, gaps: list[str] | None = None) -> Iterator[Entry]:  # noqa: ARG002 - none
        """Give them in the value set's order."""
        return iter(self.listed.values())

    def systems(self) -> Iterable[str]:
        """Name the one system."""
        return (self.system,)


@dataclass(frozen=True, slots=True)
class Filtered:
    """All codes of a code system that pass some filters; without filters, the whole system."""

    held: CodeSystem
    tests: tuple[Test, ...] = ()

    def contains(self, system: str, code: str) -> bool | None:
        """Test one concept; what an incomplete system lacks is not known to be out."""
        if system != self.held.url:
            return False
        concept = self.held.find(code)
        if concept is not None and all(test(concept) for test in self.tests):
            return True
        return False if self.held.complete else None

    def entry(self, system: str, code: str) -> Entry | None:
        """Find the concept's entry."""
        concept = self.held.find(code) if system == self.held.url else None
        if concept is None or not all(test(concept) for test in self.tests):
            return None
        return entry_of(self.held, concept)

    def entries(self, gaps: list[str] | None = None) -> Iterator[Entry]:
        """Give them in the code system's order."""
        if not self.held.complete:
            part = "another version" if self.held.content == "complete" else "a part"
            say(f"Only {part} of the code system {self.held.url} is known here", gaps)
        for concept in self.held.concepts.values():
            if all(test(concept) for test in self.tests):
                yield entry_of(self.held, concept)

    def systems(self) -> Iterable[str]:
        """Name the one system."""
        return (self.held.url,)


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Codes of a system that is not here, or of which only the grammar is."""

    system: str
    reason: str
    tests: tuple["Grammar", ...] = ()

    def contains(self, system: str, code: str) -> bool | None:
        """Ask the grammar, if there is one; else it is not known."""
        if system != self.system:
            return False
        return all(test(code) for test in self.tests) if self.tests else None

    def entry(self, system: str, code: str) -> Entry | None:
        """Make an entry for a code that the grammar allows."""
        return Entry(system, code) if self.contains(system, code) else None

    def entries(self, gaps: list[str] | None = None) -> Iterator[Entry]:
        """Say why there are none."""
        say(self.reason, gaps)
        return iter(())

    def systems(self) -> Iterable[str]:
        """Name the one system."""
        return (self.system,)


@dataclass(frozen=True, slots=True)
class Missing:
    """An imported value set that is not here: any code may be in it."""

    reason: str

    def contains(self, system: str, code: str) -> bool | None:  # noqa: ARG002 - whatever they are
        """Know nothing."""
        return None

    def entry(self, system: str, code: str) -> Entry | None:  # noqa: ARG002 - whatever they are
        """Know nothing."""
        return None

    def entries(self, gaps: list[str] | None = None) -> Iterator[Entry]:
        """Say why there are none."""
        say(self.reason, gaps)
        return iter(())

    def systems(self) -> Iterable[str]:
        """Name none."""
        return ()


class Grammar(Protocol):
    """A test of a code's text."""

    def __call__(self, code: str, /) -> bool:
        """Tell whether the text is a code."""
        ...


@dataclass(frozen=True, slots=True)
class Intersection:
    """Codes that are in every one of some sources, such as a system and imported value sets."""

    sources: tuple[Codes, ...]

    def contains(self, system: str, code: str) -> bool | None:
        """Ask all sources."""
        return every(source.contains(system, code) for source in self.sources)

    def entry(self, system: str, code: str) -> Entry | None:
        """Give what the first source that knows something says of the code."""
        if self.contains(system, code) is not True:
            return None
        found = (source.entry(system, code) for source in self.sources)
        return next((entry for entry in found if entry is not None), None)

    def entries(self, gaps: list[str] | None = None) -> Iterator[Entry]:
        """List the first source that can be listed, and keep what the others contain."""
        reason = ""
        for number, source in enumerate(self.sources):
            try:
                listed = list(source.entries())
            except NotListableError as error:
                reason = str(error)
                continue
            yield from self._kept(listed, self.sources[:number] + self.sources[number + 1 :], gaps)
            return
        say(reason, gaps)

    @staticmethod
    def _kept(
        listed: list[Entry], others: tuple[Codes, ...], gaps: list[str] | None
    ) -> Iterator[Entry]:
        for entry in listed:
            truth = every(other.contains(entry.system, entry.code) for other in others)
            if truth is None:
                say(f"Whether {entry.code} of {entry.system} is a member is not known here", gaps)
            elif truth:
                yield entry

    def systems(self) -> Iterable[str]:
        """Name the systems of the first source."""
        return self.sources[0].systems()
