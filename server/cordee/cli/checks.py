"""What `cordee doctor` looks at, one function each, in the order of the table at the end.

A check gives findings and never raises for what is wrong: that is what it is for.
"""

import asyncio
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Literal

import httpx

from cordee.app import services
from cordee.cli.database import private_socket
from cordee.cli.serve import loopback
from cordee.definitions.packages import Packages
from cordee.definitions.repository import Repository
from cordee.errors import FhirError
from cordee.settings import Settings
from cordee.store import connection
from cordee.store.embedded import EmbeddedMongoError, accepts, find_binary, socket_uri
from cordee.store.index_building import Refused
from cordee.store.mongo_store import MongoStore

Level = Literal["good", "odd", "bad"]

GIB = 2**30
LEAST_DISK = 2 * GIB
CLOCK_TOLERANCE = 5.0
"""Seconds between this machine's clock and the database's."""
BUILT_IN_2026 = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock before this cannot be right: the product did not exist."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `remedy` says how to mend what is odd or bad."""

    level: Level
    text: str
    remedy: str = ""


Findings = Iterator[Finding]


def python(_: Settings) -> Findings:
    """Look at the interpreter and the packages the product needs."""
    yield Finding("good", f"Python {platform.python_version()}, Cordée {version('cordee')}")
    if sys.version_info >= (3, 15):
        yield Finding("odd", "this Python is newer than what is tested", "use Python 3.11 to 3.14")


def address(settings: Settings) -> Findings:
    """Look at the address and the port."""
    where = f"{settings.host}:{settings.port}"
    if settings.auth == "off" and not loopback(settings.host):
        yield Finding(
            "bad",
            f"the server would refuse to listen on {settings.host} without authentication",
            "set CORDEE_AUTH to oidc or psc, or CORDEE_HOST to 127.0.0.1",
        )
    if settings.auth != "off":
        from cordee.access.gate import faults  # noqa: PLC0415 - only where there are tokens

        for fault in faults(settings):
            yield Finding("bad", fault, "see docs/operations/authentication.md")
    if _free(settings):
        yield Finding("good", f"{where} is free")
    elif _cordee_answers(settings):
        yield Finding("good", f"a Cordée server runs on {where}")
    else:
        yield Finding(
            "bad", f"{where} is taken by another program", "choose another CORDEE_PORT, or stop it"
        )


def _free(settings: Settings) -> bool:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return False
    return True


def _cordee_answers(settings: Settings) -> bool:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    try:
        answer = httpx.get(f"http://{host}:{settings.port}/health/live", timeout=2)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200 and "X-Request-Id" in answer.headers


def disk(settings: Settings) -> Findings:
    """Look at the data directory and the room on its disk."""
    existing = settings.data.absolute()
    while not existing.exists():
        existing = existing.parent
    try:
        probe = existing / f".cordee-doctor-{id(settings)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        yield Finding(
            "bad",
            f"{existing} cannot be written to: {error.strerror}",
            "give its owner to the user who runs the server, or choose another CORDEE_DATA",
        )
        return
    free = shutil.disk_usage(existing).free
    said = f"{settings.data.absolute()}: {free / GIB:.1f} GiB free"
    if free < LEAST_DISK:
        yield Finding("bad", said, "make room, or choose a CORDEE_DATA on another disk")
    else:
        yield Finding("good", said)


def database(settings: Settings) -> Findings:
    """Look at the database: the one given, or the program to start a private one."""
    if settings.mongodb_uri is not None:
        yield from _reachable(settings, "CORDEE_MONGODB_URI")
        return
    try:
        binary = find_binary()
        told = subprocess.run(  # noqa: S603 - the program the server would start
            [binary, "--version"], capture_output=True, text=True, check=True, timeout=30
        )
    except EmbeddedMongoError as error:
        yield Finding("bad", str(error).partition(":")[0], str(error).partition(":")[2].strip())
        return
    except (OSError, subprocess.SubprocessError) as error:
        yield Finding("bad", f"mongod does not run: {error}", "install the libraries it misses")
        return
    yield Finding("good", f"private MongoDB: {told.stdout.splitlines()[0]} ({binary})")
    path = private_socket(settings.data)
    if accepts(path):
        joined = settings.model_copy(update={"mongodb_uri": socket_uri(path)})
        yield from _reachable(joined, "the private MongoDB")


