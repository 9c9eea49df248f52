"""`$export`: https://hl7.org/fhir/uv/bulkdata/STU2/export.html."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from cordee.operations import bulk_export
from cordee.operations.export_job import Folders, Job

OpenClient = Callable[..., Awaitable[httpx.AsyncClient]]

ASYNC = {"Prefer": "respond-async"}


async def kick_off(client: httpx.AsyncClient, path: str) -> str:
    """Begin an export and give its status address."""
    answer = await client.get(path, headers=ASYNC)
    assert answer.status_code == 202, answer.text
    return answer.headers["Content-Location"]


async def manifest(client: httpx.AsyncClient, status: str) -> dict[str, Any]:
    """Wait for an export and give its manifest."""
    while (answer := await client.get(status)).status_code == 202:
        assert answer.headers["Retry-After"]
        assert "resources" in answer.headers["X-Progress"]
        await asyncio.sleep(0.02)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    found: dict[str, Any] = answer.json()
    return found


async def exported(client: httpx.AsyncClient, path: str) -> dict[str, list[dict[str, Any]]]:
    """Export and give the resources of each file, by type."""
    files: dict[str, list[dict[str, Any]]] = {}
    for output in (await manifest(client, await kick_off(client, path)))["output"]:
        answer = await client.get(output["url"])
        assert answer.headers["Content-Type"].startswith("application/fhir+ndjson")
        lines = [json.loads(line) for line in answer.text.splitlines()]
        assert len(lines) == output["count"]
        assert {line["resourceType"] for line in lines} == {output["type"]}
        files[output["type"]] = lines
    return files


def ids(files: dict[str, list[dict[str, Any]]]) -> dict[str, set[str]]:
    """Give the ids by type."""
    return {type: {line["id"] for line in lines} for type, lines in files.items()}


async def test_the_whole_server_is_exported(record: httpx.AsyncClient) -> None:
    """A system export holds every resource, as stored."""
    files = await exported(record, "/$export")
    assert ids(files) == {
        "Group": {"g"},
        "Observation": {"o1", "o2", "other"},
        "Patient": {"p1", "p2"},
        "Practitioner": {"gp"},
    }
    (practitioner,) = files["Practitioner"]
    assert practitioner == (await record.get("/Practitioner/gp")).json()


async def test_patients_and_groups_are_exported(record: httpx.AsyncClient) -> None:
    """Patient exports hold compartments alone; Group exports those of its active members."""
    assert ids(await exported(record, "/Patient/$export")) == {
        "Group": {"g"},
        "Observation": {"o1", "o2", "other"},
        "Patient": {"p1", "p2"},
    }
    assert ids(await exported(record, "/Group/g/$export")) == {
        "Group": {"g"},
        "Observation": {"o1", "o2"},
        "Patient": {"p1"},
    }
    assert ids(await exported(record, "/Patient/$export?patient=Patient/p2")) == {
        "Group": {"g"},
        "Observation": {"other"},
        "Patient": {"p2"},
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("_type=Patient,Practitioner", {"Patient": {"p1", "p2"}, "Practitioner": {"gp"}}),
        (
            "_type=Observation&_typeFilter=Observation%3Fstatus%3Damended",
            {"Observation": {"other"}},
        ),
        ("_since=2100-01-01T00:00:00Z", {}),
        ("_type=Patient&_since=2000-01-01T00:00:00Z", {"Patient": {"p1", "p2"}}),
        ("_type=Group&_outputFormat=application/fhir%2Bndjson", {"Group": {"g"}}),
    ],
)
async def test_parameters_narrow_it(
    record: httpx.AsyncClient, query: str, expected: dict[str, set[str]]
) -> None:
    """`_type`, `_typeFilter` and `_since` leave out what was not asked for."""
    assert ids(await exported(record, f"/$export?{query}")) == expected


async def test_elements_are_cut(record: httpx.AsyncClient) -> None:
    """`_elements` keeps what is named and what must be there, and says so by a tag."""
    files = await exported(record, "/$export?_type=Observation&_elements=id,Observation.code")
    for line in files["Observation"]:
        assert {"code", "status"} <= line.keys()
        assert not {"effectiveDateTime", "subject"} & line.keys()
        assert line["meta"]["tag"][0]["code"] == "SUBSETTED"


async def test_the_manifest_says_what_the_guide_asks(record: httpx.AsyncClient) -> None:
    """Time, request and access are told; the answer says when the files go."""
    answer = await record.get(status := await kick_off(record, "/$export?_type=Group"))
    found = await manifest(record, status)
    assert found["request"].startswith("http://test/fhir/$export")
    assert found["requiresAccessToken"] is False
    assert found["error"] == []
    assert found["transactionTime"].startswith("20")
    answer = await record.get(status)
    assert answer.headers["Expires"].endswith("GMT")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/$export", {}, 400),
        ("/$export?_type=Nonsense", ASYNC, 400),
        ("/$export?_typeFilter=status%3Dfinal", ASYNC, 400),
        ("/$export?_typeFilter=Observation%3Fnonsense%3D1", ASYNC, 400),
        ("/$export?_outputFormat=text/csv", ASYNC, 400),
        ("/$export?_since=now", ASYNC, 400),
        ("/$export?patient=Patient/p1", ASYNC, 400),
        ("/$export?nonsense=1", {"Prefer": "respond-async, handling=strict"}, 400),
        ("/Group/nobody/$export", ASYNC, 404),
        ("/Group/g/$export?patient=Patient/p2", ASYNC, 400),
        ("/Observation/$export", ASYNC, 404),
        ("/$export/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", {}, 404),
        ("/$export/short", {}, 404),
    ],
)
async def test_wrong_orders_are_refused_at_once(
    record: httpx.AsyncClient, path: str, headers: dict[str, str], status: int
) -> None:
    """What cannot be exported is told before anything begins."""
    answer = await record.get(path, headers=headers)
    assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")


async def test_a_cancelled_export_is_gone(record: httpx.AsyncClient) -> None:
    """After DELETE neither the status nor a file is there."""
    status = await kick_off(record, "/$export")
    (output, *_) = (await manifest(record, status))["output"]
    assert (await record.delete(status)).status_code == 202
    assert (await record.get(status)).status_code == 404
    assert (await record.get(output["url"])).status_code == 404


async def test_only_the_listed_files_are_served(record: httpx.AsyncClient) -> None:
    """No other name in the folder can be read, whatever it looks like."""
    status = await kick_off(record, "/$export?_type=Group")
    await manifest(record, status)
    for name in ("job.json", "lock", "Patient.ndjson", "..%2Fjob.json", "%2Fetc%2Fpasswd"):
        assert (await record.get(f"{status}/{name}")).status_code == 404
    assert (await record.post(f"{status}/Group.ndjson")).status_code == 405
    assert (await record.head(f"{status}/Group.ndjson")).status_code == 200


async def test_an_interrupted_export_goes_on(
    record: httpx.AsyncClient, open_client: OpenClient, tmp_path: Path
) -> None:
    """A job that was cut off in the middle of a file ends with each resource once."""
    status = await kick_off(record, "/$export")
    await manifest(record, status)
    (folder,) = Folders(tmp_path).all()
    # Put the job back to where a crash after the first page of the first file leaves it.
    job = msgspec.json.decode((folder.path / "job.json").read_bytes(), type=Job)
    steps = list(job.order.types)
    job.state, job.step = "running", steps.index("Observation")
    job.outputs = {name: job.outputs[name] for name in ("Group",)}
    folder.save(job)
    with (folder.path / "Group.ndjson").open("ab") as file:
        file.write(b'{"half a li')
    await bulk_export.stop()
    restarted = await open_client()
    found = await manifest(restarted, status)
    counts = {output["type"]: output["count"] for output in found["output"]}
    assert counts == {"Group": 1, "Observation": 3, "Patient": 2, "Practitioner": 1}
    for output in found["output"]:
        lines = (await restarted.get(output["url"])).text.splitlines()
        assert len({json.loads(line)["id"] for line in lines}) == len(lines) == output["count"]
