"""The work of federation in one server process, as long as it lives.

One process at a time goes round the peers; any of them takes news in. All of it can be done twice.
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import os
import random
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from uuid import uuid4

import structlog

from cordee.access.kept_key import kept_key
from cordee.background import ended
from cordee.errors import FhirError
from cordee.federation.client import PeerClient, PeerError
from cordee.federation.partner import Partner, scopes_at
from cordee.federation.peer import Federation
from cordee.federation.plain_partner import PlainPartner
from cordee.interactions.services import Services
from cordee.settings import Settings
from cordee.store.leases import Leases, Position
from cordee.store.mongo_store import MongoStore

LEASE = 30.0
MOST_NEWS = 10_000
"""Records that news waits for; what is beyond is found by the next round."""
log = structlog.get_logger("cordee.federation")

KINDS: dict[str, type[Partner] | type[PlainPartner]] = {"cordee": Partner, "fhir": PlainPartner}
"""Kind of a peer → how it is dealt with."""


def secret_for(settings: Settings, federation: Federation, peer: str) -> str:
    """Give the secret that a peer's notifications are known by."""
    if federation.secret is not None:
        key = hashlib.sha256(federation.file(federation.secret).read_bytes().strip()).digest()
    else:
        key = kept_key(settings.data / "federation.key")
    digest = hmac.new(key, f"notifications {peer}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Office:
    """All peers of this server."""

    def __init__(self, services: Services, federation: Federation) -> None:
        """Make a partner of each peer."""
        self.federation = federation
        self._services = services
        self.partners: dict[str, Partner | PlainPartner] = {
            peer.name: KINDS[peer.kind](
                services,
                federation,
                PeerClient(federation, peer, scopes_at(federation, peer)),
                partial(self.secret, peer.name),
            )
            for peer in federation.peers
        }
        self._news: dict[str, dict[str, None]] = {name: {} for name in self.partners}
        self._bells = {name: asyncio.Event() for name in self.partners}

    def secret(self, peer: str) -> str:
        """Give the secret of a peer's notifications."""
        return secret_for(self._services.settings, self.federation, peer)

    def ring(self, peer: str, record: str | None) -> None:
        """Hear that a peer has news, of one record or of some."""
        if record is not None and len(self._news[peer]) < MOST_NEWS:
            self._news[peer][record] = None
        self._bells[peer].set()

    async def round(self, partner: Partner | PlainPartner) -> bool:
        """Deal with a peer once; tell whether it could be reached."""
        failure = None
        for step in (partner.meet, partner.listen, partner.catch_up):
            try:
                await step()
            except (PeerError, FhirError, OSError) as error:
                failure = failure or error
        if failure is not None:
            return self._failed(partner, failure)
        partner.standing.failure = None
        partner.standing.reached = self._services.clock()
        return True

    def _failed(self, partner: Partner | PlainPartner, error: Exception) -> bool:
        if partner.standing.failure != str(error):
            log.warning("peer", peer=partner.peer.name, reason=str(error))
        partner.standing.failure = str(error)
        return False

    async def rounds(self, leases: Leases) -> None:
        """Go round the peers for ever, if this process holds the lease."""
        seconds = self._services.settings.federation_seconds
        await self._opened(leases)
        due = 0.0
        while True:
            held = False
            with contextlib.suppress(FhirError):
                held = bool(await leases.hold())
            if held and time.monotonic() >= due:
                await asyncio.gather(*(self._safely(each) for each in self.partners.values()))
                due = time.monotonic() + seconds * random.uniform(0.8, 1.2)  # noqa: S311 - jitter
            await asyncio.sleep(min(seconds, LEASE / 3))

    async def _opened(self, leases: Leases) -> None:
        while True:
            try:
                await leases.open(Position("", self._services.clock()))
            except FhirError:
                await asyncio.sleep(1)
            else:
                return

    async def _safely(self, partner: Partner | PlainPartner) -> None:
        try:
            await self.round(partner)
        except Exception as error:  # noqa: BLE001 - one peer's surprise must not end the others
            log.error(  # noqa: TRY400 - messages and locals could hold health data
                "bug", error=type(error).__qualname__, place=f"federation with {partner.peer.name}"
            )

    async def hear(self, partner: Partner | PlainPartner) -> None:
        """Take in the news of one peer, for ever."""
        name = partner.peer.name
        while True:
            await self._bells[name].wait()
            self._bells[name].clear()
            while self._news[name]:
                record = next(iter(self._news[name]))
                del self._news[name][record]
                try:
                    await partner.take(record)
                except (PeerError, FhirError) as error:
                    # The next round finds it.
                    self._failed(partner, error)
                except Exception as error:  # noqa: BLE001 - as above
                    log.error(  # noqa: TRY400 - as above
                        "bug", error=type(error).__qualname__, place=f"news of {name}"
                    )

    async def close(self) -> None:
        """Close the connections."""
        for partner in self.partners.values():
            await partner.close()


@asynccontextmanager
async def running(services: Services) -> AsyncIterator[Office | None]:
    """Work on federation in the background; give None where there are no peers."""
    federation = Federation.of(services.settings)
    if federation is None:
        yield None
        return
    store = services.store
    assert isinstance(store, MongoStore), "the leases lie in the same database"
    office = Office(services, federation)
    owner = f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:8]}"
    leases = store.leases("federation", owner, count=1, seconds=LEASE)
    tasks = [asyncio.create_task(office.rounds(leases))]
    tasks += [asyncio.create_task(office.hear(each)) for each in office.partners.values()]
    try:
        yield office
    finally:
        await ended(*tasks)
        with contextlib.suppress(FhirError):
            await leases.release()
        await office.close()
