"""The validator: definitions and terminology in, reports out.

https://hl7.org/fhir/R4/validation.html
"""

from collections.abc import Iterable
from typing import Any, Protocol

from cordee.definitions.element import Schema
from cordee.resource.types import Resource
from cordee.validation.compile.definitions import CompiledDefinitions
from cordee.validation.place import root
from cordee.validation.report import Report, unique
from cordee.validation.rules.resource import any_resource
from cordee.validation.run import Run


class Repository(Schema, Protocol):
    """What the validator asks of the definitions."""

    @property
    def resource_types(self) -> tuple[str, ...]:
        """The concrete resource types."""
        ...

    def structure(self, canonical: str) -> Resource | None:
        """Give a StructureDefinition with its snapshot, or None."""
        ...


class Terminology(Protocol):
    """What the validator asks of the terminology."""

    def codes(self, value_set: str) -> frozenset[tuple[str, str]] | None:
        """Give the (system, code) pairs of a value set, or None when they cannot be listed."""
        ...


class Validator:
    """Checks resources against the base definitions and against profiles.

    Definitions compile on first use and are kept: make one validator and keep it.
    """

    def __init__(self, repository: Repository, terminology: Terminology | None = None) -> None:
        """Keep the sources; without a terminology no binding is checked."""
        codes = terminology.codes if terminology else _unknown
        self._definitions = CompiledDefinitions(repository, repository.resource_types, codes)
        self._resource = any_resource(self._definitions, contained=False)

    def validate(self, resource: Any, profiles: Iterable[str] = ()) -> Report:
        """Check a parsed resource; whatever it holds, the answer is a report."""
        known = self._definitions.resource_types
        whole = resource if isinstance(resource, dict) else {}
        run = Run(whole, whole, known)
        place = root(str(whole.get("resourceType", "Resource")))
        self._resource(resource, place, run)
        for profile in profiles:
            run.add("profile-unknown", place, profile=profile)
        return Report(unique(run.findings))


def _unknown(_value_set: str) -> None:
    """No value set can be listed."""
