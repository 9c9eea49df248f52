"""The validator: definitions and terminology in, reports out.

https://hl7.org/fhir/R4/validation.html
"""

from collections.abc import Iterable
from typing import Any, Protocol

from cordee.definitions.element import Schema
from cordee.resource.types import Resource
from cordee.validation.budget import Budget, TooCostlyError, elements
from cordee.validation.compile.base import BaseRules
from cordee.validation.compile.definitions import CompiledDefinitions
from cordee.validation.compile.extension import CompiledExtensions
from cordee.validation.compile.profiles import CompiledProfiles
from cordee.validation.expressions import Expressions
from cordee.validation.french import FRENCH
from cordee.validation.node import Node, resource_node
from cordee.validation.options import Options
from cordee.validation.place import root
from cordee.validation.report import Report, unique
from cordee.validation.rules.attachment import attachment
from cordee.validation.rules.bundle import BUNDLE
from cordee.validation.rules.capability_statement import capability_statement
from cordee.validation.rules.claims import claims, nominated
from cordee.validation.rules.code_system import code_system
from cordee.validation.rules.coding import coding, identifier
from cordee.validation.rules.concept_map import concept_map
from cordee.validation.rules.contained import contained
from cordee.validation.rules.element_ids import unique_ids
from cordee.validation.rules.extension import extension
from cordee.validation.rules.meta import meta
from cordee.validation.rules.narrative import narrative
from cordee.validation.rules.questionnaire import questionnaire
from cordee.validation.rules.questionnaire_response import questionnaire_response
from cordee.validation.rules.resource import any_resource
from cordee.validation.rules.resource_id import resource_id
from cordee.validation.rules.search_parameter import search_parameter
from cordee.validation.rules.structure_definition import structure_definition
from cordee.validation.rules.unit import unit
from cordee.validation.rules.value_set import value_set
from cordee.validation.rules.vital_signs import vital_signs
from cordee.validation.run import Check, Run
from cordee.validation.vocabulary import Terminology, Vocabulary

QUANTITIES = ("Quantity", "Age", "Count", "Distance", "Duration")


class Repository(Schema, Protocol):
    """What the validator asks of the definitions; `revision` grows with each change of them."""

    revision: int

    @property
    def resource_types(self) -> tuple[str, ...]:
        """The concrete resource types."""
        ...

    def structure(self, canonical: str) -> Resource | None:
        """Give a StructureDefinition with its snapshot, or None."""
        ...

    def find(self, canonical: str, type: str | None = None) -> Resource | None:
        """Give a conformance resource by canonical, or None."""
        ...

    def versions(self, url: str) -> tuple[str, ...]:
        """Give the versions held of a canonical url, oldest first."""
        ...

    def types(self, url: str) -> frozenset[str]:
        """Give the resource types that are known under a canonical url."""
        ...

    def changed_since(self, revision: int) -> frozenset[str] | None:
        """Give the names of the definitions that changed; None when all may have."""
        ...


