"""`$validate-code` on CodeSystem: is a code one of a code system?

https://hl7.org/fhir/R4/codesystem-operation-validate-code.html
"""

from dataclasses import dataclass
from typing import Any

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.artifact import artifact
from cordee.operations.code_validation import LENIENT, CodeValidation, refuse_unsupported
from cordee.operations.coded_value import coded_value
from cordee.operations.parameters import Arguments, answer
from cordee.resource.canonical import split
from cordee.resource.types import Resource

DEFINITION = "http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code"


async def code_system_validate_code(services: Services, request: Request) -> Response:
    """Give Parameters with the result; the system may be told by url, codeSystem or the coding."""
    arguments = Arguments(request, CodeSystem="codeSystem")
    arguments.check(request, services.repository.operation(DEFINITION), (LENIENT,))
    refuse_unsupported(arguments)
    codings = coded_value(arguments, system="url")
    scope = _Scope.of(await artifact(services, request, arguments, "CodeSystem"))
    if "code" in arguments and scope.url is None:
        raise FhirError(Category.INVALID, "url or codeSystem is needed with code")
    inside = [coding for given in codings if (coding := scope.inside(given))]
    if codings and not inside:
        text = f"The coding is not of the code system {scope.url}"
        return Response(
            200, resource=answer(result=("valueBoolean", False), message=("valueString", text))
        )
    validation = CodeValidation(
        code_system=scope.resource,
        display_language=arguments.text("displayLanguage"),
        abstract=arguments.flag("abstract") is not False,
        lenient_display=bool(arguments.flag(LENIENT)),
    )
    return await validation.check(services, inside)


@dataclass(frozen=True, slots=True)
class _Scope:
    """The code system asked about; None throughout when codings say it themselves."""

    url: str | None = None
    version: str | None = None
    resource: Resource | None = None

    @classmethod
    def of(cls, found: str | Resource | None) -> "_Scope":
        if found is None:
            return cls()
        if isinstance(found, str):
            return cls(*split(found))
        return cls(str(found.get("url", "")), found.get("version"), found)

    def inside(self, coding: dict[str, Any]) -> dict[str, Any] | None:
        """Give a coding under this code system, or None when it is of another one."""
        if self.url is None:
            return coding
        system, version = split(coding.get("system", self.url))
        if system != self.url:
            return None
        version = coding.get("version") or version or self.version
        if self.resource is not None and version == self.version:
            version = None  # what was given is that version: nothing is to be looked up
        return {**coding, "system": self.url, "version": version}
