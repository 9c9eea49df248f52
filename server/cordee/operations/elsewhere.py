"""What is not known here, asked of the terminology server elsewhere, if there is one.

Codes, systems and canonicals go there; displays and texts, which anybody may have typed, stay here.

https://hl7.org/fhir/R4/terminology-service.html
"""

from collections.abc import Sequence
from typing import Any

from cordee.errors import FhirError
from cordee.interactions.exchange import Response
from cordee.interactions.services import Services
from cordee.operations.parameters import row
from cordee.resource.types import Resource


async def elsewhere(
    services: Services, path: str, rows: Sequence[Resource], otherwise: FhirError | Response
) -> Response:
    """Answer what the other server answers to an operation; `otherwise` when it does not.

    Rows without a value are left out. Raises `otherwise` if it is an error.
    """
    remote = services.terminology.remote
    if remote is not None:
        told = await remote.relay(path, [row for row in rows if None not in row.values()])
        if told is not None:
            return Response(200, resource=told)
    if isinstance(otherwise, FhirError):
        raise otherwise
    return otherwise


def code_rows(coding: dict[str, Any]) -> list[Resource]:
    """Give a coding as the parameters system, version and code."""
    return [
        row("system", "valueUri", coding.get("system")),
        row("version", "valueString", coding.get("version")),
        row("code", "valueCode", coding.get("code")),
    ]
