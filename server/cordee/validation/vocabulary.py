"""The terminology as the rules ask it: quick answers for listed value sets, remembered ones else.

https://hl7.org/fhir/R4/terminologies.html
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Protocol, TypeAlias

from cordee.definitions.reading import Reads, noting
from cordee.resource.types import Resource
from cordee.validation.french.tolerated import tolerated_systems

Pairs: TypeAlias = frozenset[tuple[str, str]]

Asked: TypeAlias = Callable[[str, Any, str], bool | None]
"""Tells whether a value of a type is in a value set; None when it is not known here."""

AskedOf: TypeAlias = Callable[[Resource, Resource], bool | None]
"""Tells whether a Coding is in a ValueSet that is given; None when it is not known here."""


KEPT = 65_536
"""Most answers about codings that are kept."""
SYSTEMS = frozenset({"CodeSystem", "NamingSystem"})
"""Definitions that say which codes there are."""

_PARTS = ("system", "version", "code", "display")


Versions: TypeAlias = Callable[[str], Sequence[str]]
"""Gives the versions held of a canonical url, oldest first."""


class Verdict(Protocol):
    """An answer about one code; `result` is None when it is not known here."""

    @property
    def result(self) -> bool | None: ...  # noqa: D102
    @property
    def message(self) -> str | None: ...  # noqa: D102
    @property
    def display(self) -> str | None: ...  # noqa: D102
    @property
    def display_correct(self) -> bool | None: ...  # noqa: D102


class Terminology(Protocol):
    """What the validator asks of the terminology."""

    def codes(self, value_set: str) -> Pairs | None:
        """Give the (system, code) pairs of a value set, or None when they cannot be listed."""
        ...

    def member_of(self, type: str, value: Any, value_set: str) -> bool | None:
        """Tell whether a code, Coding or CodeableConcept is in a value set; None: not known."""
        ...

    def validate_coding(self, coding: dict[str, Any], value_set: Resource | None = None) -> Verdict:
        """Check a Coding in its code system, or in a value set that is given."""
        ...

    @property
    def settled(self) -> bool:
        """Tell whether what is not known stays so until definitions change."""
        ...

    def recalled(self, coding: dict[str, Any]) -> Verdict | None:
        """Give what another server said of a Coding that is not known here, if one did."""
        ...


class Membership:
    """One value set: who is in it."""

    __slots__ = ("_answers", "_ask", "_codes", "_listed", "_members", "_reads", "tolerated", "url")

    def __init__(self, url: str, terminology: Terminology | None) -> None:
        self.url = url
        self.tolerated = tolerated_systems(url)
        """Systems whose codes are let pass although they are not members."""
        self._ask = terminology
        self._answers: dict[tuple[tuple[str | None, str], ...], bool | None] = {}
        self._listed = False
        self._members: Pairs | None = None
        self._codes: frozenset[str] = frozenset()
        self._reads = Reads()

    def forget(self, changed: AbstractSet[str]) -> None:
        """Drop what these names of definitions have made out of date."""
        if self._reads.touches(changed):
            self._listed = False
            self._answers.clear()
            self._reads = Reads()

    def _list(self) -> None:
        with noting(self._reads):
            members = self._ask.codes(self.url) if self._ask else None
        # Another thread may look meanwhile: it must not see a half of it.
        self._codes = frozenset(code for _, code in members or ())
        self._members = members
        self._listed = True

    def has_code(self, code: str) -> bool | None:
        """Tell whether a bare code is in the value set; None when it is not known here."""
        if not self._listed:
            self._list()
        if self._members is not None:
            return code in self._codes
        return self._ask.member_of("code", code, self.url) if self._ask else None

    def has(self, type_name: str, value: dict[str, Any]) -> bool | None:
        """Tell whether a Coding or CodeableConcept is in the value set; None: not known here."""
        if not self._listed:
            self._list()
        pairs = tuple(codings(value))
        if self._members is not None:
            return any(pair in self._members for pair in pairs)
        if self._ask is None:
            return None
        if pairs in self._answers:
            return self._answers[pairs]
        with noting(self._reads):
            known = self._ask.member_of(type_name, _sound(value), self.url)
        if (known is not None or self._ask.settled) and len(self._answers) < KEPT:
            self._answers[pairs] = known
        return known


class Vocabulary:
    """Value sets and codings, with the answers kept."""

    def __init__(self, terminology: Terminology | None, versions: Versions) -> None:
        """Ask `terminology`; without one nothing is known."""
        self._terminology = terminology
        self._versions = versions
        self._sets: dict[str, Membership] = {}
        self._verdicts: dict[tuple[str | None, ...], Verdict] = {}

    def forget(self, changed: AbstractSet[str]) -> None:
        """Drop what these names of definitions have made out of date."""
        for known in self._sets.values():
            known.forget(changed)
        if not changed.isdisjoint(SYSTEMS):
            self._verdicts.clear()

    def value_set(self, canonical: str) -> Membership:
        """Give a value set by canonical."""
        found = self._sets.get(canonical)
        if found is None:
            found = self._sets[canonical] = Membership(canonical, self._terminology)
        return found

    def member_of(self, type_name: str, value: Any, canonical: str) -> bool | None:
        """Tell whether a value is in a value set; None when it is not known here."""
        membership = self.value_set(canonical)
        if isinstance(value, str):
            return membership.has_code(value)
        return membership.has(type_name, value) if isinstance(value, dict) else None

    def lists(self, value_set: Resource, coding: Resource) -> bool | None:
        """Tell whether a Coding is in a ValueSet that is given; None when it is not known here."""
        if self._terminology is None:
            return None
        return self._terminology.validate_coding(_sound(coding), value_set).result

    def verdict(self, coding: dict[str, Any]) -> Verdict | None:
        """Check a Coding in its code system; None without a terminology.

        Answers are kept, but for "not known": a terminology server may still say.
        """
        if self._terminology is None:
            return None
        parts = tuple(part if isinstance(part := coding.get(key), str) else None for key in _PARTS)
        found = self._verdicts.get(parts)
        if found is None:
            row = {key: part for key, part in zip(_PARTS, parts, strict=True) if part is not None}
            found = self._in_any_version(row, self._terminology)
            if found.result is None:
                return self._terminology.recalled(row) or found
            if len(self._verdicts) >= KEPT:
                self._verdicts.clear()
            self._verdicts[parts] = found
        return found

    def _in_any_version(self, coding: dict[str, Any], terminology: Terminology) -> Verdict:
        """Check a Coding; one that names no version is good if any version held has the code."""
        found = terminology.validate_coding(coding)
        if found.result is False and "version" not in coding:
            for version in reversed(self._versions(coding.get("system", ""))[:-1]):
                older = terminology.validate_coding(coding | {"version": version})
                if older.result:
                    return older
        return found


def codings(value: dict[str, Any]) -> list[tuple[str | None, str]]:
    """Give the (system, code) pairs of a CodeableConcept, a Coding or a Quantity."""
    return [
        (system if isinstance(system := row.get("system"), str) else None, row["code"])
        for row in _rows(value)
        if isinstance(row.get("code"), str)
    ]


def _rows(value: dict[str, Any]) -> list[dict[str, Any]]:
    rows = value.get("coding") if "coding" in value else [value]
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _sound(value: dict[str, Any]) -> dict[str, Any]:
    """Give a concept or coding with those parts alone that are text, as the terminology expects."""
    rows = [
        {key: part for key in _PARTS if isinstance(part := row.get(key), str)}
        for row in _rows(value)
    ]
    return {"coding": rows} if "coding" in value else (rows or [{}])[0]
