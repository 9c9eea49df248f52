"""Time the calls of coordination on a heavy record: `$dossier`, `$apply`.

    python -m benchmarks.dossier [--patients N] [--base-url URL]

One person has 500 messages and 200 tasks, among a territory of N others (100 unless told).
`--base-url` measures a server that runs already and holds what it holds.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from benchmarks.servers import cordee
from cordee.cli.generate import write as generate
from cordee.store.embedded import EmbeddedMongo

NOTES, TASKS, CALLS = 500, 200, 200
PERSON = {"reference": "Patient/heavy"}
Resource = dict[str, Any]


def record() -> list[Resource]:
    """Make the heavy record."""
    now = datetime.now(UTC)
    made: list[Resource] = [
        {"resourceType": "Patient", "id": "heavy", "name": [{"family": "Heavy"}]},
        {
            "resourceType": "CareTeam",
            "id": "heavy",
            "status": "active",
            "subject": PERSON,
            "participant": [{"member": {"reference": f"PractitionerRole/h{n}"}} for n in range(12)],
        },
    ]
    made += [{"resourceType": "PractitionerRole", "id": f"h{n}"} for n in range(12)]
    for number in range(NOTES):
        sent = (now - timedelta(hours=number)).isoformat(timespec="seconds")
        body: Resource = {"subject": PERSON, "payload": [{"contentString": "Note. " * 20}]}
        message = {"resourceType": "Communication", "id": f"heavy-{number}", "status": "completed"}
        made.append(message | body | {"sent": sent})
    for number in range(TASKS):
        due = (now + timedelta(days=number)).isoformat(timespec="seconds")
        task: Resource = {"resourceType": "Task", "id": f"heavy-{number}", "status": "requested"}
        task |= {"intent": "plan", "for": PERSON, "authoredOn": now.isoformat(timespec="seconds")}
        made.append(task | {"restriction": {"period": {"end": due}}})
    return made


def stored(client: httpx.Client, resources: list[Resource]) -> None:
    """Store resources, a hundred a transaction."""
    for start in range(0, len(resources), 100):
        entries = [
            {
                "resource": one,
                "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"},
            }
            for one in resources[start : start + 100]
        ]
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        client.post("", json=bundle).raise_for_status()


def told(name: str, seconds: list[float]) -> None:
    """Print a line of figures."""
    ordered = sorted(seconds)
    high = ordered[int(len(ordered) * 0.95)] * 1000
    median = statistics.median(ordered) * 1000
    print(f"{name:24} n={len(ordered):4}  median {median:7.1f} ms  p95 {high:7.1f} ms")


def measure(base_url: str) -> None:
    """Time the calls, one after another."""
    with httpx.Client(base_url=base_url, timeout=60) as client:
        stored(client, record())
        times = []
        for _ in range(CALLS):
            begun = time.perf_counter()
            client.get("/Patient/heavy/$dossier").raise_for_status()
            times.append(time.perf_counter() - begun)
        told("$dossier", times[10:])
        people = [{"resourceType": "Patient", "id": f"walker-{n}"} for n in range(60)]
        stored(client, people)
        times = []
        for person in people:
            rows = [{"name": "subject", "valueString": f"Patient/{person['id']}"}]
            body = {"resourceType": "Parameters", "parameter": rows}
            begun = time.perf_counter()
            client.post("/PlanDefinition/vigilans/$apply", json=body).raise_for_status()
            times.append(time.perf_counter() - begun)
        told("$apply of VigilanS", times[5:])


def main() -> None:
    """Start what is needed, measure, stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, default=100)
    parser.add_argument("--base-url")
    given = parser.parse_args()
    if given.base_url:
        measure(given.base_url)
        return
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        embedded = EmbeddedMongo(Path(folder) / "data", cache_gb=1.0)
        uri = embedded.start()
        stack.callback(embedded.stop)
        subject = stack.enter_context(cordee(uri, Path(folder) / "data", 1))
        territory = Path(folder) / "territory"
        generate(given.patients, 2, territory, date(2026, 9, 1))
        command = [sys.executable, "-m", "cordee", "import", "--base-url", subject.base_url]
        subprocess.run([*command, str(territory)], check=True, stdout=subprocess.DEVNULL)
        measure(subject.base_url)


if __name__ == "__main__":
    main()
