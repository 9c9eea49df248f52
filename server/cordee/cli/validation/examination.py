"""One file examined: read, validated, and its findings placed in the text.

https://hl7.org/fhir/R4/validation.html
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cordee.definitions.repository import Repository
from cordee.errors import FhirError, Issue
from cordee.outcome import issues as issues_of
from cordee.resource import json, xml
from cordee.resource.json_locations import locate as locate_json
from cordee.resource.locations import Place
from cordee.resource.types import Resource
from cordee.resource.xml_locations import locate as locate_xml
from cordee.terminology import Terminology
from cordee.validation.examination import Examination
from cordee.validation.messages.faults import tell
from cordee.validation.options import STRICT
from cordee.validation.validator import Validator


@dataclass(frozen=True, slots=True)
class Task:
    """What to validate with."""

    packages: tuple[str, ...]
    folder: Path
    registry: str | None
    profiles: tuple[str, ...]
    language: str


class Examiner:
    """A validator with the definitions of a task; one a process."""

    def __init__(self, task: Task) -> None:
        """Load the definitions. Raises FhirError when a named package cannot be had."""
        self._task = task
        self._repository = Repository.load(
            task.packages, folder=task.folder, registry=task.registry
        )
        self._validator = Validator(self._repository, Terminology(self._repository), STRICT)

    def examine(self, path: Path) -> Examination:
        """Read and validate a file; what cannot be read is an issue too."""
        data = path.read_bytes()
        try:
            resource, issues, find = self._read(path, data)
        except FhirError as error:
            return Examination(str(path), issues_of(error))
        report = self._validator.validate(resource, self._task.profiles)
        if not report.findings and not issues:
            return Examination(str(path), ())
        text, language = find(), self._task.language
        faults = tuple(tell(issues, language, text))
        return Examination(str(path), faults + report.render(language, text))

    def _read(
        self, path: Path, data: bytes
    ) -> tuple[Resource, tuple[Issue, ...], "partial[Place]"]:
        if path.suffix == ".xml":
            resource, issues = xml.read(data, self._repository)
            return resource, issues, partial(locate_xml, data)
        return json.parse(data), (), partial(locate_json, data)


_EXAMINERS: list[Examiner] = []


def prepare(task: Task) -> None:
    """Make this process's examiner."""
    _EXAMINERS[:] = [Examiner(task)]


def examine(path: Path) -> Examination:
    """Examine a file with this process's examiner."""
    return _EXAMINERS[0].examine(path)
