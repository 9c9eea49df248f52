"""Which code system, value set or concept map an operation is about.

https://hl7.org/fhir/R4/valueset-operation-expand.html
"""

from collections.abc import Sequence
from functools import partial

from cordee.background import beside
from cordee.errors import Category, FhirError, Issue
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments
from cordee.operations.stored_instance import stored_instance
from cordee.resource.canonical import join, split
from cordee.resource.types import Resource
from cordee.validation.options import Options
from cordee.validation.report import FAILING

_SHAPE = frozenset(("structure", "value"))
"""Codes of the faults for which a definition cannot be read."""


async def artifact(
    services: Services,
    request: Request,
    arguments: Arguments,
    type: str,
    ways: Sequence[str] = (),
) -> str | Resource | None:
    """Give what the call names: a resource, or a canonical; None when it names nothing.

    That is the resource of the URL, or the parameter `url`, or the resource in a parameter such as
    `valueSet`, or one of the other parameters in `ways`, which are the caller's to read. Raises
    INVALID when there are several, UNPROCESSABLE when the resource that is sent is misshapen.
    """
    given_as = type[0].lower() + type[1:]
    named = [name for name in ("url", given_as, *ways) if name in arguments]
    if request.id is not None:
        named.insert(0, f"{type}/{request.id}")
    if len(named) > 1:
        raise FhirError(Category.INVALID, f"Only one of {' and '.join(named)} can be used")
    instance = await stored_instance(services, request)
    if instance is not None:
        return instance
    given = arguments.resource(given_as, type)
    if given is None:
        return _canonical(arguments, f"{given_as}Version")
    faults = await beside(request.size, partial(_faults, services, request, given))
    if faults:
        raise FhirError(Category.UNPROCESSABLE, issues=faults)
    return given


def _faults(services: Services, request: Request, given: Resource) -> list[Issue]:
    """Tell what of a definition is misshapen: nobody has looked at it yet."""
    report = services.validator.validate(given, (), Options(claims="off"))
    return [
        issue
        for issue in report.render(request.language)
        if issue.severity in FAILING and issue.code in _SHAPE
    ]


def _canonical(arguments: Arguments, version_name: str) -> str | None:
    canonical, version = arguments.text("url"), arguments.text(version_name)
    if canonical is None or version is None:
        return canonical
    url, stated = split(canonical)
    if stated and stated != version:
        raise FhirError(Category.INVALID, f"url and {version_name} name two versions")
    return join(url, version)
