"""The terminology service over the definitions in force.

https://hl7.org/fhir/R4/terminology-service.html
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar

from cordee.background import Running, at_once
from cordee.definitions.repository import Repository
from cordee.errors import Category, FhirError
from cordee.resource.types import Resource
from cordee.terminology import expand, family, lookup, subsumes, translate, validate_code
from cordee.terminology.code_systems import CodeSystems
from cordee.terminology.compose import NotListableError
from cordee.terminology.concept_maps import ConceptMaps
from cordee.terminology.expand import ExpandOptions
from cordee.terminology.oid import Oids
from cordee.terminology.remote import Question, RemoteTerminology
from cordee.terminology.remote_answers import RemoteAnswers
from cordee.terminology.results import Expansion, Lookup, Subsumption, Translation, Verdict
from cordee.terminology.system_rules import AS_STATED, SystemRules
from cordee.terminology.value_set import Pairs, ValueSet
from cordee.terminology.value_sets import ValueSets

T = TypeVar("T")


class Terminology:
    """Code systems, value sets and concept maps of a repository.

    What was compiled is kept until something it was made from changes. Wherever an answer needs
    content that is not here, it is None or a `Verdict` without result: never a guess.
    """

    def __init__(self, repository: Repository, remote: RemoteTerminology | None = None) -> None:
        """Serve what `repository` holds, now and later; `remote` may know what is not there."""
        self._repository = repository
        self.remote = RemoteAnswers(remote, self.value_set) if remote else None
        """The server elsewhere, if there is one."""
        self._begin()

    def _begin(self) -> None:
        self._revision = self._repository.revision
        self._systems = CodeSystems(self._repository)
        self._value_sets = ValueSets(self._repository, self._systems)
        self._maps = ConceptMaps(self._repository)
        self.oids = Oids(self._repository)
        """OID ⇄ canonical of code systems and value sets."""

    def _current(self) -> None:
        revision = self._repository.revision
        if revision == self._revision:
            return
        changed = self._repository.changed_since(self._revision)
        if changed is None:
            self._begin()
            return
        self._revision = revision
        for known in (self._systems, self._value_sets, self._maps, self.oids):
            known.forget(changed)

    # -- questions with yes, no and unknown

    def codes(self, value_set: str) -> Pairs | None:
        """Give the (system, code) pairs of a value set, or None when they cannot all be listed."""
        self._current()
        try:
            found = self._value_sets.find(value_set)
            return found.pairs() if found else None
        except (FhirError, NotListableError):
            return None

    def contains(self, value_set: str, system: str | None, code: str) -> bool | None:
        """Tell whether a code is in a value set; without a system, in any of its systems.

        Recalls what the server elsewhere said where it is not known here.
        """
        found = self.validate_code(code, system=system, value_set=value_set)
        return self._or_recalled(found, {"system": system, "code": code}, value_set).result

    def member_of(self, type: str, value: Any, value_set: str) -> bool | None:
        """Answer FHIRPath's memberOf for a value of a type: code, Coding or CodeableConcept."""
        if isinstance(value, str):
            return self.contains(value_set, None, value)
        if not isinstance(value, dict):
            return None

        def check(coding: dict[str, Any]) -> Verdict:
            found = self.validate_coding(coding, value_set)
            return self._or_recalled(found, coding, value_set)

        if type == "CodeableConcept":
            return validate_code.any_of(value.get("coding") or (), check).result
        return check(value).result

    @property
    def settled(self) -> bool:
        """Tell whether what is not known stays so until definitions change."""
        return self.remote is None

    def recalled(self, coding: dict[str, Any]) -> Verdict | None:
        """Give what the server elsewhere said of a Coding that is not known here, if it did."""
        question = _question(coding, None)
        return self.remote.recall(question) if self.remote and question else None

    def _or_recalled(self, found: Verdict, coding: dict[str, Any], value_set: str) -> Verdict:
        question = _question(coding, value_set) if self.remote and found.result is None else None
        told = self.remote.recall(question) if self.remote and question else None
        return told or found

    def covers(self, coding: dict[str, Any], other: dict[str, Any]) -> bool | None:
        """Answer FHIRPath's subsumes: is `other` the same as `coding`, or below it?"""
        if not coding.get("code") or coding.get("system") != other.get("system"):
            return False
        if coding["code"] == other.get("code"):
            return True
        outcome = self.subsumes(coding.get("system", ""), coding["code"], other.get("code", ""))
        return None if outcome is None else outcome in {"equivalent", "subsumes"}

    def hierarchy(
        self, system: str, code: str, direction: Literal["above", "below"]
    ) -> Pairs | None:
        """Give a code with all codes above or below it; None when the system is not known here."""
        self._current()
        return subsumes.side(self._systems, system, code, direction)

    def family(self, system: str, code: str) -> family.Family | None:
        """Tell codes that have to do with a code from the others; None where not all are known."""
        self._current()
        return family.family(self._systems, system, code)

    async def informed(self, work: Callable[[], T], run: Running[T] = at_once) -> T:
        """Do synchronous work through `run`; ask a server elsewhere for what it finds not known."""
        return await run(work) if self.remote is None else await self.remote.informed(work, run)

    # -- operations

    def value_set(self, canonical: str) -> Resource | None:
        """Find a ValueSet by `url`, `url|version` or `urn:oid:…`; another version may stand in."""
        self._current()
        return self._value_sets.resource(canonical)

    def expand(
        self,
        value_set: str | Resource,
        options: ExpandOptions | None = None,
        rules: SystemRules = AS_STATED,
    ) -> Expansion:
        """List the members of a value set, by canonical or given as a resource.

        Raises `FhirError`: NOT_FOUND when the value set is not known here, else as `expand.expand`.
        """
        found = self._value_set(value_set, rules)
        if found is None:
            raise FhirError(Category.NOT_FOUND, f"The value set {value_set} is not known here")
        return expand.expand(found, options or ExpandOptions())

    def validate_code(
        self,
        code: str,
        *,
        system: str | None = None,
        version: str | None = None,
        display: str | None = None,
        value_set: str | Resource | None = None,
        display_language: str | None = None,
        abstract: bool = True,
        code_system: Resource | None = None,
        rules: SystemRules = AS_STATED,
    ) -> Verdict:
        """Check a code in a value set, or in its system when no value set is given.

        Without `system`, the value set's own systems are tried. `code_system` stands in for the one
        of its URL.
        """
        if value_set is None and system is None:
            raise FhirError(Category.INVALID, "A code needs a system or a value set")
        self._current()
        try:
            if value_set is None:
                return validate_code.in_code_system(
                    self._systems.given(code_system) if code_system else self._systems,
                    system or "",
                    code,
                    version=version,
                    display=display,
                    display_language=display_language,
                    abstract=abstract,
                )
            found = self._value_set(value_set, rules)
            if found is None:
                return Verdict(None, f"The value set {value_set} is not known here", system, code)
            return validate_code.in_value_set(
                self._systems,
                found,
                system,
                code,
                display=display,
                display_language=display_language,
                abstract=abstract,
            )
        except FhirError as error:
            return Verdict(None, str(error), system, code)

    def validate_coding(
        self, coding: dict[str, Any], value_set: str | Resource | None = None, **options: Any
    ) -> Verdict:
        """Check a Coding; `options` are those of `validate_code`."""
        code = coding.get("code")
        if not isinstance(code, str):
            return Verdict(False, "The coding has no code", coding.get("system"))
        if not coding.get("system"):
            text = f"Whether {code} is good is not known without its system"
            return Verdict(None if value_set is None else False, text, None, code)
        return self.validate_code(
            code,
            system=coding["system"],
            version=coding.get("version"),
            display=coding.get("display"),
            value_set=value_set,
            **options,
        )

    def validate_concept(
        self, concept: dict[str, Any], value_set: str | Resource | None = None, **options: Any
    ) -> Verdict:
        """Check a CodeableConcept: one good coding is enough."""
        return validate_code.any_of(
            concept.get("coding") or (),
            lambda coding: self.validate_coding(coding, value_set, **options),
        )

    def lookup(
        self,
        system: str,
        code: str,
        *,
        version: str | None = None,
        display_language: str | None = None,
        properties: Sequence[str] = (),
        supplements: Sequence[str] = (),
    ) -> Lookup:
        """Find a concept; see `lookup.lookup`."""
        self._current()
        return lookup.lookup(
            self._systems,
            system,
            code,
            version=version,
            display_language=display_language,
            properties=properties,
            supplements=supplements,
        )

    def is_complete(self, system: str, version: str | None = None) -> bool:
        """Tell whether all codes of a code system are known here."""
        self._current()
        try:
            held = self._systems.find(system, version)
        except FhirError:
            return False
        return held is not None and held.complete

    def subsumes(
        self,
        system: str,
        code_a: str,
        code_b: str,
        version: str | None = None,
        code_system: Resource | None = None,
    ) -> Subsumption | None:
        """Compare two codes; None when not enough is known here.

        `code_system` stands in for the one of its URL.
        """
        self._current()
        systems = self._systems.given(code_system) if code_system else self._systems
        return subsumes.subsumes(systems, system, code_a, code_b, version)

    def translate(
        self,
        system: str,
        code: str,
        *,
        concept_map: str | Resource | None = None,
        source: str | None = None,
        target: str | None = None,
        target_system: str | None = None,
        reverse: bool = False,
    ) -> Translation:
        """Translate a code by a map, or by all maps between two value sets.

        Raises `FhirError` (NOT_FOUND) when the concept map is not known here.
        """
        self._current()
        resource = self._maps.find(concept_map) if isinstance(concept_map, str) else concept_map
        if concept_map is not None and resource is None:
            raise FhirError(Category.NOT_FOUND, f"The concept map {concept_map} is not known here")
        held = self._systems.find(system)
        known = held.find(code) if held else None
        return translate.translate(
            self._maps,
            self._systems.canonical(system),
            code,
            same=frozenset((code, known.code if known else code)),
            system_of=self._only_system,
            concept_map=resource,
            source=source,
            target=target,
            target_system=target_system,
            reverse=reverse,
        )

    def _only_system(self, value_set: str) -> str | None:
        found = self._value_sets.find(value_set)
        systems = list(found.systems()) if found else []
        return systems[0] if len(systems) == 1 else None

    def _value_set(
        self, value_set: str | Resource, rules: SystemRules = AS_STATED
    ) -> ValueSet | None:
        self._current()
        # Rules are a caller's own: what is compiled under them is not kept.
        sets = (
            self._value_sets
            if rules == AS_STATED
            else ValueSets(self._repository, self._systems, rules)
        )
        return sets.find(value_set) if isinstance(value_set, str) else sets.compile(value_set)


def _question(coding: dict[str, Any], value_set: str | None) -> Question | None:
    """Ask elsewhere about a coding: its texts, which anybody may have typed, stay here."""
    system, code, version = (coding.get(key) for key in ("system", "code", "version"))
    if not isinstance(code, str) or not isinstance(system or "", str):
        return None
    if system is None and value_set is None:
        return None
    return Question(code, system, version if isinstance(version, str) else None, value_set)
