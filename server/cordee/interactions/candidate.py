"""A resource on its way into the store: checked, with its index values.

Every write passes here, so that nothing invalid is ever stored.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from cordee.access import scopes
from cordee.access.audit import submission
from cordee.access.audit.act import APPEND_ONLY
from cordee.access.policy import Action, States
from cordee.errors import Category, FhirError, Issue, Severity
from cordee.interactions import answer, conformance, linking
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.interactions.stamp import identified
from cordee.resource.locations import Place
from cordee.resource.types import Resource
from cordee.search.values import Extraction
from cordee.store.port import Reader, Version
from cordee.validation.report import Report


@dataclass(frozen=True, slots=True)
class Candidate:
    """A valid resource under its id, its index values, and what the validator remarked."""

    type: str
    id: str
    resource: Resource
    extraction: Extraction
    issues: tuple[Issue, ...] = ()


def admit(services: Services, request: Request, resource: Resource, id: str) -> Candidate:
    """Check a resource and extract its index values.

    Raises UNPROCESSABLE with the validator's issues or for a definition that could not be used, or
    INVALID for conditional references.
    """
    report = validated(services, resource, request)
    conformance.check(resource)
    resource = linking.localised(identified(resource, id), request.base_url)
    if resource["resourceType"] == APPEND_ONLY and services.audit.on:
        resource = submission.marked(resource)
    further = services.admissions.get(resource["resourceType"])
    if further is not None:
        resource = further(services, request, resource)
    extraction = services.registry.extract(resource)
    told = report.render(request.language) if request.prefer.returns == "OperationOutcome" else ()
    return Candidate(resource["resourceType"], id, resource, extraction, told)


def validated(services: Services, resource: Resource, request: Request) -> Report:
    """Validate a resource; raises UNPROCESSABLE with the issues, errors first.

    They are told in the request's language, with the lines and columns of the body; a patch, whose
    lines are not those of the resource, gives its own place.
    """
    report = services.validator.validate(resource)
    if not report.ok:
        order = list(Severity)
        found = report.render(request.language, _places(request, resource))
        issues = sorted(found, key=lambda issue: order.index(issue.severity))
        headers = {"Content-Language": request.language}
        raise FhirError(Category.UNPROCESSABLE, issues=issues, headers=headers)
    return report


def _places(request: Request, resource: Resource) -> Place | None:
    """Find where the resource stands in the text sent, its references perhaps rewritten since."""
    if request.locate is None:
        return None
    whole, body = request.locate(), request.body
    if whole is None:
        return None
    kind = body.get("resourceType") if isinstance(body, dict) else None
    return whole if kind == resource.get("resourceType") else Place(whole.line, whole.column)


def body_of(request: Request, type: str) -> Resource:
    """Give the request's body, which must be a resource of the URL's type."""
    body = request.body
    if not isinstance(body, dict):
        raise FhirError(Category.INVALID, f"The request must carry a {type}")
    if body.get("resourceType") != type:
        text = f"The body is a {body.get('resourceType')}, but the URL says {type}"
        raise FhirError(Category.INVALID, text, expression="resourceType")
    return body


async def opened(
    services: Services,
    reader: Reader,
    request: Request,
    extraction: Extraction,
    fresh: Collection[str] = (),
) -> Request:
    """Give the request of a caller who may open a record, as one who has it.

    `fresh` are the patients ("Patient/1") that come into being in the same transaction.
    """
    caller = await services.policy.opening(request.caller, reader, extraction, fresh)
    return request if caller is request.caller else replace(request, caller=caller)


def authored(services: Services, request: Request, version: Version, new: Candidate) -> Version:
    """Give a first version with the stamp of its author."""
    writer = services.policy.stamp(request.caller, new.type, new.extraction)
    return version if writer is None else replace(version, writer=writer)


def permit(services: Services, request: Request, action: Action, type: str, states: States) -> None:
    """Raise FORBIDDEN unless the policy lets the caller do this.

    What is append-only is never changed, whatever the policy says: METHOD_NOT_ALLOWED.
    """
    if type == APPEND_ONLY and action != "create":
        text = f"{type} is append-only: it can be created, read and searched, never changed"
        raise FhirError(Category.METHOD_NOT_ALLOWED, text, headers={"Allow": "GET, HEAD"})
    scopes.within(request.caller, scopes.WRITES[action], (type,))
    if not services.policy.may(request.caller, action, type, states):
        raise answer.forbidden(action, type)
