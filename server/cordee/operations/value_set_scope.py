"""Which value set `$expand` and `$validate-code` are about, and which code systems count in it.

https://hl7.org/fhir/R4/valueset-operation-expand.html
https://hl7.org/fhir/R4/valueset-operation-validate-code.html
"""

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.operations.artifact import artifact
from cordee.operations.bound_value_set import bound_value_set
from cordee.operations.parameters import Arguments
from cordee.resource.canonical import split
from cordee.resource.types import Resource
from cordee.terminology.system_rules import SystemRules

ALSO = (
    "exclude-system",
    "system-version",
    "check-system-version",
    "force-system-version",
)
"""Parameters that say which code systems count."""


async def value_set_scope(
    services: Services, request: Request, arguments: Arguments
) -> str | Resource:
    """Give the value set as a resource or by canonical. Raises INVALID when there is none."""
    found = await artifact(services, request, arguments, "ValueSet", ("context",))
    if found is None:
        context = arguments.text("context")
        if context is None:
            raise FhirError(Category.INVALID, "One of url, valueSet and context is needed")
        found = bound_value_set(services, context)
    return found


def system_rules(arguments: Arguments) -> SystemRules:
    """Read which code systems count. Raises INVALID for a canonical without version."""
    return SystemRules(
        default=_versions(arguments, "system-version"),
        required=_versions(arguments, "check-system-version"),
        forced=_versions(arguments, "force-system-version"),
        excluded=arguments.texts("exclude-system"),
    )


def unknown(value_set: str | Resource) -> FhirError:
    """Say that a value set is not known."""
    return FhirError(Category.NOT_FOUND, f"url: the value set {value_set} is not known here")


def _versions(arguments: Arguments, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for canonical in arguments.texts(name):
        url, version = split(canonical)
        if version is None:
            raise FhirError(Category.INVALID, f"{name} must be [system]|[version]: {canonical}")
        found[url] = version
    return found
