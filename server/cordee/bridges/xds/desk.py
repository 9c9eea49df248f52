"""What the operations on the DMP work with, and what they all ask first.

https://hl7.org/fhir/R4/operations.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.cda.reading.concepts import Systems
from cordee.bridges.exchange import Exchange, ExchangeQueue, State, enqueue, written
from cordee.bridges.metadata.from_cda import unique_id_in
from cordee.bridges.xds.client import About, DmpClient
from cordee.bridges.xds.document_reference import unique_id_of
from cordee.bridges.xds.held_document import held
from cordee.bridges.xds.holder import holder
from cordee.bridges.xds.plan import BRIDGE
from cordee.bridges.xds.qualified import qualified_ins
from cordee.errors import Category, FhirError
from cordee.interactions import visibility
from cordee.interactions.candidate import permit
from cordee.interactions.exchange import Request
from cordee.interactions.linking import local_key
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.interactions.update import states
from cordee.resource import json
from cordee.resource.types import Resource


@dataclass(frozen=True, slots=True)
class Desk:
    """The DMP as operations see it; `client` is None where none is configured."""

    client: DmpClient | None
    queue: ExchangeQueue
    tables: CodeTables
    systems: Systems

    def open(self) -> DmpClient:
        """Give the client. Raises UNSUPPORTED without one."""
        if self.client is None:
            text = "No DMP is configured here: the setting CORDEE_DMP_URL names its services"
            raise FhirError(Category.UNSUPPORTED, text)
        return self.client

    async def about(self, services: Services, request: Request, id: str) -> About:
        """Give whose record is meant, and for whom it is asked.

        Raises what reading Patient/`id` raises, UNPROCESSABLE for an INS that is not qualified,
        FORBIDDEN for callers who may not ask the DMP.
        """
        asked = Request(request.base_url, "Patient", id, caller=request.caller)
        patient = json.parse((await read(services, asked)).body or b"{}")
        who = await holder(services, self.tables, request.caller)
        return About(qualified_ins(patient), who)

    async def keep(
        self,
        services: Services,
        request: Request,
        action: str,
        subject: str,
        *,
        told: Mapping[str, Any],
        error: FhirError | None = None,
    ) -> None:
        """Keep an exchange that was made at once for a while, where people see the others."""
        assert self.client is not None
        passing = error is not None and error.category in {Category.UNAVAILABLE, Category.TIMEOUT}
        state: State = "done" if error is None else "failed" if passing else "refused"
        made = Exchange(
            bridge=BRIDGE,
            action=action,
            key=f"{BRIDGE}/{action}/{uuid4()}",
            subject=subject,
            target=self.client.target,
            caller=written(request.caller),
            content=told,
            state=state,
            attempts=1,
            error=str(error) if error is not None else None,
            until=services.clock() + timedelta(days=services.settings.bridges_questions_days),
        )
        await enqueue(services, self.queue, made)


def seen(services: Services, request: Request, document: Resource) -> bool:
    """Tell whether the caller would see a document of the DMP, were it in the record here.

    The DMP knows professions; what a person said here of circles and classes, it does not.
    """
    extraction = services.registry.extract(document)
    return visibility.sees(services, request.caller, "DocumentReference", extraction)


async def changeable(services: Services, request: Request) -> Resource:
    """Give the DocumentReference that a request names, which its caller may change.

    What the DMP says is noted on it, and it goes where others see it.
    Raises what reading raises, FORBIDDEN.
    """
    plain = Request(request.base_url, request.type, request.id, caller=request.caller)
    document = json.parse((await read(services, plain)).body or b"{}")
    type, id = "DocumentReference", str(document["id"])
    current = await visibility.current(services, services.store, request.caller, type, id)
    permit(services, request, "update", type, lambda: states(services, current))
    return document


def patient_of(services: Services, document: Resource) -> str:
    """Give the id of the patient a document is about. Raises UNPROCESSABLE."""
    reference = (document.get("subject") or {}).get("reference")
    key = local_key(services, str(reference)) if reference else None
    if key is None or key[0] != "Patient":
        text = "The document must be about a Patient of this server"
        raise FhirError(Category.UNPROCESSABLE, text, expression="DocumentReference.subject")
    return key[1]


async def named(services: Services, request: Request, document: Resource) -> str:
    """Give the uniqueId that the DMP knows a document by: that of its CDA, else its own.

    Raises UNPROCESSABLE without either.
    """
    try:
        found = unique_id_in((await held(services, request, document)).document)
    except FhirError as error:
        if error.category is not Category.UNPROCESSABLE:
            raise
        found = None
    found = found or unique_id_of(document.get("masterIdentifier") or {})
    if found is None:
        text = "The document has no master identifier (an OID), by which the DMP could know it"
        raise refused(text, "DocumentReference.masterIdentifier")
    return found


def refused(text: str, where: str) -> FhirError:
    """Make the error for what the DMP would not take."""
    return FhirError(Category.UNPROCESSABLE, text, expression=where)
