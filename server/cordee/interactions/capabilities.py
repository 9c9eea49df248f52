"""FHIR capabilities: what this server can do, computed from its registries.

https://hl7.org/fhir/R4/http.html#capabilities
https://hl7.org/fhir/R4/capabilitystatement.html
"""

from collections.abc import Callable
from functools import lru_cache

from cordee.errors import Category, FhirError
from cordee.interactions import capability_statement, subset, terminology_capabilities
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
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
    written = _written(services, mode, services.repository.revision)
    # The client's own spelling of the base is all that differs between two answers.
    url = json.serialize(request.base_url)
    body = written.replace(json.serialize(capability_statement.BASE), url, 1)
    return subset.apply(services.repository, request, Response(200, body=body))


def prepare(services: Services) -> None:
    """Write the CapabilityStatement before it is asked for."""
    _written(services, "full", services.repository.revision)


@lru_cache(maxsize=8)
def _written(services: Services, mode: str, revision: int) -> bytes:  # noqa: ARG001 - cache key
    """Write one answer; again only when the definitions change."""
    return json.serialize(MODES[mode](services))
