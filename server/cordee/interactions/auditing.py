"""What an interaction was and how it ended, as the audit records it.

https://hl7.org/fhir/R4/security.html#audit
"""

import hashlib
import time
from collections.abc import Iterator
from urllib.parse import quote, urlencode

from cordee.access.audit.act import APPEND_ONLY, Act
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.outcome import status

ASKING = frozenset({"search", "history"})
UNRECORDED = frozenset({"capabilities", "export-status"})
"""What shows and changes nothing of anybody."""
CREATING = frozenset({"create", "update", "conditional-update"})
"""What may store a client's own trace, which nothing changes later."""
SECRET = frozenset(
    (
        *("access_token", "client_assertion", "client_secret", "id_token", "password"),
        *("refresh_token", "token"),
    )
)
"""Parameters that have no meaning in a URL here, and would stand in the audit for ever."""
SHED = frozenset({429, 503})
"""Refused unread, so that there is nothing to record; metrics count them."""


def acts(
    name: str,
    request: Request,
    begun: float,
    outcome: Response | Exception,
    *,
    affects_state: bool = False,
) -> Iterator[Act]:
    """Give what is to be recorded of one interaction; a deletion of several resources is several.

    `begun` is its beginning in seconds since the epoch.
    """
    failed = isinstance(outcome, Exception)
    answer = Response(_status(outcome)) if isinstance(outcome, Exception) else outcome
    if name in UNRECORDED or answer.status in SHED:
        return
    named = answer.gone or ((request.type or answer.type, answer.id or request.id, None),)
    patients = tuple(sorted(answer.concerns)) or _named_patient(request)
    for type, id, version in named:
        yield Act(
            name=name,
            status=answer.status,
            begun=begun,
            ended=time.time(),
            caller=request.caller,
            type=type,
            id=id,
            version=version or (_version(request) if failed else answer.version),
            patients=patients,
            query=_query(name, request),
            request_id=request.request_id,
            address=request.address,
            digest=_digest(name, answer),
            affects_state=affects_state,
        )


async def before_traces(services: Services, types: tuple[str, ...], names: list[str]) -> None:
    """Raise unless a search for traces is bounded, and make all of them findable.

    ITI-81 (https://profiles.ihe.net/ITI/TF/Volume2/ITI-81.html) and TdE want a bound on `date`.
    """
    if APPEND_ONLY not in types or not services.audit.on:
        return
    if not {"date", "_id"}.intersection(names):
        text = "A search for AuditEvents must be bounded by the parameter date (date=ge2026-01-01)"
        raise FhirError(Category.INVALID, text, expression="date")
    await services.audit.publish()


def _status(error: Exception) -> int:
    if isinstance(error, FhirError):
        return status(error)
    return 504 if isinstance(error, TimeoutError) else 500


def _named_patient(request: Request) -> tuple[str, ...]:
    """Give the patient whom the URL itself names."""
    if request.type == "Patient" and request.id is not None:
        return (request.id,)
    owner, _, id = (request.compartment or "").partition("/")
    return (id,) if owner == "Patient" and id else ()


def _version(request: Request) -> int | None:
    version = request.version or ""
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None


def _query(name: str, request: Request) -> str | None:
    """Give a search as its URL below the base; parameters of a form stand there too."""
    asks = name in ASKING or (request.id is None and bool(request.query))
    if not asks:
        return None
    path = "/".join(part for part in (request.compartment, request.type, request.id) if part)
    place = f"{path}/_history".lstrip("/") if name == "history" else path
    told = [(name, "..." if name.lower() in SECRET else value) for name, value in request.query]
    return f"{place}?{urlencode(told, safe=':,|/', quote_via=quote)}"


def _digest(name: str, answer: Response) -> str | None:
    """Tie a client's own trace to the chain."""
    if name not in CREATING or answer.type != APPEND_ONLY or answer.body is None:
        return None
    return hashlib.sha256(answer.body).hexdigest()
