"""A server as a user starts it, and a DMP behind mutual TLS: a document's whole way."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from lxml import etree

from bridges.xds.conftest import FHIR, Variant, patient, simulated, told, values
from bridges.xds.dmp.metadata_table import codes
from bridges.xds.dmp.registry import DELETED, DEPRECATED, Entry
from bridges.xds.dmp.simulator import Simulator
from certificates import Authority
from system.conftest import Running, free_port

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("dmp")]
HERE = f"Patient/{patient()['id']}"


@pytest.fixture
async def real(
    authority: Authority, seal: Path, schemas: etree.XMLSchema | None, tmp_path: Path
) -> AsyncIterator[tuple[Running, Simulator]]:
    """A server process, its DMP, and the patient in its record."""
    async with simulated(authority, seal, schemas) as dmp:
        settings = {f"CORDEE_{key.upper()}": str(value) for key, value in told(dmp, seal).items()}
        environment = {"CORDEE_MONGODB_CACHE_GB": "0.25", **settings}
        running = Running(tmp_path / "data", free_port(), environment)
        await asyncio.to_thread(running.start)
        yield running, dmp
        await asyncio.to_thread(running.stop)


async def post(client: httpx.AsyncClient, url: str, **parameters: str) -> dict[str, Any]:
    """Call an operation; give the simple values of its answer."""
    rows = [{"name": name, "valueString": value} for name, value in parameters.items()]
    body = {"resourceType": "Parameters"} | ({"parameter": rows} if rows else {})
    answer = await client.post(url, json=body, headers=FHIR)
    assert answer.status_code in {200, 202}, answer.text
    return values(answer)


async def until(condition: Any, seconds: float = 60.0) -> None:
    """Wait until something holds."""
    for _ in range(int(seconds / 0.1)):
        if condition():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it never came to be so")


async def ended(client: httpx.AsyncClient, reference: str, entry: Entry) -> None:
    """Wait until a DocumentReference names an entry."""
    for _ in range(600):
        stored = (await client.get(reference)).json()
        if entry.uuid in {row["value"] for row in stored["identifier"]}:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{reference} does not name {entry.uuid}")


async def stored(client: httpx.AsyncClient, document: bytes) -> str:
    """Take a document in."""
    kind = {"Content-Type": "application/cda+xml"}
    answer = await client.post("$from-cda", content=document, headers=kind)
    assert answer.status_code == 200, answer.text
    return str(values(answer)["document"]["reference"])


async def test_a_document_goes_its_whole_way(
    real: tuple[Running, Simulator], variant: Variant
) -> None:
    """Submitted although the server dies, found, fetched, masked, replaced and deleted."""
    running, dmp = real
    old, new, family = (f"2.25.{uuid4().int}" for _ in range(3))
    async with httpx.AsyncClient(base_url=f"{running.base_url}/", timeout=60) as client:
        answer = await client.put(HERE, json=patient(), headers=FHIR)
        assert answer.status_code == 201, answer.text
        first = await stored(client, variant(old, set=family))
        # The DMP stores the lot, nobody hears of it, and the server dies.
        dmp.deaf["ProvideAndRegisterDocumentSet-b"] = 1
        await post(client, f"{first}/$dmp-submit")
        await until(lambda: len(dmp.registry.living()) == 1)
        await asyncio.sleep(0.3)
        running.kill()
        await asyncio.to_thread(running.start)
        entry = dmp.registry.living()[0]
        await ended(client, first, entry)
        assert dmp.count("ProvideAndRegisterDocumentSet-b") == 1
        bundle = (await client.get(f"{HERE}/$dmp-search")).json()
        found = [row["resource"]["masterIdentifier"]["value"] for row in bundle["entry"]]
        assert found == [f"urn:oid:{old}"]
        fetched = await post(client, f"{HERE}/$dmp-retrieve", document=old)
        assert fetched["document"] == {"reference": first}
        await post(client, f"{first}/$dmp-update", action="mask")
        await until(lambda: codes(entry.object, "confidentialityCode") == ["N", "MASQUE_PS"])
        await ended(client, first, entry)
        second = await stored(client, variant(new, replaces=old, set=family))
        await post(client, f"{second}/$dmp-submit")
        await until(lambda: len(dmp.registry.living()) == 2)
        later = dmp.registry.living()[1]
        await ended(client, second, later)
        assert (later.unique, entry.status) == (new, DEPRECATED)
        await post(client, f"{second}/$dmp-update", action="delete")
        await until(lambda: later.status == DELETED)
        bundle = (await client.get(f"{HERE}/$dmp-search")).json()
        assert bundle["total"] == 0
    assert dmp.refusals == []
    assert "PRIVATE" not in running.log()
    assert patient()["identifier"][0]["value"] not in running.log()
