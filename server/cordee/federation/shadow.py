"""The record that a peer would keep, kept here for a server that knows only plain FHIR.

It holds what the peer showed last, so that what it shows otherwise now is an edit of the peer.

https://hl7.org/fhir/R4/basic.html
"""

from urllib.parse import quote

from cordee.coordination.question import found
from cordee.federation.circle_record import ITSELF
from cordee.federation.record import CODES, OWN, STATE, Record, read, written
from cordee.interactions.guard import add
from cordee.interactions.services import Services
from cordee.resource.types import Resource
from cordee.store.port import WriteSession

SHADOWS = f"{OWN}NamingSystem/federation-shadow"
"""System of the codes that name whose record it would be; no peer may read by them."""


async def shadow_of(services: Services, person: str, peer: str) -> Record | None:
    """Give what a peer showed last of a person's circle."""
    query = f"code={quote(f'{SHADOWS}|{peer}')}&patient={quote(person)}"
    return next(
        (read(each) for each in await found(services, services.store, "Basic", query)), None
    )


async def keep_shadow(services: Services, record: Record, peer: str, base: str) -> None:
    """Store what a peer shows now."""
    resource = _shadow(record, peer, base)

    async def work(session: WriteSession) -> None:
        await session.lock(f"shadow {peer} {record.person}")
        await add(services, session, ITSELF, resource)

    await services.store.write(work)


def _shadow(record: Record, peer: str, base: str) -> Resource:
    made = written(record)
    codes = [{"system": CODES, "code": "shadow"}, {"system": SHADOWS, "code": peer}]
    made["code"] = {"coding": codes}
    for extension in made["extension"]:
        for part in extension["extension"] if extension["url"] == STATE else ():
            if part["url"] == "circle":
                # It is a resource of the peer, not one of ours.
                part["valueReference"] = {"reference": f"{base}/CareTeam/{record.circle}"}
    return made
