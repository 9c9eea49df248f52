"""A real server whose clients hang up: the database stops reading for nobody, and writes end."""

import json
import time
from collections.abc import Callable, Iterator
from socket import create_connection, socket
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from cordee.store.migrations import LAYOUT
from system.conftest import Running, free_port

pytestmark = pytest.mark.system

DATABASE = "test_departures"
PATIENT = {"resourceType": "Patient", "id": "p", "name": [{"family": "Lefèvre"}]}
ENDLESS = [
    stage
    for field in "abc"
    for stage in ({"$set": {field: {"$range": [0, 3000]}}}, {"$unwind": f"${field}"})
] + [{"$match": {"$expr": {"$eq": [{"$add": ["$a", "$b", "$c"]}, -1]}}}]
"""Looks at 27,000,000,000 documents for each that there is."""


@pytest.fixture(scope="module")
def mongo(mongodb_uri: str) -> Iterator[MongoClient[Any]]:
    """The database beside the server: tasks were written in it once, and it lacks their indexes."""
    with MongoClient[Any](mongodb_uri) as client:
        client.drop_database(DATABASE)
        layout = {"_id": "layout", "number": LAYOUT, "least": 1}
        client[DATABASE]["meta"].insert_many([layout, {"_id": "plan/Task", "fingerprint": "old"}])
        yield client
        client.drop_database(DATABASE)


@pytest.fixture(scope="module")
def server(
    mongo: MongoClient[Any], mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """A server with a patient, whose Basics take for ever to be looked for."""
    environment = {"CORDEE_MONGODB_URI": mongodb_uri, "CORDEE_MONGODB_DATABASE": DATABASE}
    data = tmp_path_factory.mktemp("departures") / "data"
    running = Running(data, free_port(), environment).start()
    stored = httpx.put(f"{running.base_url}/Patient/p", json=PATIENT, timeout=60)
    assert stored.status_code == 201
    for name in ("Basic", "Basic_history"):
        mongo[DATABASE].create_collection(name, viewOn="Patient", pipeline=ENDLESS)
    yield running
    assert running.stop() == 0


def until(happened: Callable[[], Any]) -> Any:
    """Wait for something to happen, and give it."""
    deadline = time.monotonic() + 30
    while not (found := happened()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
    return found


def ask(server: Running, method: str, path: str, body: dict[str, Any] | None = None) -> socket:
    """Send a request on a connection of its own, whose closing hangs up."""
    content = json.dumps(body).encode() if body is not None else b""
    head = (
        f"{method} /fhir/{path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Content-Type: application/fhir+json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    connection = create_connection(("127.0.0.1", server.port), timeout=60)
    connection.sendall(head.encode() + content)
    return connection


@pytest.mark.parametrize(
    "path", ["Basic", "Basic?_summary=count", "Basic/_history", "Basic?_sort=-_lastUpdated"]
)
def test_the_database_stops_reading_for_nobody(
    server: Running, mongo: MongoClient[Any], path: str
) -> None:
    """A search, a count or a history is broken off in MongoDB when its client has hung up."""

    def running() -> list[Any]:
        ours = {
            "$or": [{f"command.{name}": {"$regex": "^Basic"}} for name in ("find", "aggregate")]
        }
        return list(mongo.admin.aggregate([{"$currentOp": {}}, {"$match": ours}]))

    before = server.log().count("status=499")
    with ask(server, "GET", path):
        until(running)
    until(lambda: not running())
    until(lambda: server.log().count("status=499") == before + 1)


def test_a_write_that_has_begun_goes_to_its_end(server: Running, mongo: MongoClient[Any]) -> None:
    """Its client hung up while it waited for another's transaction: it is stored all the same."""
    patients = mongo[DATABASE]["Patient"]

    def tries() -> int:
        return int(mongo.admin.command("serverStatus")["transactions"]["totalAborted"])

    with mongo.start_session() as session:
        session.start_transaction()
        patients.update_one({"_id": "p"}, {"$set": {"x": 1}}, session=session)
        before = tries()
        with ask(server, "PUT", "Patient/p", PATIENT | {"gender": "unknown"}):
            until(lambda: tries() > before)
        closed = tries()
        until(lambda: tries() > closed + 2)  # it goes on trying
        session.abort_transaction()
    until(lambda: patients.find_one({"_id": "p", "v": 2}))
    history = httpx.get(f"{server.base_url}/Patient/p/_history", timeout=30).json()
    assert [row["resource"]["meta"]["versionId"] for row in history["entry"]] == ["2", "1"]


def test_a_server_that_starts_makes_the_indexes_that_are_missing(
    server: Running, mongo: MongoClient[Any]
) -> None:
    """Nobody has written a task since, and their indexes are there; the metrics say so."""
    until(lambda: "sp.owner" in str(mongo[DATABASE]["Task"].index_information()))
    metric = "cordee_types_lacking_indexes 0.0"
    until(lambda: metric in httpx.get(f"{server.root}/metrics").text)
    until(lambda: "indexes built" in server.log())
