"""A server with a mailbox, a person with a referral, and an operator who takes mail over TLS."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.smtp import SMTP

from bridges.cda.conftest import people
from certificates import self_signed
from cordee.bridges.exchange import Exchange, ExchangeQueue
from cordee.interactions.services import Services
from cordee.store.mongo_store import MongoStore
from cordee.web.application import build

OURS = "circle@tilleuls.mssante.fr"
DOCTOR = "jeanne.martin@medecin.mssante.fr"
TOLD = frozenset(("Patient", "Practitioner", "PractitionerRole", "Organization", "ServiceRequest"))


def of(type: str, number: int = 0) -> str:
    """Name a resource of the record."""
    return f"{type}/{[row['id'] for row in people() if row['resourceType'] == type][number]}"


def _record() -> Iterator[dict[str, Any]]:
    """Give the record, where one doctor has a secured mailbox and another one an open one."""
    boxes = iter((DOCTOR, "marc@gmail.com"))
    for row in people():
        box = next(boxes, None) if row["resourceType"] == "Practitioner" else None
        if row["resourceType"] in TOLD:
            yield row | ({"telecom": [{"system": "email", "value": box}]} if box else {})


def message(*recipients: str, **more: Any) -> dict[str, Any]:
    """Make a message that carries a referral."""
    return {
        "resourceType": "Communication",
        "status": "preparation",
        "subject": {"reference": of("Patient")},
        "sender": {"reference": of("PractitionerRole")},
        "recipient": [{"reference": row} for row in recipients or (of("Practitioner"),)],
        "payload": [
            {"contentString": "Voici la demande."},
            {"contentReference": {"reference": of("ServiceRequest")}},
        ],
    } | more


@dataclass
class Operator:
    """What the operator's server took, and what it answers next."""

    port: int = 0
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the library's shape
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take a recipient, unless told otherwise."""
        self.options += options
        if self.answers and self.answers[0].startswith("rcpt "):
            return self.answers.pop(0).removeprefix("rcpt ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a mail, unless told otherwise."""
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return answer


@pytest.fixture(scope="session")
def operator_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the operator proves who it is with."""
    return self_signed(tmp_path_factory.mktemp("operator") / "both.pem")


@pytest.fixture
async def operator(operator_certificate: Path) -> AsyncIterator[Operator]:
    """An operator who takes mail after STARTTLS alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(operator_certificate)
    held, loop = Operator(), asyncio.get_running_loop()

    def serve() -> Any:
        return SMTP(held, tls_context=context, require_starttls=True, loop=loop)

    async with await loop.create_server(serve, "127.0.0.1", 0) as listening:
        held.port = listening.sockets[0].getsockname()[1]
        yield held


@dataclass
class Mailing:
    """A server with a mailbox, whose record holds a person, their professionals and a referral."""

    services: Services
    client: httpx.AsyncClient
    queue: ExchangeQueue

    async def sent(self, resource: dict[str, Any], **more: Any) -> httpx.Response:
        """Store a message and have it sent."""
        made = await self.client.post("/Communication", json=resource)
        assert made.status_code == 201, made.text
        return await self.again(made.json()["id"], **more)

    async def again(self, id: str, **more: Any) -> httpx.Response:
        """Have a message sent."""
        return await self.client.post(f"/Communication/{id}/$mssante-send", params=more)

    async def exchanges(self, id: str) -> list[Exchange]:
        """Give the exchanges of a message."""
        found = await self.queue.list(bridge="mssante", count=1_000)
        return [row for row in found if row.content.get("communication") == id]


@pytest.fixture
async def mailing(
    http: httpx.AsyncClient,
    standing: tuple[Any, str],
    operator: Operator,
    operator_certificate: Path,
) -> AsyncIterator[Mailing]:
    """Such a server; `http` empties the record afterwards."""
    opened = standing[0]
    settings = opened.settings.model_copy(
        update={
            "mssante_mailbox": OURS,
            "mssante_smtp": f"smtp://127.0.0.1:{operator.port}",
            "mssante_authority": operator_certificate,
            "mssante_timeout": 5.0,
        }
    )
    services = replace(opened, settings=settings)
    assert isinstance(services.store, MongoStore)
    entries = [
        {"resource": row, "request": {"method": "PUT", "url": f"{row['resourceType']}/{row['id']}"}}
        for row in _record()
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    assert (await http.post("", json=bundle)).status_code == 200
    transport = httpx.ASGITransport(build(services), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test/fhir") as client:
        yield Mailing(services, client, services.store.exchanges())
