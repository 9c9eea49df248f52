"""A DMP, a structure with its certificates, and a record whose documents go there."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from pymongo import MongoClient

from bridges.cda.conftest import NOW, focus_of, people
from bridges.xds.dmp.simulator import Simulator, schema_of
from certificates import Authority, self_signed
from cordee.app import services
from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.cda.documents.registry import TYPES
from cordee.bridges.cda.namespaces import tag
from cordee.bridges.cda.writing.record import Record
from cordee.bridges.cda.writing.writer import Order, write
from cordee.bridges.exchange_office import ExchangeOffice
from cordee.bridges.mhd.forwarding import mhd_bridge
from cordee.bridges.xds import dmp_exchanges
from cordee.bridges.xds.dmp_exchanges import dmp_bridge
from cordee.definitions.repository import Repository
from cordee.interactions.services import Services
from cordee.settings import Settings
from cordee.store.mongo_store import MongoStore
from cordee.web.application import build

FHIR = {"Content-Type": "application/fhir+json"}
ISSUER = "C=FR, O=MSP de Rodez, OU=318751275100020, CN=DMP SIGN"
STRUCTURE = "1129484952"
SOURCE = "1.2.250.1.213.99.1"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who vouches for both sides of TLS."""
    return Authority.make(tmp_path_factory.mktemp("igc"), "igc")


@pytest.fixture(scope="session")
def seal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The structure's seal: a certificate and its RSA key in one file."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    parts = [row.split("=") for row in ISSUER.split(", ")]
    oids = {
        "C": NameOID.COUNTRY_NAME,
        "O": NameOID.ORGANIZATION_NAME,
        "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
        "CN": NameOID.COMMON_NAME,
    }
    name = x509.Name([x509.NameAttribute(oids[short], value) for short, value in parts])
    return self_signed(tmp_path_factory.mktemp("seal") / "seal.pem", name, key)


@pytest.fixture(scope="session")
def schemas(request: pytest.FixtureRequest) -> etree.XMLSchema | None:
    """The official schemas, where there are any: then every message is held against them."""
    try:
        material: Path = request.getfixturevalue("material")
    except pytest.skip.Exception:
        return None
    folder = material / "cda-suite/xds-schemas"
    return schema_of(folder) if folder.is_dir() else None


@pytest.fixture
async def dmp(
    authority: Authority, seal: Path, schemas: etree.XMLSchema | None
) -> AsyncIterator[Simulator]:
    """An empty DMP that knows the patient of the documents."""
    async with simulated(authority, seal, schemas) as simulator:
        yield simulator


@asynccontextmanager
async def simulated(
    authority: Authority, seal: Path, schemas: etree.XMLSchema | None
) -> AsyncIterator[Simulator]:
    """Run a DMP."""
    certificate = _certificate(seal)
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    async with Simulator(authority, pem, ISSUER, schemas) as simulator:
        simulator.registry.patients.add(patient_id())
        yield simulator


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def told(simulator: Simulator, seal: Path) -> dict[str, Any]:
    """Give the settings of a server that speaks to a DMP."""
    return {
        "dmp_url": simulator.url,
        "dmp_authority": simulator.authority.root,
        "dmp_certificate": simulator.authority.issue("structure"),
        "dmp_seal_certificate": seal,
        "dmp_structure": STRUCTURE,
        "dmp_structure_name": "MSP de Rodez",
        "dmp_sector": "SA52",
        "dmp_responsible": "810100000000",
        "dmp_source": SOURCE,
        "dmp_software": "01.12.12",
        "dmp_approval": "TST-000000-0001",
        "dmp_timeout": 10.0,
    }


def patient() -> dict[str, Any]:
    """Give the patient of the documents."""
    found = focus_of(people(), "Patient")
    assert found is not None
    return found


def patient_id() -> str:
    """Give the INS of that patient as the DMP writes it."""
    return f"{patient()['identifier'][0]['value']}^^^&1.2.250.1.213.1.4.10&ISO^NH"


@pytest.fixture(scope="session")
def plan_document() -> bytes:
    """A care plan as a document of level 1, as our own writer makes it."""
    resources = people()
    focus = focus_of(resources, TYPES["ppcs"].focus)
    assert focus is not None
    tables = CodeTables(Repository.load([]))
    record = Record([(None, row) for row in resources], focus)
    return write(record, Order(TYPES["ppcs"], NOW), tables)


Variant: TypeAlias = Callable[..., bytes]


@pytest.fixture
def variant(plan_document: bytes) -> Variant:
    """Make documents like that one, each under an id of its own; `replaces` names an older one."""

    def make(id: str | None = None, replaces: str | None = None, set: str | None = None) -> bytes:
        root = etree.fromstring(plan_document)
        name, family = root.find(tag("id")), root.find(tag("setId"))
        assert name is not None
        assert family is not None
        name.set("root", id or f"2.25.{uuid4().int}")
        family.set("root", set or f"2.25.{uuid4().int}")
        if replaces is not None:
            link = etree.fromstring(
                f'<relatedDocument xmlns="urn:hl7-org:v3" typeCode="RPLC"><parentDocument>'
                f'<id root="{replaces}"/></parentDocument></relatedDocument>'
            )
            place = root.find(tag("componentOf"))
            assert place is not None
            place.addprevious(link)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

    return make


