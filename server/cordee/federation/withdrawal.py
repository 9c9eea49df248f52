"""Who opposes the sharing of their circle has it withdrawn from all peers, in the same write.

So has who is not known for sure any more to be the person with that INS. A peer keeps what it
holds, for which it answers itself; it learns nothing more.

https://hl7.org/fhir/R4/consent.html
"""

from collections.abc import Sequence
from dataclasses import replace

from cordee.federation.circle_record import lock_of, qualified_ins, record_of
from cordee.federation.meeting import opposing
from cordee.federation.record import written
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource.types import Resource
from cordee.store.port import WriteSession


class Withdrawal:
    """The guard of Consent where there are peers."""

    def concerns(self, change: Change) -> bool:
        """Look at Consents in force."""
        return change.after is not None and change.after.get("status") == "active"

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Give the record without peers, if the person lets nobody see their circle any more."""
        del request
        person = (change.after or {}).get("patient", {}).get("reference", "")
        if not person or person not in await opposing(services, session, [person]):
            return ()
        return await _withdrawn(services, session, person)


class Doubt:
    """The guard of Patient where there are peers."""

    def concerns(self, change: Change) -> bool:
        """Look at persons whose INS is no longer theirs, or no longer sure."""
        before = change.before and qualified_ins(change.before)
        return before is not None and before != (change.after and qualified_ins(change.after))

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Give the record without peers; with another INS, they are asked about that."""
        del request
        return await _withdrawn(services, session, f"Patient/{change.id}")


async def _withdrawn(services: Services, session: WriteSession, person: str) -> Sequence[Resource]:
    await session.lock(lock_of(person))
    record = await record_of(services, session, person)
    if record is None or not record.peers:
        return ()
    return (written(replace(record, peers=frozenset())),)