def _reachable(settings: Settings, name: str) -> Findings:
    try:
        lag = asyncio.run(_ask(settings.mongodb_uri or ""))
    except FhirError as error:
        yield Finding(
            "bad",
            f"{name}: {error}",
            "start MongoDB as a replica set, check the URI, or unset it for a private one",
        )
        return
    yield Finding("good", f"{name} answers and has transactions")
    if abs(lag) > CLOCK_TOLERANCE:
        yield Finding(
            "bad",
            f"this machine's clock is {lag:+.0f} seconds from the database's",
            "let both take their time from the same NTP server",
        )
    yield from _indexes(settings)


async def _ask(uri: str) -> float:
    """Give this clock's distance from the database's, in seconds."""
    client = connection.connect(uri)
    try:
        await connection.check(client)
        hello = await client.admin.command("hello")
    finally:
        await client.close()
    moment: datetime = hello["localTime"].replace(tzinfo=UTC)
    return (datetime.now(UTC) - moment).total_seconds()


def _indexes(settings: Settings) -> Findings:
    """Look whether what is stored is indexed by the search parameters in use."""
    try:
        outdated, refused = asyncio.run(_index_state(settings))
    except FhirError:
        return  # told under Definitions
    for one in refused:
        remedy = f'db.{one.collection}.dropIndex("{one.blocker}")' if one.blocker else "mend that"
        text = f"{one.collection} has no index on {one.keys}: {one.reason}"
        yield Finding("odd", text, f"{remedy}; the next server that starts makes the index")
    if outdated:
        text = f"indexes are missing, and made when a server starts: {', '.join(outdated)}"
        yield Finding("odd", text, "cordee serve; after new search parameters: cordee reindex")
    elif not refused:
        yield Finding("good", "indexes fit the search parameters in use")


async def _index_state(settings: Settings) -> tuple[list[str], list[Refused]]:
    async with services(settings) as opened:
        assert isinstance(opened.store, MongoStore)
        return await opened.store.outdated(), await opened.store.refused_indexes()


def definitions(settings: Settings) -> Findings:
    """Look at the R4 definitions and the packages beside them."""
    try:
        repository = Repository.load(
            settings.packages,
            folder=settings.data / "packages",
            registry=settings.package_registry,
        )
    except FhirError as error:
        yield Finding("bad", str(error), "install it: cordee package install PATH-OR-ID@VERSION")
        return
    yield Finding("good", f"FHIR R4 definitions: {len(repository.resource_types)} resource types")
    installed = Packages(settings.data / "packages").installed()
    for pack in installed:
        yield Finding("good", f"package {pack.manifest.id}@{pack.manifest.version}")
    for gap in repository.missing:
        yield Finding("odd", f"missing dependency: {gap}", "cordee package install it")
    for problem in repository.problems:
        yield Finding("odd", problem, "ask the package's author")


def clock(_: Settings) -> Findings:
    """Look at the clock: versions and audit need it."""
    now = datetime.now(UTC)
    if now < BUILT_IN_2026:
        yield Finding("bad", f"the clock says {now:%Y-%m-%d}", "set it, best by NTP")
    else:
        yield Finding("good", f"the clock says {now:%Y-%m-%d %H:%M} UTC")


CHECKS: dict[str, Callable[[Settings], Findings]] = {
    "Python": python,
    "Address": address,
    "Disk": disk,
    "Database": database,
    "Definitions": definitions,
    "Clock": clock,
}
"""What is looked at, in this order."""
