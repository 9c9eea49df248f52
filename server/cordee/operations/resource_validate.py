"""`$validate`: would this resource be good, here and by these profiles?

https://hl7.org/fhir/R4/resource-operation-validate.html
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from cordee.background import beside
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
from cordee.validation.messages.faults import more, tell
from cordee.validation.options import STRICT
from cordee.validation.report import Report

MODES = frozenset({"create", "update", "delete", "profile"})
WRAPPING = ("resource", "mode", "profile")
"""The operation's parameters: a Parameters resource with others is itself the resource."""


async def resource_validate(services: Services, request: Request) -> Response:
    """Give an OperationOutcome (200 whatever it says); nothing is stored.

    The resource is the body, or the parameter `resource` of a Parameters body, or the stored one
    that the URL names. Raises INVALID for an unknown mode, for the mode `profile` without a
    profile, or when there is nothing to validate.
    """
    wrapped = _wraps(request.body)
    arguments = Arguments(request if wrapped or request.body is None else _without_body(request))
    mode = _only("mode", arguments, request)
    if mode is not None and not (isinstance(mode, str) and mode in MODES):
        raise _refusal(request, "validate-mode", modes=", ".join(sorted(MODES)), found=mode)
    profiles = [str(profile) for profile in arguments.all("profile")]
    if mode == "profile" and not profiles:
        raise _refusal(request, "validate-profile")
    if mode == "delete":  # content does not matter, as long as there is any
        await _stored(services, request)
        return _answer(request, operation_outcome([_told(request, "validate-good")]))
    given = _only("resource", arguments, request) if wrapped else request.body
    size = request.size
    if given is None:
        given, size = await _stored(services, request)
    elif not isinstance(given, dict):
        raise _refusal(request, "validate-resource")
    resolve = await resolver(services, request, given)
    options = replace(STRICT, resolve=resolve, references="found")
    report = await services.terminology.informed(
        lambda: services.validator.validate(given, profiles, options),
        partial(beside, size),
    )
    return _answer(request, await beside(size, lambda: _outcome(request, given, mode, report)))


def _answer(request: Request, outcome: Resource) -> Response:
    return Response(200, resource=outcome, headers={"Content-Language": request.language})


def _outcome(request: Request, given: Resource, mode: object, report: Report) -> Resource:
    """Tell everything that was found, in the request's language."""
    path = _path(request, given)
    told = report.render(request.language, _place(request, path) if report.findings else None)
    found = (*_misplaced(request, given, mode), *_faults(request, given, path), *told)
    return operation_outcome(found or [_told(request, "validate-good")], more(request.language))


def _only(name: str, arguments: Arguments, request: Request) -> Any:
    """Give the only value of a parameter, or None; saying the same twice is saying it once."""
    first, *others = arguments.all(name) or [None]
    if any(other != first for other in others):
        raise _refusal(request, "validate-twice", name=name)
    return first


def _path(request: Request, given: Resource) -> str | None:
    """Name the place of the resource in the body; None if it was not sent."""
    if given is request.body:
        return ""
    for index, row in enumerate(_rows(request.body)):
        if row.get("resource") is given:
            return f"Parameters.parameter[{index}].resource"
    return None


def _place(request: Request, path: str | None) -> Place | None:
    """Find where the resource stands in the text sent; None if it was not sent."""
    if request.locate is None or path is None:
        return None
    whole = request.locate()
    return None if whole is None else whole.within(path)


def _faults(request: Request, given: Resource, path: str | None) -> Iterator[Issue]:
    """Tell what reading the text tolerated; paths start at the resource where they lead into it."""
    if path is None or request.locate is None or not request.faults:
        return
    whole = request.locate()
    for issue in tell(request.faults, request.language, whole) if whole is not None else ():
        said = (issue.expression or "").replace(".parameter.", ".parameter[0].", 1)
        if path and said.startswith(f"{path}."):
            said = f"{given.get('resourceType')}{said.removeprefix(path)}"
        yield replace(issue, expression=said)


def _wraps(body: object) -> bool:
    """Tell whether the body is Parameters that carry the resource, or stand for the stored one."""
    if not isinstance(body, dict) or body.get("resourceType") != "Parameters":
        return False
    names = [row.get("name") for row in _rows(body)]
    return bool(names) and all(name in WRAPPING for name in names)


def _rows(body: object) -> list[Resource]:
    rows = body.get("parameter") if isinstance(body, dict) else None
    return [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []


def _without_body(request: Request) -> Request:
    return Request(request.base_url, query=request.query)


async def _stored(services: Services, request: Request) -> tuple[Resource, int]:
    if request.id is None:
        raise _refusal(request, "validate-nothing")
    plain = Request(request.base_url, request.type, request.id, caller=request.caller)
    body = (await read(services, plain)).body or b"{}"
    return json.parse(body), len(body)


def _misplaced(request: Request, resource: Resource, mode: object) -> list[Issue]:
    """Say where the resource and the URL differ."""
    type, id = resource.get("resourceType"), resource.get("id")
    if request.type is not None and type != request.type:
        wanted = {"found": type, "wanted": request.type}
        return [_told(request, "validate-type", "resourceType", **wanted)]
    if mode == "update" and id is None:
        return [_told(request, "validate-id-missing", f"{type}.id")]
    if mode == "update" and request.id is not None and id != request.id:
        return [_told(request, "validate-id", f"{type}.id", found=id, wanted=request.id)]
    return []


def _refusal(request: Request, message_id: str, **arguments: object) -> FhirError:
    """Make the error of a wrong call, in the caller's language."""
    return FhirError(
        Category.INVALID,
        issues=[_told(request, message_id, None, **arguments)],
        headers={"Content-Language": request.language},
    )


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
