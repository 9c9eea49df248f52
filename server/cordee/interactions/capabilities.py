"""FHIR capabilities: what this server can do, computed from its registries.

https://hl7.org/fhir/R4/http.html#capabilities
https://hl7.org/fhir/R4/capabilitystatement.html
"""

from collections.abc import Callable, Hashable
from functools import lru_cache

from cordee.errors import Category, FhirError
from cordee.interactions import capability_statement, subset, terminology_capabilities
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.interactions.smart_configuration import security
from cordee.resource import json
from cordee.resource.types import Resource

MODES: dict[str, Callable[[Services], Resource]] = {
    "full": capability_statement.full,
    "normative": capability_statement.normative,
    "terminology": terminology_capabilities.terminology,
}
"""What `mode` may be, and what makes the answer."""


async def capabilities(services: Services, request: Request) -> Response:
    """Give the CapabilityStatement, or for `mode=terminology` the TerminologyCapabilities."""
    mode = dict(request.query).get("mode", "full")
    if mode not in MODES:
        text = f"mode is one of {', '.join(MODES)}, not {mode!r}"
        raise FhirError(Category.INVALID, text)
    written = _written(services, mode, _state(services), await _security(services))
    # The client's own spelling of the base is all that differs between two answers.
    url = json.serialize(request.base_url)
    body = written.replace(json.serialize(capability_statement.BASE), url, 1)
    return subset.apply(services.repository, request, Response(200, body=body))


async def prepare(services: Services) -> None:
    """Write the CapabilityStatement before it is asked for."""
    _written(services, "full", _state(services), await _security(services))


async def _security(services: Services) -> bytes:
    """Give what is said of security, as a key that changes with it."""
    return json.serialize(await security(services) or {})


def _state(services: Services) -> Hashable:
    """Give what a statement depends on and can change while the server runs."""
    return services.repository.revision, services.subscription_topics(services)


@lru_cache(maxsize=8)
def _written(
    services: Services,
    mode: str,
    state: Hashable,  # noqa: ARG001 - cache key
    security: bytes,
) -> bytes:
    """Write one answer; again only when the definitions change, or where tokens are given."""
    made, said = MODES[mode](services), json.parse_any(security)
    for rest in made.get("rest", ()) if said else ():
        rest["security"] = said
    return json.serialize(made)