@dataclass
class Place:
    """A server whose record has the patient, its DMP, and what was stored."""

    client: httpx.AsyncClient
    services: Services
    dmp: Simulator

    async def store(self, document: bytes) -> str:
        """Take a document in; give its DocumentReference ("DocumentReference/1")."""
        kind = {"Content-Type": "application/cda+xml"}
        answer = await self.client.post("$from-cda", content=document, headers=kind)
        assert answer.status_code == 200, answer.text
        rows = {row["name"]: row for row in answer.json()["parameter"]}
        return str(rows["document"]["valueReference"]["reference"])

    async def call(self, url: str, **parameters: Any) -> httpx.Response:
        """Call an operation by POST; names end in their type: `action_valueCode`."""
        rows: list[dict[str, Any]] = []
        for key, value in parameters.items():
            name, _, kind = key.partition("_")
            rows += [
                {"name": name, kind: one} for one in (value if isinstance(value, list) else [value])
            ]
        body = {"resourceType": "Parameters", "parameter": rows}
        if not rows:
            body.pop("parameter")
        return await self.client.post(url, json=body, headers=FHIR)

    async def done(self, answer: httpx.Response, *states: str) -> dict[str, Any]:
        """Wait until the exchange that an answer names has ended; give it as plain values."""
        assert answer.status_code in {200, 202}, answer.text
        id = values(answer)["exchange"]
        store = self.services.store
        assert isinstance(store, MongoStore)
        wanted = states or ("done", "failed", "refused", "quarantined")
        for _ in range(1_200):
            found = await store.exchanges().get(id)
            assert found is not None
            if found.state in wanted:
                return {"state": found.state, "error": found.error, **found.result}
            await asyncio.sleep(0.05)
        raise AssertionError(f"{id} has not ended")


def values(answer: httpx.Response) -> dict[str, Any]:
    """Give the simple parameters of an answer."""
    return {
        row["name"]: value
        for row in answer.json()["parameter"]
        for key, value in row.items()
        if key.startswith("value")
    }


@asynccontextmanager
async def working(held: Services) -> AsyncIterator[None]:
    """Make exchanges with the DMP, with short pauses."""
    assert isinstance(held.store, MongoStore)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dmp_exchanges, "SOON", 0.1)
        async with dmp_bridge(held) as dmp, mhd_bridge(held) as mhd:
            handlers = {**dmp, **mhd}
            queue = held.store.exchanges()
            office = ExchangeOffice(held, queue, handlers, idle=0.05, first=0.1)
            work = asyncio.create_task(office.run())
            yield
            work.cancel()
            await asyncio.wait([work])


async def opened(
    place: dict[str, Any], dmp: Simulator, seal: Path, **more: Any
) -> AsyncIterator[Place]:
    """Open a server with its bridges at work; `place` says where its record lies."""
    settings = Settings(**place, **told(dmp, seal), **more)
    async with (
        services(settings) as held,
        working(held),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(build(held)), base_url="http://test/fhir"
        ) as client,
    ):
        made = Place(client, held, dmp)
        answer = await client.put(f"Patient/{patient()['id']}", json=patient(), headers=FHIR)
        assert answer.status_code in {200, 201}, answer.text
        yield made


@pytest.fixture(scope="session")
async def shared_dmp(
    authority: Authority, seal: Path, schemas: etree.XMLSchema | None
) -> AsyncIterator[Simulator]:
    """A DMP for all tests of a worker."""
    async with simulated(authority, seal, schemas) as simulator:
        yield simulator


@pytest.fixture(scope="session")
async def standing_place(
    mongodb_uri: str,
    tmp_path_factory: pytest.TempPathFactory,
    shared_dmp: Simulator,
    seal: Path,
) -> AsyncIterator[Place]:
    """A server for all tests of a worker."""
    database = f"test_dmp_{uuid4().hex}"
    where = {
        "mongodb_uri": mongodb_uri,
        "mongodb_database": database,
        "data": tmp_path_factory.mktemp("dmp"),
    }
    async for made in opened(where, shared_dmp, seal):
        yield made
    with MongoClient[dict[str, object]](mongodb_uri) as mongo:
        mongo.drop_database(database)


@pytest.fixture
def place(standing_place: Place) -> Place:
    """That server, whose DMP does again what it is asked."""
    dmp = standing_place.dmp
    dmp.answers.clear()
    dmp.deaf.clear()
    dmp.calls.clear()
    dmp.raw.clear()
    dmp.refusals.clear()
    dmp.vouched.clear()
    dmp.tampered = False
    return standing_place


def binary(data: bytes) -> str:
    """Write bytes as FHIR does."""
    return base64.b64encode(data).decode()
