"""Which code system, value set or concept map an operation is about.

https://hl7.org/fhir/R4/valueset-operation-expand.html
"""

from collections.abc import Sequence

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments
from cordee.operations.stored_instance import stored_instance
from cordee.resource.canonical import join, split
from cordee.resource.types import Resource


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
    INVALID when there are several.
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
    return given if given is not None else _canonical(arguments, f"{given_as}Version")


def _canonical(arguments: Arguments, version_name: str) -> str | None:
    canonical, version = arguments.text("url"), arguments.text(version_name)
    if canonical is None or version is None:
        return canonical
    url, stated = split(canonical)
    if stated and stated != version:
        raise FhirError(Category.INVALID, f"url and {version_name} name two versions")
    return join(url, version)
