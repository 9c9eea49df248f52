"""`$validate`: would this resource be good, here and by these profiles?

https://hl7.org/fhir/R4/resource-operation-validate.html
"""

from dataclasses import replace

from cordee.errors import Category, FhirError, Issue
from cordee.interactions.exchange import Request, Response
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments
from cordee.operations.reference_targets import resolver
from cordee.outcome import operation_outcome
from cordee.resource import json
from cordee.resource.locations import Place
from cordee.resource.types import Resource
from cordee.validation.messages import catalogue
from cordee.validation.options import STRICT

MODES = frozenset({"create", "update", "delete", "profile"})


async def resource_validate(services: Services, request: Request) -> Response:
    """Give an OperationOutcome (200 whatever it says); nothing is stored.

    The resource is the body, or the parameter `resource` of a Parameters body, or the stored one
    that the URL names. Raises INVALID for an unknown mode, or when there is nothing to validate.
    """
    wrapped = _wraps(request.body)
    arguments = Arguments(request if wrapped or request.body is None else _without_body(request))
    mode = arguments.one("mode")
    if mode is not None and mode not in MODES:
        raise FhirError(Category.INVALID, f"mode is one of {', '.join(sorted(MODES))}, not {mode}")
    given = arguments.one("resource") if wrapped else request.body
    if mode == "delete" or given is None:
        given = await _stored(services, request)
    profiles = [str(profile) for profile in arguments.all("profile")]
    options = STRICT
    if isinstance(given, dict):
        resolve = await resolver(services, request, given)
        options = replace(STRICT, resolve=resolve, references="found")
    report = await services.terminology.informed(
        lambda: services.validator.validate(given, profiles, options)
    )
    told = report.render(request.language, _places(request, given) if report.findings else None)
    found = (*_misplaced(request, given, mode), *told) or (_told(request, "validate-good"),)
    return Response(
        200,
        resource=operation_outcome(found),
        headers={"Content-Language": request.language},
    )


def _places(request: Request, given: object) -> Place | None:
    """Find where the resource stands in the text sent; None if it was not sent."""
    if request.locate is None or not isinstance(request.body, dict):
        return None
    if given is request.body:
        return request.locate()
    for index, row in enumerate(request.body.get("parameter", ())):
        if isinstance(row, dict) and row.get("resource") is given:
            return request.locate().within(f"Parameters.parameter[{index}].resource")
    return None


def _wraps(body: object) -> bool:
    """Tell whether the body is Parameters that carry the resource, or stand for the stored one."""
    if not isinstance(body, dict) or body.get("resourceType") != "Parameters":
        return False
    names = {row.get("name") for row in body.get("parameter", ()) if isinstance(row, dict)}
    return names <= {"resource", "mode", "profile"} and bool(names)


def _without_body(request: Request) -> Request:
    return Request(request.base_url, query=request.query)


async def _stored(services: Services, request: Request) -> Resource:
    if request.id is None:
        raise FhirError(Category.INVALID, "There is no resource to validate in this request")
    plain = Request(request.base_url, request.type, request.id, caller=request.caller)
    return json.parse((await read(services, plain)).body or b"{}")


def _misplaced(request: Request, given: object, mode: object) -> list[Issue]:
    """Say where the resource and the URL differ."""
    resource = given if isinstance(given, dict) else {}
    type, id = resource.get("resourceType"), resource.get("id")
    if request.type is not None and type != request.type:
        wanted = {"found": type, "wanted": request.type}
        return [_told(request, "validate-type", "resourceType", **wanted)]
    if mode == "update" and id is None:
        return [_told(request, "validate-id-missing", f"{type}.id")]
    if mode == "update" and request.id is not None and id != request.id:
        return [_told(request, "validate-id", f"{type}.id", found=id, wanted=request.id)]
    return []


def _told(
    request: Request, message_id: str, expression: str | None = None, **arguments: object
) -> Issue:
    """Make an issue of a message of the validator's catalogue, in the caller's language."""
    message = catalogue.find(message_id)
    return Issue(
        message.severity,
        message.code,
        message.text(request.language, arguments),
        expression=expression,
        message_id=message_id,
    )
