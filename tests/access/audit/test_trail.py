"""Everything that happens over HTTP is recorded, found again, and never changed."""

import asyncio
from typing import Any

import pytest
from pymongo import MongoClient

from access.audit.conftest import Open, Server, decoded
from cordee.access.audit import trail
from cordee.store.audit_journal import MongoJournal

Json = dict[str, Any]

PATIENT = {"resourceType": "Patient", "name": [{"family": "Martin"}]}


def observation(patient: str) -> Json:
    """Make an Observation of a patient."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "pouls"},
        "subject": {"reference": patient},
    }


def told(events: list[Json]) -> list[tuple[str, str]]:
    """Give subtype and outcome of each."""
    return [(event["subtype"][0]["code"], event["outcome"]) for event in events]


async def test_every_interaction_on_a_record_is_found_by_its_patient(server: Server) -> None:
    """Create, read, vread, update, patch, search, history, operation, delete: each is a trace."""
    patient = await server.create(PATIENT)
    made = await server.create(observation(patient))
    http = server.http
    await http.get(f"/{made}")
    await http.get(f"/{made}/_history/1")
    changed = observation(patient) | {"id": made.partition("/")[2], "status": "amended"}
    await http.put(f"/{made}", json=changed)
    patch = [{"op": "replace", "path": "/status", "value": "corrected"}]
    await http.patch(
        f"/{made}", json=patch, headers={"Content-Type": "application/json-patch+json"}
    )
    await http.get("/Observation?code:text=pouls")
    await http.get(f"/{made}/_history")
    await http.get(f"/{patient}/$everything")
    await http.delete(f"/{made}")
    await http.get(f"/{made}")
    found = await server.traces(f"patient={patient}")
    assert told(found) == [
        ("create", "0"),
        ("create", "0"),
        ("read", "0"),
        ("vread", "0"),
        ("update", "0"),
        ("patch", "0"),
        ("search", "0"),
        ("history", "0"),
        ("operation", "0"),
        ("delete", "0"),
    ]
    assert decoded(found[6]) == "Observation?code:text=pouls"
    references = [found[i]["entity"][1]["what"]["reference"] for i in (2, 4, 9)]
    assert references == [f"{made}/_history/1", f"{made}/_history/2", f"{made}/_history/4"]
    assert all(e["agent"][0]["name"] == "Dr Jeanne Petit" for e in found[:9])
    # What is deleted is nobody's any more: its reading is a trace without a patient.
    gone = await server.traces(f"entity={made}&outcome=4")
    assert told(gone) == [("read", "4")]


async def test_refused_callers_leave_a_trace(server: Server) -> None:
    """Who is not let in is recorded before the answer, with the patient they asked for."""
    for word, status in (("nobody", 401), ("forbidden", 403)):
        answer = await server.http.get("/Patient/p1", headers={"Authorization": word})
        assert answer.status_code == status
    found = await server.traces("patient=Patient/p1")
    assert [event["outcomeDesc"] for event in found] == ["401 Unauthorized", "403 Forbidden"]
    assert found[0]["agent"][0]["who"]["display"] == "nobody known"


async def test_entries_of_bundles_are_recorded_each(server: Server) -> None:
    """Batches and transactions leave a trace for every entry, failed ones included."""
    patient = await server.create(PATIENT)
    entry = {"resource": observation(patient), "request": {"method": "POST", "url": "Observation"}}
    read = {"request": {"method": "GET", "url": patient}}
    unknown = {"request": {"method": "GET", "url": "Observation/none"}}
    for type, entries in (("transaction", [entry, read]), ("batch", [entry, read, unknown])):
        bundle = {"resourceType": "Bundle", "type": type, "entry": entries}
        answer = await server.http.post("", json=bundle)
        assert answer.status_code == 200, answer.text
    assert sorted(told(await server.traces(f"patient={patient}"))) == [
        ("create", "0"),
        ("create", "0"),
        ("create", "0"),
        ("read", "0"),
        ("read", "0"),
    ]
    assert told(await server.traces("entity=Observation/none")) == [("read", "4")]


async def test_a_failed_transaction_leaves_one_trace(server: Server) -> None:
    """All entries or none: the Bundle as a whole is what failed."""
    bad = {
        "resource": {"resourceType": "Patient", "nam": 1},
        "request": {"method": "POST", "url": "Patient"},
    }
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [bad]}
    assert (await server.http.post("", json=bundle)).status_code == 422
    assert told(await server.traces("outcome=4")) == [("transaction", "4")]


async def test_searches_for_traces_are_bounded_in_time(server: Server) -> None:
    """Without `date` a search for AuditEvents is refused by the parameter's name (ITI-81)."""
    for url in ("/AuditEvent?patient=Patient/1", "/?_type=AuditEvent", "/Patient/1/AuditEvent"):
        answer = await server.http.get(url)
        assert answer.status_code == 400, url
        assert "date" in answer.json()["issue"][0]["diagnostics"]
    assert (await server.http.get("/AuditEvent?date=ge2026&agent=Practitioner/petit")).is_success
    everything = await server.http.get("/?_lastUpdated=ge2020")
    assert "AuditEvent" not in everything.text


async def test_a_record_is_shown_without_its_traces(server: Server) -> None:
    """`$everything` and compartments leave them out, unless their type is asked for."""
    patient = await server.create(PATIENT)
    await server.services.audit.publish()
    for url in (f"/{patient}/$everything", f"/{patient}/*"):
        assert "AuditEvent" not in (await server.http.get(url)).text
    asked = await server.http.get(f"/{patient}/$everything?_type=AuditEvent")
    assert "AuditEvent" in asked.text


