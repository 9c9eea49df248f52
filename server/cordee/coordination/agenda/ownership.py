"""An agenda of a professional is theirs: they, their structure, or software keep it.

Agendas of places, devices and services belong to nobody in particular.

https://hl7.org/fhir/R4/schedule-definitions.html#Schedule.actor
"""

from collections.abc import Sequence

from cordee.coordination.voice import is_trusted, references, speaks_for
from cordee.errors import Category, FhirError
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import Reader, WriteSession


class OwnAgenda:
    """Refuses to keep somebody else's agenda."""

    def concerns(self, change: Change) -> bool:
        """Look at agendas of professionals."""
        return bool(_owners(change.after) or _owners(change.before))

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Raise FORBIDDEN for an agenda that is not the caller's, or would not be."""
        del services
        if is_trusted(request.caller):
            return ()
        for owners in filter(None, (_owners(change.before), _owners(change.after))):
            behind = await _behind(session, owners)
            if not speaks_for(request.caller, (*owners, *behind)):
                text = "An agenda is kept by the professional whose it is, or their structure"
                raise FhirError(Category.FORBIDDEN, text, expression="Schedule.actor")
        return ()


def _owners(schedule: Resource | None) -> list[str]:
    found = references((schedule or {}).get("actor", ()))
    return [name for name in found if name.startswith(("PractitionerRole/", "Practitioner/"))]


async def _behind(reader: Reader, owners: Sequence[str]) -> list[str]:
    """Give the people and structures behind roles."""
    keys = [("PractitionerRole", name.partition("/")[2]) for name in owners if "Role/" in name]
    roles = [json.parse(version.body) for version in (await reader.read_many(keys)).values()]
    links = (role.get(name, {}) for role in roles for name in ("practitioner", "organization"))
    return references(links)
