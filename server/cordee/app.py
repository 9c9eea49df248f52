"""The composition root: the only place that names concrete adapters.

`create` makes the ASGI application. Any ASGI server can run it; `cordee serve` uses uvicorn.
"""

import asyncio
import gc
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from prometheus_client import CollectorRegistry
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from cordee.access.audit.opening import recording, wanted
from cordee.access.authentication import Authentication, NoAuthentication
from cordee.access.circle_policy import CirclePolicy
from cordee.access.policy import OpenPolicy, Policy
from cordee.access.scoped_policy import ScopedPolicy
from cordee.background import ended
from cordee.bridges import exchange_office
from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.cda.operations import cda_operations
from cordee.bridges.cda.validator import CdaValidator
from cordee.bridges.exchange import Bridge
from cordee.bridges.insi.client import InsiClient
from cordee.bridges.mhd.forwarding import forwarded, mhd_bridge
from cordee.bridges.mhd.metadata_update import MetadataUpdate
from cordee.bridges.mhd.names import MANAGER
from cordee.bridges.mhd.submission import ProvideDocuments
from cordee.bridges.mssante.sending import mssante_operations
from cordee.bridges.mssante.service import mssante
from cordee.bridges.xds.client import DmpClient
from cordee.bridges.xds.dmp_exchanges import dmp_bridge
from cordee.bridges.xds.operations import dmp_operations
from cordee.console import routes as console
from cordee.console.live import LiveDossiers
from cordee.console.login import Login
from cordee.coordination import lateness
from cordee.coordination.agenda import horizon
from cordee.coordination.form.admission import scored
from cordee.coordination.rules import CAPABILITIES, REQUIREMENTS, guards
from cordee.definitions.repository import Repository
from cordee.errors import FhirError, Severity
from cordee.federation import office as federation_office
from cordee.federation.rules import federated
from cordee.interactions import attachment, conformance, provenance, warming
from cordee.interactions.services import Guard, OperationEntry, Services, new_ids, now
from cordee.operations import bulk_export
from cordee.operations.insi_operations import insi_operations
from cordee.operations.registry import operations
from cordee.operations.subscription_operations import subscription_operations
from cordee.search.context import Limits
from cordee.search.registry import SearchRegistry
from cordee.settings import Settings
from cordee.store.embedded import EmbeddedMongo
from cordee.store.mongo_store import MongoStore
from cordee.store.notification_queue import NotificationQueue
from cordee.subscriptions import topics
from cordee.subscriptions.address import Addresses
from cordee.subscriptions.admission import Admission
from cordee.subscriptions.seal import Seal
from cordee.subscriptions.service import running
from cordee.subscriptions.socket_session import Sockets, subscription_tokens
from cordee.terminology import Terminology
from cordee.terminology.remote import RemoteTerminology
from cordee.validation.options import Options
from cordee.validation.validator import Validator
from cordee.web import admission, cda, federation, log
from cordee.web.application import build
from cordee.web.middleware.metrics import Metrics

BRIDGES: tuple[Bridge, ...] = (
    dmp_bridge,
    mhd_bridge,
    mssante,
)
"""What makes exchanges with the world outside: each opens, and gives its handlers."""


