"""`$subsumes`: how two codes of a code system stand to each other.

https://hl7.org/fhir/R4/codesystem-operation-subsumes.html
"""

from typing import Any

from cordee.errors import Category, FhirError, Issue, Severity
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.coded_value import checked
from cordee.operations.elsewhere import elsewhere
from cordee.operations.parameters import Arguments, answer, row
from cordee.operations.stored_instance import stored_instance
from cordee.resource.types import Resource

DEFINITION = "http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes"


async def code_system_subsumes(services: Services, request: Request) -> Response:
    """Give Parameters with the outcome: equivalent, subsumes, subsumed-by or not-subsumed."""
    arguments = Arguments(request)
    arguments.check(request, services.repository.operation(DEFINITION))
    instance = await stored_instance(services, request)
    first, second = (_code(arguments, end, instance) for end in ("A", "B"))
    system = first.get("system")
    if system is None or "system" not in second:
        raise FhirError(Category.INVALID, "system is needed, by itself or in both codings")
    if system != second["system"]:
        text = f"codingB is of {second['system']}, codingA of {system}: one system is needed"
        raise FhirError(Category.UNSUPPORTED, text)
    version = arguments.text("version") or first.get("version")
    if instance is not None and version == instance.get("version"):
        version = None
    for name, coding in (("codeA", first), ("codeB", second)):
        _check(services, name, coding, version, instance)
    outcome = services.terminology.subsumes(
        system, first["code"], second["code"], version, instance
    )
    if outcome is None:
        text = f"How {first['code']} and {second['code']} of {system} stand is not known here"
        issue = Issue(Severity.ERROR, "not-found", text)
        error = FhirError(Category.UNPROCESSABLE, issues=[issue])
        rows = [
            row("system", "valueUri", system),
            row("version", "valueString", version),
            row("codeA", "valueCode", first["code"]),
            row("codeB", "valueCode", second["code"]),
        ]
        return await elsewhere(services, "CodeSystem/$subsumes", rows, error)
    return Response(200, resource=answer(outcome=("valueCode", outcome)))


def _code(arguments: Arguments, end: str, instance: Resource | None) -> dict[str, Any]:
    """Give A or B as a coding."""
    own = str(instance.get("url", "")) if instance is not None else None
    if f"coding{end}" in arguments:
        if f"code{end}" in arguments:
            raise FhirError(Category.INVALID, f"Only one of code{end} and coding{end} can be used")
        name = f"coding{end}"
        found = checked(arguments.element(name, "Coding"), name)
    else:
        given = {"code": arguments.text(f"code{end}"), "system": arguments.text("system")}
        found = {key: value for key, value in given.items() if value is not None}
    if own is not None and found.setdefault("system", own) != own:
        raise FhirError(Category.INVALID, f"system is {found['system']}, but the URL says {own}")
    if "code" not in found:
        raise FhirError(Category.INVALID, f"code{end} or coding{end} is needed")
    return found


def _check(
    services: Services,
    name: str,
    coding: dict[str, Any],
    version: str | None,
    instance: Resource | None,
) -> None:
    found = services.terminology.validate_code(
        coding["code"], system=coding["system"], version=version, code_system=instance
    )
    if found.result is False:
        raise FhirError(Category.NOT_FOUND, f"{name}: {found.message}")
