"""`$lookup`: what is known about a code.

https://hl7.org/fhir/R4/codesystem-operation-lookup.html
"""

from collections.abc import Iterator

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.code_validation import refuse_unsupported
from cordee.operations.coded_value import coded_value
from cordee.operations.elsewhere import code_rows, elsewhere
from cordee.operations.parameters import Arguments, group, parameters, row
from cordee.resource.types import Resource
from cordee.terminology.results import Designation, Lookup

DEFINITION = "http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup"
LANGUAGE = "lang."
"""Begins the properties that ask for designations in one language."""


async def code_system_lookup(services: Services, request: Request) -> Response:
    """Give Parameters with name, display, designations and properties of a code."""
    arguments = Arguments(request)
    arguments.check(request, services.repository.operation(DEFINITION))
    refuse_unsupported(arguments)
    (coding,) = coded_value(arguments, ("code", "coding"))
    for part in ("system", "code"):
        if part not in coding:
            raise FhirError(Category.INVALID, f"{part} is needed, by itself or in coding")
    wanted, language = arguments.texts("property"), arguments.text("displayLanguage")
    terminology, version = services.terminology, coding.get("version")
    try:
        found = terminology.lookup(
            coding["system"],
            coding["code"],
            version=version,
            display_language=language,
            properties=wanted,
        )
    except FhirError as error:
        if terminology.is_complete(coding["system"], version):
            raise
        rows = [*code_rows(coding), row("displayLanguage", "valueCode", language)]
        rows += [row("property", "valueCode", name) for name in wanted]
        return await elsewhere(services, "CodeSystem/$lookup", rows, error)
    return Response(200, resource=parameters(_rows(found, wanted)))


def _rows(found: Lookup, wanted: tuple[str, ...]) -> Iterator[Resource]:
    yield row("name", "valueString", found.name)
    yield row("version", "valueString", found.version)
    yield row("display", "valueString", found.display or found.code)
    for designation in found.designations:
        if _is_wanted(designation, wanted):
            yield group("designation", _designation(designation))
    if found.definition and (not wanted or "definition" in wanted):
        yield _property("definition", "String", found.definition)
    given = {part.code for part in found.properties}
    if found.inactive and "inactive" not in given and (not wanted or "inactive" in wanted):
        yield _property("inactive", "Boolean", True)
    for part in found.properties:
        yield _property(part.code, part.type, part.value, part.description)


def _is_wanted(designation: Designation, wanted: tuple[str, ...]) -> bool:
    """Tell whether a designation is asked for; all are when no property is."""
    language = (designation.language or "").lower()
    return (
        not wanted
        or "designation" in wanted
        or any(
            language == name[len(LANGUAGE) :].lower()
            for name in wanted
            if name.startswith(LANGUAGE)
        )
    )


def _designation(designation: Designation) -> Iterator[Resource]:
    yield row("language", "valueCode", designation.language)
    yield row("use", "valueCoding", designation.use)
    yield row("value", "valueString", designation.value)


def _property(code: str, type: str, value: object, description: str | None = None) -> Resource:
    rows = (
        row("code", "valueCode", code),
        row("value", f"value{type}", value),
        row("description", "valueString", description),
    )
    return group("property", rows)