@asynccontextmanager
async def services(
    settings: Settings, metrics: CollectorRegistry | None = None
) -> AsyncIterator[Services]:
    """Open everything a server works with, and close it at the end; `metrics` takes in its own.

    Starts a private MongoDB when no URI is set. Raises `FhirError` UNAVAILABLE when the database or
    the definitions cannot be opened.
    """
    async with AsyncExitStack() as stack:
        uri = settings.mongodb_uri or await _embedded(settings, stack)
        repository = _repository(settings)
        terminology = Terminology(repository, _remote(settings))
        if terminology.remote is not None:
            stack.push_async_callback(terminology.remote.close)
        registry = _registry(settings, repository, terminology)
        store = await MongoStore.open(uri, registry, settings)
        stack.push_async_callback(store.close)
        queue, seal = store.notifications(), Seal.of(settings)
        authentication = await stack.enter_async_context(_authentication(settings, store))
        offered = _operations(settings, repository, store, stack)
        opened = Services(
            repository=repository,
            registry=registry,
            store=store,
            validator=Validator(repository, terminology, _options(settings)),
            terminology=terminology,
            settings=settings,
            authentication=authentication,
            policy=_policy(settings, registry, store, terminology),
            operations=(*offered, *subscription_operations(queue, subscription_tokens(seal))),
            requirements=REQUIREMENTS,
            guards=_guards(settings, repository),
            submissions=(ProvideDocuments(store.exchanges(), forwarded),),
            instantiates=(MANAGER, CAPABILITIES),
            admissions={
                **dict.fromkeys(
                    ("Binary", "Communication", "DocumentReference"), attachment.checked
                ),
                "QuestionnaireResponse": scored,
                "Subscription": Admission(seal, Addresses(settings)),
            },
            learners={"Basic": topics.learn},
            subscription_topics=topics.advertised,
        )
        opened = federated(opened)
        if wanted(settings):
            trail = recording(
                settings,
                store.journal(),
                store,
                registry,
                clock=opened.clock,
                new_ids=new_ids,
                metrics=metrics,
            )
            opened = replace(opened, audit=await stack.enter_async_context(trail))
        await _definitions(opened, stack)
        yield opened


def _operations(
    settings: Settings, repository: Repository, store: MongoStore, stack: AsyncExitStack
) -> tuple[OperationEntry, ...]:
    """Give the operations, those of bridges with the clients that they call."""
    insi, dmp = InsiClient.of(settings), DmpClient.of(settings)
    for client in (insi, dmp):
        if client is not None:
            stack.push_async_callback(client.close)
    return (
        *operations(repository),
        *cda_operations(repository),
        *insi_operations(repository, insi),
        *mssante_operations(repository, store.exchanges()),
        *dmp_operations(repository, dmp, store.exchanges()),
    )


async def _definitions(opened: Services, stack: AsyncExitStack) -> None:
    """Take in the definitions that the store holds, and from now on those that it is given."""
    # What is written must be indexed by all parameters; other definitions can come later.
    await conformance.load(opened, "SearchParameter")
    await topics.load(opened)
    stack.push_async_callback(ended, asyncio.create_task(conformance.follow(opened)))


async def _embedded(settings: Settings, stack: AsyncExitStack) -> str:
    embedded = EmbeddedMongo(settings.data, cache_gb=settings.mongodb_cache_gb)
    uri = await asyncio.to_thread(embedded.start)
    stack.callback(embedded.stop)
    return uri


def _repository(settings: Settings) -> Repository:
    folder = settings.data / "packages"
    return Repository.load(settings.packages, folder=folder, registry=settings.package_registry)


def _registry(
    settings: Settings, repository: Repository, terminology: Terminology
) -> SearchRegistry:
    return SearchRegistry(
        repository,
        full_text=settings.full_text,
        base_urls=(settings.base_url.rstrip("/"),) if settings.base_url else (),
        codes=terminology.codes,
        hierarchy=terminology.hierarchy,
        limits=Limits(
            chain_depth=settings.max_chain_depth,
            values=settings.max_values,
            parameters=settings.max_parameters,
        ),
    )


def _guards(settings: Settings, repository: Repository) -> Mapping[str, Sequence[Guard]]:
    found = guards(repository)
    found["DocumentReference"] = (*found.get("DocumentReference", ()), MetadataUpdate())
    if settings.provenance == "delegated":
        return provenance.everywhere(found, repository.resource_types)
    return found


@asynccontextmanager
async def _authentication(settings: Settings, store: MongoStore) -> AsyncIterator[Authentication]:
    """Give who tells callers; what judges tokens is only loaded where there are any."""
    if settings.auth == "off":
        yield NoAuthentication()
        return
    from cordee.access.gate import Records, open_gate  # noqa: PLC0415

    gate = open_gate(settings, Records(store, store.key_ring(), store.used_once()))
    try:
        yield gate.authentication
    finally:
        await gate.close()