async def test_nobody_changes_a_trace(server: Server) -> None:
    """PUT, PATCH and DELETE of an AuditEvent are refused, alone and in Bundles."""
    await server.create(PATIENT)
    (event,) = await server.traces()
    url = f"AuditEvent/{event['id']}"
    put = await server.http.put(f"/{url}", json=event | {"outcome": "8"})
    patch = await server.http.patch(
        f"/{url}",
        json=[{"op": "replace", "path": "/outcome", "value": "8"}],
        headers={"Content-Type": "application/json-patch+json"},
    )
    delete = await server.http.delete(f"/{url}")
    several = await server.http.delete(f"/AuditEvent?_id={event['id']}")
    assert [a.status_code for a in (put, patch, delete, several)] == [405] * 4
    assert "append-only" in put.json()["issue"][0]["diagnostics"]
    entry = {"request": {"method": "DELETE", "url": url}}
    for type in ("batch", "transaction"):
        bundle = {"resourceType": "Bundle", "type": type, "entry": [entry]}
        assert "405" in (await server.http.post("", json=bundle)).text or type == "transaction"
    meta = {
        "resourceType": "Parameters",
        "parameter": [{"name": "meta", "valueMeta": {"tag": [{"code": "x"}]}}],
    }
    assert (await server.http.post(f"/{url}/$meta-add", json=meta)).status_code == 405
    assert (await server.http.get(f"/{url}")).json() == event
    assert (await server.http.get(f"/{url}/_history/1")).json() == event


async def test_clients_may_submit_traces_which_are_marked_as_theirs(server: Server) -> None:
    """A TdE source's AuditEvent is stored with a tag, and its digest goes into the chain."""
    await server.create(PATIENT)
    (own,) = await server.traces()
    sent = {key: value for key, value in own.items() if key not in ("id", "meta")}
    made = await server.create(sent)
    stored = (await server.http.get(f"/{made}")).json()
    assert [tag["code"] for tag in stored["meta"]["tag"]] == ["submitted"]
    assert [event["id"] for event in await server.traces("_tag=submitted")] == [stored["id"]]
    (line,) = await server.traces(f"entity={made}&subtype=create")
    assert line["entity"][-2]["detail"][0]["type"] == "sha256"


class SlowJournal(MongoJournal):
    """The journal of a database that is away until it is let in again."""

    def __init__(self, inner: MongoJournal, way: asyncio.Event) -> None:
        self._inner, self._way = inner, way

    async def append(self, block: Any) -> None:
        """Wait, then store."""
        await self._way.wait()
        await self._inner.append(block)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


async def test_a_full_queue_makes_requests_wait_and_loses_nothing(
    open_server: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While nothing can be written, reads are answered until the queue is full, then they wait."""
    server = await open_server(audit_queue=100)
    patient = await server.create(PATIENT)
    way = asyncio.Event()
    audit: Any = server.services.audit
    monkeypatch.setattr(audit, "_journal", SlowJournal(audit._journal, way))
    reads = [asyncio.create_task(server.http.get(f"/{patient}")) for _ in range(300)]
    done, waiting = await asyncio.wait(reads, timeout=2)
    assert 100 <= len(done) < 300
    assert waiting
    way.set()
    await asyncio.wait(reads)
    assert {read.result().status_code for read in reads} == {200}
    assert len(await server.traces(f"patient={patient}&subtype=read&_count=1000")) == 300


async def test_a_change_that_cannot_be_recorded_is_not_acknowledged(
    open_server: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Writes wait for their line; when it takes too long the answer is 503."""
    server = await open_server()
    monkeypatch.setattr(trail, "PATIENCE", 0.2)
    way = asyncio.Event()
    audit: Any = server.services.audit
    monkeypatch.setattr(audit, "_journal", SlowJournal(audit._journal, way))
    answer = await server.http.post("/Patient", json=PATIENT)
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    way.set()
    monkeypatch.setattr(trail, "PATIENCE", 15.0)
    assert told(await server.traces("subtype=create")) == [("create", "0")]


async def test_lines_of_reads_are_written_when_the_server_stops(open_server: Open) -> None:
    """Nothing queued is lost in an orderly end; another process publishes what is left."""
    first = await open_server()
    patient = await first.create(PATIENT)
    for _ in range(20):
        await first.http.get(f"/{patient}")
    await open_server.closing()  # type: ignore[attr-defined]
    second = await open_server()
    assert len(await second.traces(f"patient={patient}&subtype=read")) == 20


async def test_searches_for_traces_are_served_by_an_index(
    server: Server, mongodb_uri: str, mongodb_database: str
) -> None:
    """Bound by person, caller or time alone: the database never reads all traces."""
    for name in ("a", "b", "c", "d"):
        assert (await server.http.put(f"/Patient/{name}", json=PATIENT | {"id": name})).is_success
        for _ in range(30):
            await server.http.get(f"/Patient/{name}")
    await server.services.audit.publish()
    questions = {
        "patient=Patient/b&date=ge2020": 40,
        "patient=Patient/b&date=ge2020&_sort=-date&_count=5": 10,
        "entity=Patient/b&date=ge2020&subtype=read": 40,
        "agent=Practitioner/nobody&date=ge2020": 1,
        "date=ge2030": 1,
    }
    with MongoClient[Any](mongodb_uri) as client:
        database = client[mongodb_database]
        for question, most in questions.items():
            database.command("profile", 2)
            assert (await server.http.get(f"/AuditEvent?{question}")).status_code == 200
            database.command("profile", 0)
            rows = database["system.profile"].find({"ns": {"$regex": "AuditEvent$"}, "op": "query"})
            plans = [(row["planSummary"], row["docsExamined"]) for row in rows]
            database["system.profile"].drop()
            assert plans, question
            assert all("COLLSCAN" not in plan for plan, _ in plans), (question, plans)
            assert sum(examined for _, examined in plans) <= most, (question, plans)
