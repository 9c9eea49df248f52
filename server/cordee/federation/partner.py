"""What this server does with one peer: find persons in common, listen, and take in what it knows.

News comes by a Subscription at the peer, which only says that there is some; what it is, is fetched
from the peer itself. Whatever was missed is found by comparing versions now and then.

https://hl7.org/fhir/R4/subscription.html
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog

from cordee.background import beside
from cordee.errors import Category, FhirError
from cordee.federation import limits, meeting
from cordee.federation.circle_record import is_record, record_of, share
from cordee.federation.client import FHIR, PeerClient, PeerError
from cordee.federation.lineage import base_of
from cordee.federation.member import Name
from cordee.federation.merging import Merged, Source, merge
from cordee.federation.own_circles import OwnCircles
from cordee.federation.peer import Federation, Peer
from cordee.federation.record import PEERS, Record, read
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource

MOST_REFUSED = 1_000
PASSING = frozenset((Category.UNAVAILABLE, Category.TIMEOUT))
"""Failures of the database, after which there is no use in going on."""
RACES = 5
"""Times that a merge is begun anew because somebody changed the circle meanwhile."""
log = structlog.get_logger("cordee.federation")


@dataclass
class Standing:
    """How it stands with a peer."""

    reached: datetime | None = None
    failure: str | None = None
    merged: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    """Record of the peer → why it was not taken in."""


def hook_of(federation: Federation, peer: Peer) -> str:
    """Give where a peer tells us of news."""
    return f"{federation.url.rstrip('/')}/federation/{peer.name}"


def scopes_at(federation: Federation, peer: Peer) -> str:
    """Give the scopes that a server needs at a peer: the records that name it, and its news."""
    hook = hook_of(federation, peer)
    return f"system/Basic.rs?code={PEERS}|{federation.server} system/Subscription.cruds?url={hook}"


class Partner:
    """One peer, as this server deals with it."""

    def __init__(
        self,
        services: Services,
        federation: Federation,
        client: PeerClient,
        secret: Callable[[], str],
    ) -> None:
        """Take the way to the peer; `secret` gives what its notifications are known by."""
        self.peer = client.peer
        self.standing = Standing()
        self._services = services
        self._federation = federation
        self._secret = secret
        self._hook = hook_of(federation, self.peer)
        self._client = client
        self._circles = OwnCircles(services)
        self._seen: dict[str, str] = {}
        self._strangers: set[Name] = set()
        self._turn = asyncio.Lock()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def forget(self) -> None:
        """Begin anew, as after a start: ask and fetch everything again."""
        self._seen.clear()
        self._strangers.clear()
        self._circles = OwnCircles(self._services)
        self.standing = Standing()

    async def listen(self) -> None:
        """See that the peer tells us of news. Raises `PeerError`."""
        wanted = {
            "resourceType": "Subscription",
            "status": "requested",
            "reason": f"Circles that {self._federation.server} holds, too",
            "criteria": f"Basic?code={PEERS}|{self._federation.server}",
            "channel": {
                "type": "rest-hook",
                "endpoint": self._hook,
                "payload": FHIR,
                "header": [f"Authorization: Bearer {self._secret()}"],
            },
        }
        found = [each async for each in self._client.search("Subscription", {"url": self._hook})]
        if any(each.get("status") in ("requested", "active") for each in found):
            return
        if found:
            id = found[0]["id"]
            await self._client.send("PUT", f"Subscription/{id}", wanted | {"id": id})
        else:
            await self._client.send("POST", "Subscription", wanted)

    async def meet(self) -> int:
        """Ask about the persons of our circles; give how many are new in common.

        Raises `PeerError`; those not asked about are asked about next time.
        """
        if self._circles.whole:
            self._strangers.clear()
        names: list[tuple[Name, str]] = []
        new = 0
        async for ins, person in self._circles.look():
            if ins in self._strangers or await self._shared(person):
                continue
            names.append((ins, person))
            if len(names) == meeting.MOST:
                new += await self._ask(names)
                names = []
        return new + (await self._ask(names) if names else 0)

    async def _shared(self, person: str) -> bool:
        record = await record_of(self._services, self._services.store, person)
        return record is not None and self.peer.name in record.peers

    async def _ask(self, several: list[tuple[Name, str]]) -> int:
        names = [ins for ins, _ in several]
        sharing = await meeting.sharing(self._services, self._services.store, names)
        if not sharing:
            return 0
        question = meeting.asked(self._federation.server, sharing)
        answer = await self._client.send("POST", "CareTeam/$meet", question)
        known = meeting.answered(answer, sharing)
        for ins in known:
            person = sharing[ins]
            await share(self._services, person, ins, self.peer.name, self._federation.server)
        self._strangers.update(ins for ins in sharing if ins not in known)
        return len(known)

    async def count(self) -> int:
        """Count the records that the peer lets us read. Raises `PeerError`."""
        return len([each async for each in self._client.search("Basic", self._records())])

    def _records(self) -> dict[str, str]:
        """Give the search for the records that the peer lets us read, as short as can be."""
        code = f"{PEERS}|{self._federation.server}"
        return {"code": code, "_elements": "code", "_count": "500"}

    async def catch_up(self) -> int:
        """Take in every record of the peer that is not the one seen last; give how many changed.

        Raises `PeerError` where the peer cannot be asked.
        """
        changed = 0
        async for each in self._client.search("Basic", self._records()):
            id, version = str(each.get("id", "")), each.get("meta", {}).get("versionId")
            if self._seen.get(id) != version:
                done = await self.take(id)
                changed += done is not None and done.changed
        return changed

    async def take(self, id: str) -> Merged | None:
        """Fetch one record of the peer and take it in; None where it is refused.

        Raises `PeerError` where the peer does not answer, `FhirError` where nothing can be stored.
        """
        async with self._turn:
            version: str | None = None
            try:
                resource = await self._client.read(f"Basic/{id}")
                version = str(resource.get("meta", {}).get("versionId"))
                done = await self._merged(resource)
            except (ValueError, KeyError, TypeError) as error:
                self._refuse(id, str(error) or type(error).__name__, version)
            except PeerError as error:
                if error.status is None:
                    raise
                self._refuse(id, str(error))
            except FhirError as error:
                if error.category in PASSING:
                    raise
                # What stands in the way here (a closed dossier) may be gone next time.
                again = error.category is Category.CONFLICT
                self._refuse(id, str(error), None if again else version)
            else:
                self.standing.refused.pop(id, None)
                self._seen[id] = version
                self.standing.merged += done.changed
                return done
            return None

    async def _merged(self, resource: Resource) -> Merged:
        if resource.get("resourceType") != "Basic" or not is_record(resource):
            raise ValueError("It is no record of a federated circle")
        theirs = await beside(len(json.serialize(resource)), partial(self._read, resource))
        if base_of(theirs.server) != self.peer.name:
            raise ValueError(f"The record is of {theirs.server[:50]!r}")
        person = await self._person(theirs)
        limits.check(theirs, await record_of(self._services, self._services.store, person))
        version = resource["meta"]["versionId"]
        url = f"{self.peer.base}/Basic/{resource['id']}/_history/{version}"
        source = Source(self.peer.name, url)
        for _ in range(RACES - 1):
            try:
                return await merge(self._services, source, theirs, person, self._federation.server)
            except FhirError as error:
                if error.category is not Category.CONFLICT:
                    raise
        return await merge(self._services, source, theirs, person, self._federation.server)

    def _read(self, resource: Resource) -> Record:
        """Read a record of the peer. Raises `ValueError` for what is none."""
        limits.check_size(resource)
        if not self._services.validator.validate(resource).ok:
            raise ValueError("The record is not valid")
        return read(resource)

    async def _person(self, theirs: Record) -> str:
        """Find whom a record is about. Raises `ValueError` for who is not known to both."""
        known = await meeting.sharing(self._services, self._services.store, [theirs.ins])
        if theirs.ins not in known:
            raise ValueError("The person is not known here, or not with a qualified identity")
        return known[theirs.ins]

    def _refuse(self, id: str, reason: str, version: str | None = None) -> None:
        """Remember why a record was not taken in; with a version, until there is another one."""
        if len(self.standing.refused) < MOST_REFUSED:
            self.standing.refused[id] = reason
        if version is not None:
            self._seen[id] = str(version)
        log.warning("record refused", peer=self.peer.name, record=id, reason=reason)
