"""A copy of a database, and what is made of it: every resource, every version, everything else."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from benchmarks.storm import Storm
from system.conftest import Running, free_port

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("backup")]

FROM, TO, AGAIN = "test_backup_from", "test_backup_to", "test_backup_again"
MOVING = {"meta", "locks"}
"""Collections in which running processes leave traces of their own."""


def cordee(*arguments: str, uri: str, database: str, data: Path) -> str:
    """Run a subcommand that must succeed; give what it said."""
    own = {"CORDEE_MONGODB_URI": uri, "CORDEE_MONGODB_DATABASE": database, "CORDEE_DATA": str(data)}
    done = subprocess.run(
        [sys.executable, "-m", "cordee", *arguments],
        env=os.environ | own,
        check=False,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def server(uri: str, database: str, folder: Path) -> Running:
    """Start a server on a database."""
    folder.mkdir()
    environment = {"CORDEE_MONGODB_URI": uri, "CORDEE_MONGODB_DATABASE": database}
    return Running(folder / "data", free_port(), environment).start()


def versions(base_url: str) -> dict[str, Any]:
    """Read every version of everything, page by page."""
    found: dict[str, Any] = {}
    url: str | None = f"{base_url}/_history?_count=200"
    with httpx.Client(timeout=60) as client:
        while url is not None:
            page = client.get(url).raise_for_status().json()
            for row in page.get("entry", []):
                told = json.loads(json.dumps(row).replace(base_url, ""))
                found[f"{told['fullUrl']} {told['response']['etag']}"] = told
            links = {link["relation"]: link["url"] for link in page["link"]}
            url = links.get("next")
    return found


def exported(folder: Path) -> Iterator[list[tuple[str, int]]]:
    """Give the lives that an export holds: id and number of each version, the newest first."""
    for path in folder.glob("*_history.ndjson"):
        for line in path.read_text("utf-8").splitlines():
            rows = json.loads(line)["entry"]
            # What was created without an id says it in the resource, a deletion in its URL.
            named = (row.get("resource", {}).get("id") for row in rows)
            id = next(filter(None, named), rows[0]["request"]["url"].partition("/")[2])
            yield [(id, int(row["response"]["etag"][3:-1])) for row in rows]


@pytest.fixture
def uri(mongodb_uri: str) -> Any:
    """A MongoDB without what an earlier run left."""
    with MongoClient[Any](mongodb_uri) as client:
        for name in (FROM, TO, AGAIN):
            client.drop_database(name)
        # Tests forget the past at once; a copy on a busy machine needs it a little longer.
        client.admin.command("setParameter", 1, minSnapshotHistoryWindowInSeconds=60)
        yield mongodb_uri
        client.admin.command("setParameter", 1, minSnapshotHistoryWindowInSeconds=5)
        for name in (FROM, TO, AGAIN):
            client.drop_database(name)


async def test_every_resource_and_version_comes_back(uri: str, tmp_path: Path) -> None:
    """A copy is whole, and a server on it tells the same; so is an export of all versions.

    Changed, deleted and revived resources are in it, and all collections are equal document by
    document. Writes go on afterwards where the histories end. An export that is made while others
    write holds no history with a hole.
    """
    first = server(uri, FROM, tmp_path / "first")
    storm = Storm(first.base_url, patience=10)
    on_from = partial(cordee, uri=uri, database=FROM, data=tmp_path)
    try:
        blowing = asyncio.create_task(storm.blow(3))
        await asyncio.to_thread(on_from, "export", "--history", "--out", str(tmp_path / "during"))
        await blowing
        expected = await asyncio.to_thread(versions, first.base_url)
    finally:
        assert first.stop() == 0
    await asyncio.to_thread(on_from, "export", "--history", "--out", str(tmp_path / "after"))
    await asyncio.to_thread(
        cordee, "import", str(tmp_path / "after"), uri=uri, database=AGAIN, data=tmp_path / "again"
    )
    with MongoClient[Any](uri) as client:
        for name in ("Basic", "Basic_history"):
            came = sorted(client[AGAIN][name].find(), key=itemgetter("_id"))
            assert came == sorted(client[FROM][name].find(), key=itemgetter("_id")), name
            assert len(came) > 5
        kept = {row["_id"]: row.get("b") for row in client[FROM]["Basic_history"].find()}
    for life in exported(tmp_path / "during"):
        assert [number for _, number in life] == list(range(len(life), 0, -1))
        assert all(f"{id}/{number}" in kept for id, number in life)
    copy = tmp_path / "copy"
    said = await asyncio.to_thread(
        cordee, "backup", "--out", str(copy), uri=uri, database=FROM, data=tmp_path
    )
    assert "documents" in said
    assert {path.stat().st_mode & 0o077 for path in copy.iterdir()} == {0}
    await asyncio.to_thread(cordee, "restore", str(copy), uri=uri, database=TO, data=tmp_path)
    with MongoClient[Any](uri) as client:
        names = set(client[FROM].list_collection_names())
        assert set(client[TO].list_collection_names()) == names
        for name in names - MOVING:
            assert list(client[TO][name].find()) == list(client[FROM][name].find()), name
            before, after = (client[one][name].index_information() for one in (FROM, TO))
            assert after == before, name
    second = server(uri, TO, tmp_path / "second")
    try:
        found = await asyncio.to_thread(versions, second.base_url)
        assert len(found) >= len(storm.acknowledged) > 5
        assert found.keys() == expected.keys()
        for key, told in expected.items():
            assert found[key] == told
        id, version = max(key for key, marker in storm.acknowledged.items() if marker)
        body = {"resourceType": "Basic", "id": id, "code": {"text": "after"}}
        async with httpx.AsyncClient(base_url=second.base_url, timeout=60) as http:
            answer = await http.put(f"/Basic/{id}", json=body)
        assert int(answer.json()["meta"]["versionId"]) > version
    finally:
        second.stop()


def test_a_full_database_and_a_wrong_folder_are_refused(
    uri: str, tmp_path: Path, mongodb_database: str
) -> None:
    """Nothing is ever restored over something; a folder without a copy is told as such."""
    empty = tmp_path / "empty"
    empty.mkdir()
    with MongoClient[Any](uri) as client:
        client[mongodb_database]["Patient"].insert_one({"_id": "one"})
    own = partial(cordee, uri=uri, database=mongodb_database, data=tmp_path)
    with pytest.raises(AssertionError, match="holds no copy"):
        own("restore", str(empty))
    own("backup", "--out", str(tmp_path / "copy"))
    with pytest.raises(AssertionError, match="not empty"):
        own("restore", str(tmp_path / "copy"))
    with pytest.raises(AssertionError, match="not empty"):
        own("backup", "--out", str(tmp_path / "copy"))
