"""A server killed in the middle of a merge, and of its undoing, loses no reference."""

import threading
import time
from contextlib import suppress
from typing import Any

import httpx
import pytest

pytestmark = [pytest.mark.system, pytest.mark.chaos, pytest.mark.xdist_group("crash")]

FLAGS = 400
PARAMETERS = {
    "resourceType": "Parameters",
    "parameter": [
        {"name": f"{word}-patient", "valueReference": {"reference": f"Patient/{id}"}}
        for word, id in (("source", "a"), ("target", "b"))
    ],
}


def load(base: str) -> None:
    """Store two patients and their flags, every fifth the target's own."""
    entries: list[tuple[dict[str, Any], str]] = [
        ({"resourceType": "Patient", "id": id}, f"Patient/{id}") for id in "ab"
    ]
    entries += [
        (
            {
                "resourceType": "Flag",
                "id": f"f{n}",
                "status": "active",
                "code": {"text": "weight"},
                "subject": {"reference": f"Patient/{whose(n)}"},
            },
            f"Flag/f{n}",
        )
        for n in range(FLAGS)
    ]
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"resource": resource, "request": {"method": "PUT", "url": url}}
            for resource, url in entries
        ],
    }
    assert httpx.post(base, json=bundle, timeout=60).status_code == 200


def whose(n: int) -> str:
    """Tell whose a flag is."""
    return "b" if n % 5 == 0 else "a"


def count(base: str, patient: str) -> int:
    """Count a patient's flags."""
    query = f"{base}/Flag?subject=Patient/{patient}&_summary=count"
    return int(httpx.get(query, timeout=60).json()["total"])


def interrupted(server: Any, operation: str, moved_to: str, start: int) -> int:
    """Call, kill the server when some are moved, start it again; give how many were."""

    def ask() -> None:
        with suppress(httpx.HTTPError):
            httpx.post(f"{server.base_url}/Patient/${operation}", json=PARAMETERS, timeout=60)

    calling = threading.Thread(target=ask)
    calling.start()
    deadline = time.monotonic() + 30
    while count(server.base_url, moved_to) == start and time.monotonic() < deadline:
        time.sleep(0.01)
    server.kill()
    calling.join()
    server.start()
    return count(server.base_url, moved_to)


def test_a_merge_is_gone_on_with_after_a_kill(server: Any) -> None:
    """Killed half way, nothing is lost; the same call ends it, and the undoing likewise."""
    base = server.base_url
    load(base)
    own = FLAGS // 5
    moved = interrupted(server, "merge", "b", own)
    assert own < moved < FLAGS, "the kill came too early or too late"
    assert count(base, "a") == FLAGS - moved
    ended = httpx.post(f"{base}/Patient/$merge", json=PARAMETERS, timeout=60)
    assert ended.status_code == 200, ended.text
    assert (count(base, "a"), count(base, "b")) == (0, FLAGS)

    back = interrupted(server, "unmerge", "a", 0)
    assert 0 < back < FLAGS - own, "the kill came too early or too late"
    refused = httpx.post(f"{base}/Patient/$merge", json=PARAMETERS, timeout=60)
    assert refused.status_code == 409
    undone = httpx.post(f"{base}/Patient/$unmerge", json=PARAMETERS, timeout=60)
    assert undone.status_code == 200, undone.text
    page = httpx.get(f"{base}/Flag?subject=Patient/b&_count=1000", timeout=60).json()
    numbers = {int(entry["resource"]["id"][1:]) for entry in page["entry"]}
    assert numbers == {n for n in range(FLAGS) if whose(n) == "b"}
    assert count(base, "a") == FLAGS - own
    assert "link" not in httpx.get(f"{base}/Patient/a").json()
