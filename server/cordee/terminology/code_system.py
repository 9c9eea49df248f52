"""A CodeSystem as tables: concepts by code, parents and children.

https://hl7.org/fhir/R4/codesystem.html
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cordee.resource.types import Resource
from cordee.terminology.results import Designation, Property

_VALUE = "value"
_INACTIVE_STATUS = frozenset(("retired", "inactive", "deprecated"))
_PARENT = frozenset(("parent", "subsumedBy"))
_ABSTRACT = frozenset(("notSelectable", "abstract"))
_STANDARD = "http://hl7.org/fhir/concept-properties#"


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept; `parents` and `children` are codes."""

    code: str
    display: str | None = None
    definition: str | None = None
    designations: tuple[Designation, ...] = ()
    properties: tuple[Property, ...] = ()
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()

    @property
    def inactive(self) -> bool:
        """Tell whether the concept should no longer be used (retired, inactive, deprecated)."""
        return any(
            ("inactive" in part.names and part.value is True)
            or (part.code == "status" and str(part.value) in _INACTIVE_STATUS)
            for part in self.properties
        )

    @property
    def abstract(self) -> bool:
        """Tell whether the concept only groups others and should not be chosen."""
        return any(
            not _ABSTRACT.isdisjoint(part.names) and part.value in (True, "true")
            for part in self.properties
        )


@dataclass(frozen=True, slots=True)
class CodeSystem:
    """A code system that is here, wholly or in part.

    `complete` is false for fragments, and when another version than the wanted one stands in: then
    a code that is missing is not known to be wrong.
    """

    url: str
    version: str | None
    name: str
    content: str
    case_sensitive: bool
    concepts: Mapping[str, Concept]
    complete: bool
    folded: Mapping[str, str] = field(default_factory=dict)
    """Lower-cased code → code, when case does not matter."""
    language: str | None = None
    """The language of the displays."""

    def find(self, code: str) -> Concept | None:
        """Find a concept, minding case only where the system does."""
        found = self.concepts.get(code)
        if found is None and not self.case_sensitive:
            found = self.concepts.get(self.folded.get(code.lower(), ""))
        return found

    def descendants(self, code: str) -> frozenset[str]:
        """Give the codes below `code`, at any depth, without itself."""
        return frozenset(self._reach(code, "children"))

    def ancestors(self, code: str) -> frozenset[str]:
        """Give the codes above `code`, at any height, without itself."""
        return frozenset(self._reach(code, "parents"))

    def _reach(self, code: str, side: str) -> Iterator[str]:
        start = self.find(code)
        seen = {start.code} if start else set()
        pending = [start] if start else []
        while pending:
            for other in getattr(pending.pop(), side):
                if other not in seen and other in self.concepts:
                    seen.add(other)
                    pending.append(self.concepts[other])
                    yield other

    def supplemented(self, supplements: Iterable["CodeSystem"]) -> "CodeSystem":
        """Add the designations and properties that supplements give to concepts held here."""
        concepts = dict(self.concepts)
        for supplement in supplements:
            for extra in supplement.concepts.values():
                own = self.find(extra.code)
                if own is not None:
                    own = concepts[own.code]
                    concepts[own.code] = replace(
                        own,
                        designations=own.designations + extra.designations,
                        properties=own.properties + extra.properties,
                    )
        return replace(self, concepts=concepts)


def compile_code_system(resource: Resource) -> CodeSystem:
    """Make the tables of a CodeSystem; one without any concept is taken for incomplete."""
    meanings = dict(_meanings(resource.get("property") or ()))
    found: dict[str, Concept] = {}
    links: list[tuple[str, str]] = []
    for row, parent in _rows(resource.get("concept") or (), None):
        concept = _concept(row, meanings)
        if concept.code in found:
            concept = found[concept.code]
        found[concept.code] = concept
        links += _links(concept, parent)
    content = resource.get("content", "")
    sensitive = resource.get("caseSensitive") is True  # unsaid: accept any case
    return CodeSystem(
        url=resource.get("url", ""),
        version=resource.get("version") or None,
        name=resource.get("title") or resource.get("name") or resource.get("url", ""),
        content=content,
        case_sensitive=sensitive,
        concepts=_linked(found, links),
        complete=content == "complete" and bool(found),
        folded={} if sensitive else {code.lower(): code for code in found},
        language=resource.get("language"),
    )


def _rows(
    rows: Iterable[dict[str, Any]], parent: str | None
) -> Iterator[tuple[dict[str, Any], str | None]]:
    """Walk nested concepts in order, without recursion: depth is not ours to bound."""
    pending = [(row, parent) for row in reversed(list(rows))]
    while pending:
        row, above = pending.pop()
        if isinstance(row.get("code"), str):
            yield row, above
            pending += [(child, row["code"]) for child in reversed(row.get("concept") or [])]


def _links(concept: Concept, parent: str | None) -> Iterator[tuple[str, str]]:
    """Give (parent, child) pairs that nesting and properties state."""
    if parent is not None:
        yield parent, concept.code
    for part in concept.properties:
        if not _PARENT.isdisjoint(part.names) and isinstance(part.value, str):
            yield part.value, concept.code
        elif "child" in part.names and isinstance(part.value, str):
            yield concept.code, part.value


def _linked(found: dict[str, Concept], links: list[tuple[str, str]]) -> dict[str, Concept]:
    parents: dict[str, dict[str, None]] = {}
    children: dict[str, dict[str, None]] = {}
    for parent, child in links:
        if parent in found and child in found:
            parents.setdefault(child, {})[parent] = None
            children.setdefault(parent, {})[child] = None
    if not links:
        return found
    return {
        code: replace(
            concept, parents=tuple(parents.get(code, ())), children=tuple(children.get(code, ()))
        )
        for code, concept in found.items()
    }


def _meanings(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Give code and meaning of the properties that are the specification's under other codes."""
    for row in rows:
        standard, _, name = row.get("uri", "").partition(_STANDARD)
        if not standard and name and name != row["code"]:
            yield row["code"], name


def _concept(row: dict[str, Any], meanings: Mapping[str, str]) -> Concept:
    return Concept(
        code=row["code"],
        display=row.get("display"),
        definition=row.get("definition"),
        designations=designations(row),
        properties=tuple(_properties(row, meanings)),
    )


def designations(row: dict[str, Any]) -> tuple[Designation, ...]:
    """Read the designations of a concept, in a code system or a value set."""
    return tuple(
        Designation(part.get("value", ""), part.get("language"), part.get("use"))
        for part in row.get("designation") or ()
    )


def _properties(row: dict[str, Any], meanings: Mapping[str, str]) -> Iterator[Property]:
    for part in row.get("property") or ():
        for name, value in part.items():
            if name.startswith(_VALUE):
                code = part.get("code", "")
                kind = name[len(_VALUE) :]
                yield Property(code, value, kind, meaning=meanings.get(code))
