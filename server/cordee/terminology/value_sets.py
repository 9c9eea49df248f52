"""The value sets that are here: found by canonical or OID, compiled once.

https://hl7.org/fhir/R4/valueset.html
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial
from typing import Any

from cordee.definitions.reading import Reads, include, noting
from cordee.definitions.repository import Repository
from cordee.errors import Category, FhirError
from cordee.resource.canonical import join, split
from cordee.resource.types import Resource
from cordee.terminology import implicit
from cordee.terminology.code_system import CodeSystem, designations
from cordee.terminology.code_systems import MISSHAPEN, CodeSystems, is_known
from cordee.terminology.compose import (
    Codes,
    Entry,
    Filtered,
    Intersection,
    Listed,
    Missing,
    Unlisted,
)
from cordee.terminology.concept_filter import compile_filter
from cordee.terminology.grammar import FILTERS, GRAMMARS
from cordee.terminology.oid import PREFIX
from cordee.terminology.system_rules import AS_STATED, SystemRules
from cordee.terminology.value_set import ValueSet

SUPPLEMENT = "http://hl7.org/fhir/StructureDefinition/valueset-supplement"

DEEPEST = 30
"""Most imports of imports of value sets."""
PARTIAL = frozenset(
    (
        "http://hl7.org/fhir/StructureDefinition/valueset-toocostly",
        "http://hl7.org/fhir/StructureDefinition/valueset-unclosed",
    )
)
"""Extensions that say an expansion does not hold all members."""


class ValueSets:
    """The compiled value sets of a repository."""

    def __init__(
        self, repository: Repository, systems: CodeSystems, rules: SystemRules = AS_STATED
    ) -> None:
        """Look value sets up in `repository`, lazily; `rules` say which code systems count."""
        self._repository = repository
        self._systems = systems
        self._rules = rules
        self._compiled: dict[str, tuple[ValueSet, Reads]] = {}
        self._implicit = implicit.ImplicitValueSets(repository)

    def find(self, canonical: str) -> ValueSet | None:
        """Find a value set by `url`, `url|version` or `urn:oid:…`; None when it is not here.

        When another version than the wanted one is here, it stands in, marked as not complete.
        Raises `FhirError` (UNPROCESSABLE) when value sets import one another in a circle.
        """
        return self._find(canonical, ())

    def resource(self, canonical: str) -> Resource | None:
        """Find the resource of a value set; implicit ones are made on the spot."""
        url, version = split(canonical)
        known = version is None or is_known(version, self._repository.versions(url))
        found = self._repository.find(canonical if known else url, "ValueSet")
        if found is None and url.startswith(PREFIX):
            found = self._repository.identified(url, "ValueSet")
        return found or self._implicit.find(url)

    def compile(self, resource: Resource) -> ValueSet:
        """Compile a value set that a client gives; one that is held is compiled once."""
        url = resource.get("url", "")
        canonical = join(url, resource.get("version"))
        if url and self._repository.find(canonical, "ValueSet") == resource:
            return self._find(canonical, ()) or self._compile(resource, (url,))
        return self._compile(resource, (url,))

    def forget(self, changed: AbstractSet[str]) -> None:
        """Drop what these names of definitions have made out of date."""
        self._implicit.forget(changed)
        stale = [key for key, (_, reads) in self._compiled.items() if reads.touches(changed)]
        for key in stale:
            del self._compiled[key]

    def _find(self, canonical: str, path: tuple[str, ...]) -> ValueSet | None:
        kept = self._compiled.get(canonical)
        if kept is not None:
            include(kept[1])
            return kept[0]
        url, version = split(canonical)
        if version and not is_known(version, self._repository.versions(url)):
            newest = self._find(url, path)
            return replace(newest, complete=False) if newest else None
        reads = Reads()
        include(reads)
        with noting(reads):
            resource = self.resource(canonical)
            if resource is None:
                return None
            own = resource.get("url", canonical)
            _check_path(own, path)
            made = self._compile(resource, (*path, own))
        if self._repository.find(canonical, "ValueSet") is resource:
            # Only what the repository holds is kept: requests may name any value set.
            self._compiled[canonical] = (made, reads)
        return made

    def _compile(self, resource: Resource, path: tuple[str, ...]) -> ValueSet:
        try:
            return self._composed(resource, path)
        except MISSHAPEN:
            text = f"The value set {resource.get('url')} is not a valid ValueSet"
            raise FhirError(Category.UNPROCESSABLE, text) from None

    def _composed(self, resource: Resource, path: tuple[str, ...]) -> ValueSet:
        compose = resource.get("compose") or {}
        part = partial(
            self._part,
            extra=tuple(_supplements(resource)),
            path=path,
            language=resource.get("language"),
        )
        stored = _stored(resource, self._rules)
        made = ValueSet(
            url=resource.get("url", ""),
            version=resource.get("version") or None,
            includes=tuple(part(row) for row in compose.get("include") or ()),
            excludes=tuple(part(row) for row in compose.get("exclude") or ()),
            active_only=compose.get("inactive") is False,
            stored=stored if compose else None,
        )
        return made if compose or stored is None else stored

    def _part(
        self,
        row: dict[str, Any],
        extra: tuple[str, ...],
        path: tuple[str, ...],
        language: str | None,
    ) -> Codes:
        sources: list[Codes] = []
        if row.get("system"):
            sources.append(self._of_system(row, extra, language))
        for canonical in row.get("valueSet") or ():
            imported = self._find(canonical, path)
            sources.append(imported or Missing(f"The value set {canonical} is not known here"))
        if not sources:
            return Unlisted("", "An include without system and value sets holds nothing")
        return sources[0] if len(sources) == 1 else Intersection(tuple(sources))

    def _of_system(
        self, row: dict[str, Any], extra: tuple[str, ...], language: str | None
    ) -> Codes:
        system = self._systems.canonical(row["system"])
        version = self._rules.version(system, row.get("version"))
        held = self._systems.find(system, version)
        if self._rules.excludes(system, held.version if held else version):
            return Listed(system, {})
        if held is not None and extra:
            found = (self._systems.supplement(canonical) for canonical in extra)
            held = held.supplemented(part for part in found if part is not None)
        if row.get("concept"):
            listed = {part.code: part for part in _listed(row, system, version, held, language)}
            insensitive = held is not None and not held.case_sensitive
            folded = {code.lower(): code for code in listed} if insensitive else None
            return Listed(system, listed, folded)
        filters = [_filter(part) for part in row.get("filter") or ()]
        if held is not None:
            tests = tuple(compile_filter(held, *part) for part in filters)
            return Filtered(held, tests)
        return _by_grammar(system, filters)


def _check_path(url: str, path: tuple[str, ...]) -> None:
    """Refuse circles of imports, and imports that go too deep."""
    if url in path:
        circle = " → ".join((*path[path.index(url) :], url))
        raise FhirError(
            Category.UNPROCESSABLE, f"Value sets import one another in a circle: {circle}"
        )
    if len(path) > DEEPEST:
        raise FhirError(Category.TOO_COSTLY, f"{path[0]} imports value sets too deeply")


def _filter(part: dict[str, Any]) -> tuple[str, str, str]:
    return part.get("property", ""), part.get("op", ""), str(part.get("value", ""))


def _by_grammar(system: str, filters: list[tuple[str, str, str]]) -> Unlisted:
    grammar = GRAMMARS.get(system)
    if grammar is None:
        return Unlisted(system, f"The code system {system} is not known here")
    reason = f"The codes of {system} follow a grammar and cannot be listed"
    tests = [grammar]
    for property, operator, value in filters:
        test = FILTERS.get((system, property, operator))
        if test is None:
            return Unlisted(system, reason)
        tests.append(partial(_swapped, test, value))
    return Unlisted(system, reason, tuple(tests))


def _swapped(test: Any, value: str, code: str) -> bool:
    return bool(test(code, value))


def _listed(
    row: dict[str, Any],
    system: str,
    version: str | None,
    held: CodeSystem | None,
    language: str | None,
) -> Iterator[Entry]:
    version = version or (held.version if held else None)
    for part in row["concept"]:
        code = part.get("code", "")
        concept = held.find(code) if held else None
        own = part.get("display")
        yield Entry(
            system,
            code,
            version,
            own or (concept.display if concept else None),
            designations(part) + (concept.designations if concept else ()),
            concept,
            language if own or held is None else held.language,
        )


def _stored(resource: Resource, rules: SystemRules) -> ValueSet | None:
    """Read the expansion that a value set carries, if it is whole."""
    expansion = resource.get("expansion")
    if not expansion or expansion.get("offset") or _is_partial(expansion):
        return None
    return ValueSet(
        resource.get("url", ""),
        resource.get("version") or None,
        tuple(_expanded(expansion, rules, resource.get("language"))),
    )


def _is_partial(expansion: dict[str, Any]) -> bool:
    if any(part.get("url") in PARTIAL for part in expansion.get("extension") or ()):
        return True
    limits = {"filter", "count", "limitedExpansion"}
    return any(part.get("name") in limits for part in expansion.get("parameter") or ())


def _expanded(
    expansion: dict[str, Any], rules: SystemRules, language: str | None
) -> Iterator[Codes]:
    """Read the members of an expansion, by system."""
    by_system: dict[str, dict[str, Entry]] = {}
    pending = list(reversed(expansion.get("contains") or []))
    while pending:
        row = pending.pop()
        pending += reversed(row.get("contains") or [])
        if row.get("code") and not row.get("abstract"):
            entry = Entry(
                row.get("system", ""),
                row["code"],
                row.get("version"),
                row.get("display"),
                designations(row),
                language=language,
            )
            if not rules.excludes(entry.system, entry.version):
                by_system.setdefault(entry.system, {})[entry.code] = entry
    for system, listed in by_system.items():
        yield Listed(system, listed)


def _supplements(resource: Resource) -> Iterator[str]:
    for extension in resource.get("extension") or ():
        if extension.get("url") == SUPPLEMENT:
            yield extension.get("valueCanonical", "")
