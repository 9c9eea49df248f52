"""The store against the bare driver, in one run: what correctness costs.

Prints, for create, read and search, the throughput of the store, of the driver alone (one
`insert_one` with majority and journal, one `find_one`, one `find`), and their ratio.

    python -m benchmarks.store [--seconds 3] [--concurrency 32]
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from pymongo import AsyncMongoClient
from pymongo.write_concern import WriteConcern

from benchmarks.record import Record, keeping
from cordee.resource.types import Resource
from cordee.search.filter import Reference, Token
from cordee.search.index import Index
from cordee.search.values import Extraction, SortKey
from cordee.store.embedded import EmbeddedMongo
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query, Version

PATIENTS = 2_000
MESSAGES = 20
TOKENS = ("identifier", "active", "gender", "email", "phone", "language", "_tag", "_profile")
STRINGS = ("name", "family", "given", "address", "address-city", "address-postalcode")
REFERENCES = ("general-practitioner", "organization", "link")


class Source:
    """The indexes of a Patient, about as many as the specification's parameters make."""

    def indexes(self, _type: str) -> tuple[Index, ...]:
        """Give the same indexes for all types."""
        return (
            *(Index(name, "token") for name in TOKENS),
            *(Index(name, "string") for name in STRINGS),
            *(Index(name, "reference") for name in REFERENCES),
            Index("subject", "reference", compartments=frozenset({"Patient"})),
            Index("birthdate", "date"),
        )

    def extract(self, _resource: Resource) -> Extraction:
        """Not needed here."""
        return Extraction({})


def patient(number: int, id: str | None = None) -> tuple[Version, Extraction]:
    """Make a Patient of about two kilobytes and its index values."""
    body = {"resourceType": "Patient", "id": id or str(uuid4()), "text": "x" * 1_700}
    name = f"family{number % 997}"
    values: dict[str, list[Any]] = {
        "identifier": [{"s": "urn:oid:1.2.250.1.213.1.4.8", "v": f"{number:013}"}],
        "active": [{"v": "true"}],
        "gender": [{"s": "http://hl7.org/fhir/administrative-gender", "v": "female"}],
        "phone": [{"s": "phone", "v": f"+336{number:08}"}],
        "email": [{"s": "email", "v": f"p{number}@example.org"}],
        "_profile": [{"v": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient"}],
        "name": [{"f": name, "x": name.title()}, {"f": "anne", "x": "Anne"}],
        "family": [{"f": name, "x": name.title()}],
        "given": [{"f": "anne", "x": "Anne"}, {"f": "marie", "x": "Marie"}],
        "address": [{"f": "12 rue haute", "x": "12 rue Haute"}, {"f": "lille", "x": "Lille"}],
        "address-city": [{"f": "lille", "x": "Lille"}],
        "address-postalcode": [{"f": "59000", "x": "59000"}],
        "general-practitioner": [f"Practitioner/{number % 101}"],
        "subject": [f"Patient/{number % (PATIENTS // MESSAGES)}"],
        "birthdate": [{"lo": number * 86_400_000, "hi": (number + 1) * 86_400_000}],
    }
    version = Version(
        "Patient", str(body["id"]), 1, datetime.now(UTC), json.dumps(body).encode(), "POST"
    )
    return version, Extraction(values, (f"Patient/{number % (PATIENTS // MESSAGES)}",))


async def rate(work: Callable[[int], Awaitable[object]], seconds: float, concurrency: int) -> float:
    """Give operations per second of `work`, called with ascending numbers."""
    done = 0
    end = time.perf_counter() + seconds

    async def caller() -> None:
        nonlocal done
        while time.perf_counter() < end:
            done += 1
            await work(done)

    started = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(concurrency)))
    return done / (time.perf_counter() - started)


async def measure(uri: str, seconds: float, concurrency: int) -> dict[str, dict[str, float]]:
    """Measure store and driver on one database."""
    store = await MongoStore.open(uri, Source())
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(uri)
    durable = WriteConcern("majority", j=True)
    bare = client["bare"].get_collection("Patient", write_concern=durable)
    await bare.drop()
    ids = [f"p{number}" for number in range(PATIENTS)]
    await store.create_many([patient(number, id) for number, id in enumerate(ids)])
    await bare.insert_many(
        [
            {"_id": id, "b": patient(number, id)[0].body, "i": f"{number:013}"}
            for number, id in enumerate(ids)
        ]
    )
    await bare.create_index("i")

    async def bare_create(number: int) -> None:
        version = patient(number)[0]
        await bare.insert_one({"_id": version.id, "b": version.body})

    def by_identifier(number: int) -> Query:
        value = f"{number % PATIENTS:013}"
        return Query(("Patient",), Token("identifier", "urn:oid:1.2.250.1.213.1.4.8", value))

    def record(number: int) -> Query:
        owner = f"Patient/{number % (PATIENTS // MESSAGES)}"
        sort = (SortKey("birthdate", "date", descending=True),)
        return replace(by_identifier(0), filter=Reference("subject", (owner,)), sort=sort, count=20)

    async def bare_page(number: int) -> None:
        start = ids[number % PATIENTS]
        await bare.find({"_id": {"$gte": start}}, {"b": 1}).limit(20).to_list()

    pairs: dict[str, tuple[Callable[[int], Awaitable[object]], ...]] = {
        "create": (lambda n: store.create(*patient(n + PATIENTS)), bare_create),
        "read": (
            lambda n: store.read("Patient", ids[n % PATIENTS]),
            lambda n: bare.find_one({"_id": ids[n % PATIENTS]}),
        ),
        "search_identifier": (
            lambda n: store.search(by_identifier(n)),
            lambda n: bare.find_one({"i": f"{n % PATIENTS:013}"}),
        ),
        "record_page": (lambda n: store.search(record(n)), bare_page),
    }
    found = {}
    for name, (ours, floor) in pairs.items():
        ours_rate = await rate(ours, seconds, concurrency)
        floor_rate = await rate(floor, seconds, concurrency)
        found[name] = {
            "store": round(ours_rate),
            "driver": round(floor_rate),
            "ratio": round(ours_rate / floor_rate, 2),
        }
    await client.close()
    await store.close()
    return found


def main() -> None:
    """Run on an embedded database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--concurrency", type=int, default=32)
    keeping(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, EmbeddedMongo(Path(folder)) as mongo:
        found = asyncio.run(measure(mongo.uri, options.seconds, options.concurrency))
    facts = {"patients": PATIENTS, "concurrency": options.concurrency}
    Record("store", facts, {name: dict(row) for name, row in found.items()}).tell(keep=options.keep)


if __name__ == "__main__":
    main()
