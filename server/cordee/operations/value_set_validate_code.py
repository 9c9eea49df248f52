"""`$validate-code` on ValueSet: is a code in a value set?

https://hl7.org/fhir/R4/valueset-operation-validate-code.html
"""

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.code_validation import LENIENT, CodeValidation, refuse_unsupported
from cordee.operations.coded_value import coded_value
from cordee.operations.parameters import Arguments
from cordee.operations.value_set_scope import ALSO, system_rules, unknown, value_set_scope

DEFINITION = "http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code"
INFER = "inferSystem"


async def value_set_validate_code(services: Services, request: Request) -> Response:
    """Give Parameters with the result.

    A code without system is refused, unless a context or inferSystem lets it be looked for in all
    systems of the value set.
    """
    arguments = Arguments(request, ValueSet="valueSet")
    definition = services.repository.operation(DEFINITION)
    arguments.check(request, definition, (INFER, LENIENT, *ALSO))
    refuse_unsupported(arguments)
    infer = bool(arguments.flag(INFER)) or "context" in arguments
    codings = coded_value(arguments, version="systemVersion")
    if "code" in arguments and "system" not in codings[0] and not infer:
        raise FhirError(Category.INVALID, "system is needed with code, unless inferSystem is true")
    value_set = await value_set_scope(services, request, arguments)
    if isinstance(value_set, str) and not _known(services, value_set):
        raise unknown(value_set)
    validation = CodeValidation(
        value_set=value_set,
        display_language=arguments.text("displayLanguage"),
        abstract=arguments.flag("abstract") is not False,
        infer_system=infer,
        lenient_display=bool(arguments.flag(LENIENT)),
        rules=system_rules(arguments),
    )
    return await validation.check(services, codings)


def _known(services: Services, value_set: str) -> bool:
    """Tell whether someone can answer: a server elsewhere may know other value sets."""
    terminology = services.terminology
    return terminology.remote is not None or terminology.value_set(value_set) is not None
