"""Who acted for whom, as a Provenance stored with what they wrote, or not at all.

The person is the author, on behalf of the structure they act for; the software they wrote with
is the composer, on behalf of the person.

https://hl7.org/fhir/R4/provenance.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cordee.access.caller import Caller
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Guard, Services
from cordee.interactions.stamp import instant
from cordee.resource.types import Resource
from cordee.store.port import WriteSession

UNTOLD = frozenset({"AuditEvent", "Provenance"})
"""What says itself where it comes from."""
_OPERATION = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_PERSONS = ("Practitioner/", "PractitionerRole/", "Patient/", "RelatedPerson/")


class Delegated:
    """A guard that follows every write by somebody who acts for somebody else."""

    def concerns(self, change: Change) -> bool:
        """Look at all that does not speak for itself."""
        return change.type not in UNTOLD

    async def follow(
        self,
        services: Services,
        session: WriteSession,  # noqa: ARG002 - the port's shape
        request: Request,
        change: Change,
    ) -> Sequence[Resource]:
        """Give the Provenance of a change, if its writer acts for somebody."""
        agents = _agents(request.caller)
        if not agents:
            return ()
        version = 1 if change.current is None else change.current.version + 1
        code = "DELETE" if change.after is None else "CREATE" if version == 1 else "UPDATE"
        return (
            {
                "resourceType": "Provenance",
                "target": [{"reference": f"{change.type}/{change.id}/_history/{version}"}],
                "recorded": instant(services.clock()),
                "activity": {"coding": [{"system": _OPERATION, "code": code}]},
                "agent": agents,
            },
        )


def everywhere(
    guards: Mapping[str, Sequence[Guard]], types: Sequence[str]
) -> dict[str, Sequence[Guard]]:
    """Give guards of which this one watches every type too."""
    told = Delegated()
    return {type: (*guards.get(type, ()), told) for type in types}


def _agents(caller: Caller) -> list[dict[str, Any]]:
    """Give the agents of a caller who acts for somebody; none for who acts for themselves."""
    person = _who(caller)
    if person is None:
        return []
    organization = next(iter(caller.organizations), None)
    through = caller.client if caller.client != caller.subject else None
    if organization is None and through is None:
        return []
    author: dict[str, Any] = {"type": _role("author"), "who": person}
    if organization is not None:
        author["onBehalfOf"] = {"reference": organization}
    if through is None:
        return [author]
    software = {"identifier": {"value": through}, "display": through}
    return [author, {"type": _role("composer"), "who": software, "onBehalfOf": person}]


def _who(caller: Caller) -> dict[str, Any] | None:
    reference = next(
        (r for kind in _PERSONS for r in caller.references if r.startswith(kind)), None
    )
    found: dict[str, Any] = {"reference": reference} if reference else {}
    if caller.subject is not None:
        identifier = {"system": caller.issuer} if caller.issuer else {}
        found["identifier"] = {**identifier, "value": caller.subject}
    if found and caller.name:
        found["display"] = caller.name
    return found or None


def _role(code: str) -> dict[str, Any]:
    return {"coding": [{"system": _PARTICIPANT, "code": code}]}
