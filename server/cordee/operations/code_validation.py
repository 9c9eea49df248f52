"""What both `$validate-code` operations share: an answer from here or elsewhere, as Parameters.

https://hl7.org/fhir/R4/valueset-operation-validate-code.html
https://hl7.org/fhir/R4/codesystem-operation-validate-code.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cordee.errors import Category, FhirError, Issue, Severity
from cordee.interactions.exchange import Response
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments, parameters, row
from cordee.resource.types import Resource
from cordee.terminology.remote import Question
from cordee.terminology.results import Verdict
from cordee.terminology.system_rules import AS_STATED, SystemRules
from cordee.terminology.validate_code import best

LENIENT = "lenient-display-validation"


@dataclass(frozen=True, slots=True)
class CodeValidation:
    """How to check codes: against what, and how strictly.

    Without a value set the code system counts; `code_system` is one that the caller gave.
    """

    value_set: str | Resource | None = None
    code_system: Resource | None = None
    display_language: str | None = None
    abstract: bool = True
    infer_system: bool = False
    lenient_display: bool = False
    rules: SystemRules = AS_STATED

    async def check(self, services: Services, codings: Iterable[dict[str, Any]]) -> Response:
        """Answer for a code or a concept.

        Raises `FhirError` UNPROCESSABLE when it is not known whether the code is good: "false"
        would be a lie.
        """
        verdicts = [await self._verdict(services, coding) for coding in codings]
        found = best([verdict for verdict in verdicts if verdict.code is not None])
        if found.result is None:
            text = found.message or "Whether the code is good is not known here"
            issue = Issue(Severity.ERROR, "not-found", text)
            raise FhirError(Category.UNPROCESSABLE, issues=[issue])
        return Response(200, resource=parameters(self._rows(found)))

    async def _verdict(self, services: Services, coding: dict[str, Any]) -> Verdict:
        code, system = coding.get("code"), coding.get("system")
        if code is None:
            return Verdict(False, "The coding has no code")
        if system is None and not self.infer_system:
            return Verdict(False, f"The code {code} has no system", None, code)
        found = services.terminology.validate_code(
            code,
            system=system,
            version=coding.get("version"),
            display=coding.get("display"),
            value_set=self.value_set,
            display_language=self.display_language,
            abstract=self.abstract,
            code_system=self.code_system,
            rules=self.rules,
        )
        if found.result is not None or self.code_system is not None:
            return found
        return await self._elsewhere(services, coding) or found

    async def _elsewhere(self, services: Services, coding: dict[str, Any]) -> Verdict | None:
        remote = services.terminology.remote
        if remote is None or self.rules != AS_STATED:
            return None
        question = Question(
            coding["code"],
            coding.get("system"),
            coding.get("version"),
            self.value_set if isinstance(self.value_set, str) else None,
            coding.get("display"),
            self.display_language,
            self.abstract,
        )
        if isinstance(self.value_set, dict):
            return await remote.ask_about(self.value_set, question)
        return await remote.ask(question)

    def _rows(self, found: Verdict) -> Iterator[Resource]:
        wrong = found.display_correct is False and not self.lenient_display
        yield row("result", "valueBoolean", bool(found.result) and not wrong)
        yield row("message", "valueString", found.message)
        yield row("display", "valueString", found.display)
        yield row("code", "valueCode", found.code)
        yield row("system", "valueUri", found.system)
        yield row("version", "valueString", found.version)
        yield row("inactive", "valueBoolean", found.inactive or None)


def refuse_unsupported(arguments: Arguments) -> None:
    """Refuse what needs definitions of the past."""
    arguments.refuse(date="only the current definitions are kept")
