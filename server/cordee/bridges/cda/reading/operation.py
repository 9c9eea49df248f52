"""`$from-cda`: a CDA document sent, stored as a DocumentReference and what the mapping makes of it.

https://hl7.org/fhir/R4/operations.html
"""

import base64
import binascii
from dataclasses import replace
from functools import partial
from typing import Any

from cordee.background import beside
from cordee.bridges.cda.reading.concepts import Systems
from cordee.bridges.cda.reading.importing import take_in
from cordee.definitions.repository import Repository
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.linking import local_key
from cordee.interactions.read import read
from cordee.interactions.services import OperationEntry, Services
from cordee.operations.parameters import Arguments, parameters, row
from cordee.operations.registry import OWN, entry
from cordee.outcome import operation_outcome
from cordee.resource import json
from cordee.resource.types import Resource


def from_cda_operation(repository: Repository) -> OperationEntry:
    """Give the operation."""
    found = entry(repository, OWN + "from-cda", partial(from_cda, Systems(repository)))
    return replace(found, raw=True)


async def from_cda(systems: Systems, services: Services, request: Request) -> Response:
    """Give Parameters: the Bundle, an OperationOutcome, the document and the patient.

    Raises INVALID when no document is sent, and what importing raises.
    """
    arguments = Arguments(request, Binary="document")
    data = await beside(request.size, partial(_data, arguments.one("document")))
    named = await _named(services, request, arguments)
    store = arguments.flag("store") is not False
    done = await take_in(services, request, data, systems, named=named, store=store)
    rows = [
        row("return", "resource", done.bundle),
        row("outcome", "resource", operation_outcome(done.issues)),
    ]
    if store:
        rows.append(row("document", "valueReference", {"reference": done.document}))
        rows.append(row("patient", "valueReference", {"reference": done.patient}))
    return Response(200, resource=parameters(rows))


def _data(sent: Any) -> bytes:
    """Give the bytes of a Binary or of base64."""
    text = sent.get("data") if isinstance(sent, dict) else sent
    if not isinstance(text, str) or not text:
        raise FhirError(
            Category.INVALID, "Send the CDA document as the parameter document: Binary or base64"
        )
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise FhirError(Category.INVALID, "The document is not base64") from None


async def _named(services: Services, request: Request, arguments: Arguments) -> Resource | None:
    """Give the patient that the caller names. Raises INVALID, NOT_FOUND."""
    held = arguments.element("patient", "Reference")
    if held is None:
        return None
    key = local_key(services, str(held.get("reference", "")))
    if key is None or key[0] != "Patient":
        raise FhirError(Category.INVALID, "patient must refer to a Patient of this server")
    asked = Request(request.base_url, "Patient", key[1], caller=request.caller)
    return json.parse((await read(services, asked)).body or b"{}")
