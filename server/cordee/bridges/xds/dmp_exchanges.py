"""The exchanges with the DMP: how a submission and a change are made, as often as it takes.

Before anything is sent the registry is asked whether it is so already: what an attempt did that
nobody heard the end of is not done again.

https://profiles.ihe.net/ITI/TF/Volume2/ITI-41.html
https://profiles.ihe.net/ITI/TF/Volume2/ITI-57.html
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from cordee.bridges.cda.reading.concepts import Systems
from cordee.bridges.exchange import Done, Exchange, ExchangeQueue, Handlers, Later, Outcome, Refused
from cordee.bridges.metadata.ebrim.writing import submit_objects
from cordee.bridges.metadata.from_cda import Source, entry_of, for_dmp
from cordee.bridges.metadata.hl7_types import parts
from cordee.bridges.metadata.lot import DocumentEntry, Lot
from cordee.bridges.metadata.namespaces import APPROVED, DELETED, Element
from cordee.bridges.xds import plan
from cordee.bridges.xds.changes import CHANGES, Change, Status, next_version, status_tie
from cordee.bridges.xds.client import About, DmpClient, Known
from cordee.bridges.xds.held_document import again
from cordee.bridges.xds.note import noted
from cordee.bridges.xds.plan import Submission, Update
from cordee.bridges.xds.qualified import qualified_ins
from cordee.bridges.xds.registry_response import DUPLICATE, RegistryError
from cordee.bridges.xds.submission import hidden, signed_lot, submission_set, submitter
from cordee.errors import Category, FhirError
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.reference import Reference
from cordee.store.mongo_store import MongoStore

SOON = 5.0
"""Seconds until a look at whether an earlier exchange has ended."""
_OPEN = frozenset({"waiting", "sending"})
_MOST_OPEN = 500


class DmpExchanges:
    """What makes them."""

    def __init__(self, services: Services, client: DmpClient, queue: ExchangeQueue) -> None:
        """Take the record they come from, and whom they go to."""
        self._services = services
        self._client = client
        self._queue = queue
        self._systems = Systems(services.repository)
        self._zone = ZoneInfo(services.settings.timezone)

    async def submit(self, exchange: Exchange) -> Outcome:
        """Submit a document, unless the DMP has it."""
        told = Submission.read(exchange.content)
        about = About(told.patient, told.holder)
        await self._check(exchange, told.patient)
        known = await self._client.document(about, told.unique_id)
        if known is not None:
            return await self._submitted(exchange, told, known)
        former = await self._replaced(about, told)
        if isinstance(former, Later):
            return former
        lot = await self._lot(told, former)
        unseen: Outcome = Later("The DMP took the document, and does not show it yet")
        try:
            await self._client.provide(about, submit_objects(lot), lot.documents)
        except RegistryError as error:
            if not DUPLICATE & set(error.codes):
                return _judged(error)
            unseen = Refused("The DMP has a document of this id, which it does not show")
        known = await self._client.document(about, told.unique_id)
        return unseen if known is None else await self._submitted(exchange, told, known)

    async def update(self, exchange: Exchange) -> Outcome:
        """Change a document's metadata, unless they are so."""
        told = Update.read(exchange.content)
        about = About(told.patient, told.holder)
        await self._check(exchange, told.patient)
        if await self._behind(exchange, told.unique_id):
            return Later("An earlier exchange about this document is under way", wait=SOON)
        change = CHANGES[told.action]
        known = await self._client.document(about, told.unique_id)
        if known is None and not (isinstance(change, Status) and change.new == DELETED):
            return Refused("The DMP has no such document")
        if known is not None and not change.done(known.entry):
            unmade = await self._made(about, told, known)
            if unmade is not None:
                return unmade
            known = await self._client.document(about, told.unique_id)
        return await self._changed(exchange, change, known)

    async def _made(self, about: About, told: Update, known: Known) -> Outcome | None:
        """Send a change; give how it ended without success, None when it is made."""
        refusal = self._not_by(told, known.entry)
        if refusal is not None:
            return Refused(refusal)
        try:
            await self._client.update(about, self._change(told, known))
        except RegistryError as error:
            return _judged(error)
        return None

    async def _changed(self, exchange: Exchange, change: Change, known: Known | None) -> Outcome:
        """Note what the DMP says now; what it deleted it may not show any more."""
        if known is not None and not change.done(known.entry):
            return Later("The DMP took the change, and does not show it yet")
        entry = known.entry if known is not None else None
        await noted(self._services, self._systems, _id(exchange), entry)
        return Done(_result(entry) if entry is not None else {"status": DELETED})

    async def _check(self, exchange: Exchange, patient: str) -> None:
        """Look at the patient again: what was qualified then may be in doubt now."""
        id = (exchange.subject or "").removeprefix("Patient/")
        current = await self._services.store.read("Patient", id)
        if current is None or current.deleted:
            raise FhirError(Category.NOT_FOUND, "The patient is not in the record any more")
        if qualified_ins(json.parse(current.body)) != patient:
            text = "The patient has another INS since this was asked for"
            raise FhirError(Category.UNPROCESSABLE, text)

    async def _replaced(self, about: About, told: Submission) -> Later | Known | None:
        """Give the entry of the document that this one replaces, if the DMP has it."""
        if told.replaces is None:
            return None
        before = await self._queue.find(plan.submission_key(told.replaces))
        if before is not None and before.state in _OPEN:
            return Later("The document that this one replaces is under way", wait=SOON)
        found = await self._client.document(about, told.replaces)
        return found if found is not None and found.entry.status != DELETED else None

    async def _lot(self, told: Submission, former: Known | None) -> Lot:
        held = await again(self._services, told.place)
        source = Source(held.document, held.data, self._zone)
        entry = for_dmp(entry_of(source, told.ids.entry), hidden(told.visibility))
        client, now = self._client, self._services.clock()
        submission = submission_set(
            told.ids.set,
            told.ids.set_unique,
            told.patient,
            author=submitter(client.structure, told.holder),
            activity=told.activity,
            source=self._services.settings.dmp_source,
            now=now,
        )
        replaces = former.entry.id if former is not None else None
        return signed_lot(
            client.seal, submission, told.ids, entry, data=held.data, replaces=replaces, now=now
        )

    async def _submitted(self, exchange: Exchange, told: Submission, known: Known) -> Outcome:
        """Say how a submission ended of which the DMP has the document."""
        if (known.entry.hash or "").lower() != told.hash:
            return Refused("The DMP has another document under this id")
        if known.entry.status == DELETED:
            return Refused("The DMP had this document, which was deleted there")
        await noted(self._services, self._systems, _id(exchange), known.entry, told.replaces)
        return Done(_result(known.entry))

    async def _behind(self, exchange: Exchange, unique_id: str) -> bool:
        """Tell whether an older exchange about the document has not ended."""
        rows = await self._queue.list(
            bridge=plan.BRIDGE, subject=exchange.subject, count=_MOST_OPEN
        )
        return any(
            row.state in _OPEN
            and row.content.get("unique_id") == unique_id
            and (row.created, row.id) < (exchange.created, exchange.id)
            for row in rows
        )

    def _not_by(self, told: Update, entry: DocumentEntry) -> str | None:
        """Give why a change may not be made by this holder; None when it may."""
        change = CHANGES[told.action]
        if not isinstance(change, Status) or not change.by_author:
            return None
        mine = {told.holder.id} if not told.holder.software else set()
        for author in entry.authors:
            structure = [*parts(author.institution or ""), *[""] * 10][9]
            wrote = parts(author.person)[0]
            if wrote in mine or (told.holder.software and structure == self._client.structure.id):
                return None
        return "Only who wrote a document may delete it from the DMP"

    def _change(self, told: Update, known: Known) -> Element:
        change = CHANGES[told.action]
        client = self._client
        submission = submission_set(
            told.set,
            told.set_unique,
            told.patient,
            author=submitter(client.structure, told.holder),
            activity=told.activity,
            source=self._services.settings.dmp_source,
            now=self._services.clock(),
        )
        if isinstance(change, Status):
            return submit_objects(
                Lot(submission, (), (status_tie(submission, known.entry, change),))
            )
        tie, made = next_version(submission, known.entry, known.object, change, told.entry)
        return submit_objects(Lot(submission, (), (tie,)), [made])


def _judged(error: RegistryError) -> Outcome:
    passing = error.category is Category.UNAVAILABLE
    return Later(error.diagnostics) if passing else Refused(error.diagnostics)


def _id(exchange: Exchange) -> str:
    """Give the id of the DocumentReference that an exchange carries."""
    return str(Reference.parse(exchange.about[0]).id)


def _result(entry: DocumentEntry) -> dict[str, str | None]:
    return {
        "entry_uuid": entry.id,
        "logical_id": entry.logical_id,
        "unique_id": entry.unique_id,
        "repository": entry.repository,
        "status": entry.status or APPROVED,
    }


@asynccontextmanager
async def dmp_bridge(services: Services) -> AsyncIterator[Handlers]:
    """Open the bridge: its handlers, none where no DMP is configured."""
    client = DmpClient.of(services.settings)
    if client is None:
        yield {}
        return
    assert isinstance(services.store, MongoStore), "the queue lies in the same database"
    work = DmpExchanges(services, client, services.store.exchanges())
    try:
        yield {
            (plan.BRIDGE, plan.SUBMIT): work.submit,
            (plan.BRIDGE, plan.UPDATE): work.update,
        }
    finally:
        await client.close()