def _policy(
    settings: Settings, registry: SearchRegistry, store: MongoStore, terminology: Terminology
) -> Policy:
    """Give the rules of access, around which the scopes of tokens stand."""
    if settings.auth == "off":
        return OpenPolicy()
    circles = CirclePolicy(
        store, now, emergency_writes=settings.emergency_writes, families=terminology.family
    )
    return ScopedPolicy(circles, registry)


def _options(settings: Settings) -> Options:
    required = {name: tuple(urls) for name, urls in settings.required_profiles.items()}
    national = Severity.ERROR if settings.national_rules == "error" else Severity.WARNING
    return Options(claims=settings.profile_claims, required=required, national=national)


def _remote(settings: Settings) -> RemoteTerminology | None:
    url = settings.terminology_url
    return RemoteTerminology(url, settings.terminology_timeout) if url else None


def _database(opened: Services) -> MongoStore:
    assert isinstance(opened.store, MongoStore)
    return opened.store


async def _warm(opened: Services) -> None:
    await warming.warm(opened)
    # What is there now stays: the collector need not look through it again and again.
    gc.collect()
    gc.freeze()
    # Requests make trees, which go by themselves: looking for circles can be rarer.
    gc.set_threshold(10_000, 20, 20)


class Application:
    """The ASGI application: opens its services at start-up, then serves, then closes them."""

    def __init__(self, settings: Settings) -> None:
        """Keep the settings; nothing is opened yet."""
        self._settings = settings
        self._serve: ASGIApp | None = None
        self._sockets: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI: the life of the server, and its requests."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        assert self._serve is not None, "the ASGI server must run the lifespan"
        if scope["type"] == "websocket":
            assert self._sockets is not None
            await self._sockets(scope, receive, send)
            return
        await self._serve(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            try:
                metrics = Metrics()
                opened = await stack.enter_async_context(services(self._settings, metrics.registry))
                judge = CdaValidator(CodeTables(opened.repository), self._settings.cda_rules)
            except FhirError as error:
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
            stack.push_async_callback(bulk_export.stop)
            work = await stack.enter_async_context(running(opened, metrics.registry))
            bridges = exchange_office.running(opened, BRIDGES, metrics.registry)
            await stack.enter_async_context(bridges)
            stack.push_async_callback(judge.close)
            tokens, used = subscription_tokens(work.office.seal), _database(opened).used_once()
            sockets = Sockets(work.office, tokens, used)
            pages = self._pages(opened, work.office.queue, sockets, stack)
            door = admission.Admission.of(opened)
            peers = await stack.enter_async_context(federation_office.running(opened))
            more = [*cda.routes(opened, judge, door), *federation.routes(peers), *pages]
            self._serve = build(opened, metrics, more, door)
            await bulk_export.resume(opened)
            stack.push_async_callback(ended, asyncio.create_task(_warm(opened)))
            indexes = _database(opened).index_upkeep(metrics.registry)
            stack.push_async_callback(ended, asyncio.create_task(indexes.run()))
            stack.push_async_callback(ended, asyncio.create_task(lateness.watch(opened)))
            stack.push_async_callback(ended, asyncio.create_task(horizon.watch(opened)))
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    def _pages(
        self,
        opened: Services,
        queue: NotificationQueue,
        sockets: ASGIApp,
        stack: AsyncExitStack,
    ) -> list[Route]:
        """Give the pages for people, which call this application; theirs are websockets too."""
        login = Login.of(self._settings, opened.authentication)
        if login is not None:
            stack.push_async_callback(login.close)
        dossiers = LiveDossiers(opened, self, login, sockets)
        stack.push_async_callback(dossiers.close)
        self._sockets = dossiers
        return console.routes(opened, self, queue, _database(opened).statistics(), login)


def create(settings: Settings | None = None) -> ASGIApp:
    """Make the application from settings, by default those of the environment."""
    chosen = settings or Settings()
    log.configure(chosen)
    if not chosen.trusted_proxies:
        return Application(chosen)
    from cordee.web.middleware.proxies import Proxies  # noqa: PLC0415 - only when asked

    return Proxies(Application(chosen), chosen.trusted_proxies)