class Validator:
    """Checks resources against the base definitions and against profiles.

    Definitions compile on first use and are kept until what they are made of changes: make one
    validator and keep it.
    """

    def __init__(
        self,
        repository: Repository,
        terminology: Terminology | None = None,
        options: Options | None = None,
    ) -> None:
        """Keep the sources; without a terminology no binding is checked."""
        self.repository = repository
        self._terminology = terminology
        self._options = options or Options()
        self._build()

    def _build(self) -> None:
        repository = self.repository
        self._revision = repository.revision
        self._vocabulary = vocabulary = Vocabulary(self._terminology, repository.versions)
        expressions = Expressions(repository, vocabulary.member_of, self._conforms_to)
        self._profiles = CompiledProfiles(
            repository, repository.structure, repository.versions, vocabulary, expressions
        )
        self._extensions = extensions = CompiledExtensions(
            repository, repository.structure, self._profiles, expressions
        )
        special: dict[str, tuple[Check, ...]] = {
            "Resource": (claims(self._profiles.find), unique_ids(repository), resource_id),
            "DomainResource": (contained,),
            "Extension": (extension(extensions.find),),
            "Meta": (meta,),
            "Narrative": (narrative,),
            "Coding": (coding(vocabulary),),
            "Identifier": (identifier,),
            "Attachment": (attachment,),
            **{name: (unit(name),) for name in QUANTITIES},
            "Bundle": BUNDLE,
            "Observation": (vital_signs(self._profiles.find),),
            "StructureDefinition": (structure_definition(repository.structure, repository),),
            "CodeSystem": (code_system(repository.find),),
            "ValueSet": (value_set(repository.types, repository.find, vocabulary),),
            "ConceptMap": (concept_map(vocabulary),),
            "Questionnaire": (questionnaire,),
            "CapabilityStatement": (capability_statement(self._search_parameter),),
            "SearchParameter": (search_parameter(repository, self._search_parameter),),
            "QuestionnaireResponse": (
                questionnaire_response(
                    self._questionnaire, vocabulary.member_of, vocabulary.lists, expressions
                ),
            ),
        }
        special = {name: special.get(name, ()) + FRENCH.get(name, ()) for name in special | FRENCH}
        self._definitions = CompiledDefinitions(
            repository,
            repository.resource_types,
            vocabulary,
            BaseRules(
                repository.structure, expressions, self._profiles.find, special, repository.types
            ),
        )
        self._resource = any_resource(self._definitions, contained=False)

    def _follow(self) -> None:
        """Drop what definitions that came, changed or went have made out of date.

        The base definitions are none of these: nobody can replace a type.
        """
        revision = self.repository.revision
        changed = self.repository.changed_since(self._revision)
        if changed is None:
            self._build()
            return
        self._revision = revision
        self._vocabulary.forget(changed)
        self._profiles.forget(changed)
        self._extensions.find.forget(changed)

    def validate(
        self, resource: Any, profiles: Iterable[str] = (), options: Options | None = None
    ) -> Report:
        """Check a parsed resource; whatever it holds, the answer is a report.

        The base definition and the profiles claimed in `meta.profile` are always checked;
        `profiles` are canonicals (`url` or `url|version`) to check besides; one that is not known
        here is an error, as https://hl7.org/fhir/R4/resource-operation-validate.html asks.
        """
        if self.repository.revision != self._revision:
            self._follow()
        whole = resource if isinstance(resource, dict) else {}
        name = whole.get("resourceType")
        place = root(name if isinstance(name, str) else "Resource")
        known = self._definitions.resource_types
        chosen = options or self._options
        run = Run(
            whole,
            whole,
            known,
            place,
            chosen,
            budget=Budget(chosen.seconds, lambda: elements(whole)),
        )
        try:
            self._check(resource, profiles, run)
        except TooCostlyError:
            run.add("too-costly", place, seconds=chosen.seconds)
        return Report(unique(run.findings))

    def _check(self, resource: Any, profiles: Iterable[str], run: Run) -> None:
        whole, place = run.root, run.place
        self._resource(resource, place, run)
        if self._definitions.is_resource(str(whole.get("resourceType"))):
            with run.inside(whole, place, contained=False):
                node = resource_node(whole, place)
                for canonical in profiles:
                    nominated(canonical, node, self._profiles.find, run)

    def _search_parameter(self, canonical: str) -> Resource | None:
        return self.repository.find(canonical, "SearchParameter")

    def _questionnaire(self, canonical: str) -> Resource | None:
        return self.repository.find(canonical, "Questionnaire")

    def _conforms_to(self, type_name: str, value: Any, profile: str, run: Run) -> bool | None:
        rules = self._profiles.find(profile)
        if rules is None:
            return None
        trial = run.aside()
        if type_name in self._definitions.resource_types:
            self._definitions.type(type_name)(value, run.place, trial)
        rules(Node(value, type_name, run.place), trial)
        return trial.ok
