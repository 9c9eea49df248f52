"""Time the calls of coordination on a heavy record: `$dossier`, `$apply`.

    python -m benchmarks.dossier [--patients N] [--data FOLDER] [--base-url URL] [--keep]

One person has 500 notes, 500 messages and 200 tasks, among a territory of N others (100 unless
told). Of more than `IMPORTED` patients the rest are copies made inside the database. `--data` is
where it lies meanwhile. `--base-url` measures a server that runs already and holds what it holds.
The floor, in turn with `$dossier`, gives twenty of the person's messages as they are stored.
"""

import argparse
import base64
import os
import shutil
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

from benchmarks.copies import multiply
from benchmarks.record import Figures, Record, keeping
from benchmarks.servers import cordee, floor
from cordee.cli.generate import write as generate
from cordee.store.embedded import EmbeddedMongo

NOTES, TASKS, CALLS = 500, 200, 200
IMPORTED = 1_000
PERSON = {"reference": "Patient/heavy"}
NOTE = {
    "coding": [
        {
            "system": "https://mos.esante.gouv.fr/NOS/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote",
            "code": "OBS",
        }
    ]
}
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
        note = {"resourceType": "DocumentReference", "id": f"heavy-{number}", "status": "current"}
        said = base64.b64encode(b"Note. " * 20).decode()
        content = [{"attachment": {"contentType": "text/plain", "data": said}}]
        made.append(note | {"type": NOTE, "subject": PERSON, "date": sent, "content": content})
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


def row(seconds: list[float], below: list[float]) -> dict[str, float | str | None]:
    """Give the figures of a kind of call, beside the floor's times."""
    ordered = sorted(seconds)
    made: dict[str, float | str | None] = {
        "calls": len(ordered),
        "median ms": round(statistics.median(ordered) * 1000, 2),
        "p95 ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 2),
    }
    if below:
        under = statistics.median(below)
        made |= {
            "floor ms": round(under * 1000, 2),
            "times the floor": round(statistics.median(ordered) / under, 1),
        }
    return made


def _called(client: httpx.Client, path: str) -> float:
    begun = time.perf_counter()
    client.get(path).raise_for_status()
    return time.perf_counter() - begun


def measure(base_url: str, below: str | None, figures: Figures) -> None:
    """Time the calls, one after another; `below` is the base URL of a floor."""
    with httpx.Client(base_url=base_url, timeout=60) as client, httpx.Client() as floor:
        stored(client, record())
        times: list[float] = []
        under: list[float] = []
        for _ in range(CALLS):
            times.append(_called(client, "/Patient/heavy/$dossier"))
            if below is not None:
                under.append(_called(floor, f"{below}/record/Communication/heavy"))
        figures["$dossier"] = row(times[10:], under[10:])
        people = [{"resourceType": "Patient", "id": f"walker-{n}"} for n in range(60)]
        stored(client, people)
        times = []
        for person in people:
            rows = [{"name": "subject", "valueString": f"Patient/{person['id']}"}]
            body = {"resourceType": "Parameters", "parameter": rows}
            begun = time.perf_counter()
            client.post("/PlanDefinition/vigilans/$apply", json=body).raise_for_status()
            times.append(time.perf_counter() - begun)
        figures["$apply of VigilanS"] = row(times[5:], [])


def territory(patients: int, uri: str, folder: Path) -> dict[str, float | str | None]:
    """Store a territory straight in the database; give how fast that went."""
    source = folder / "territory"
    counts = generate(min(patients, IMPORTED), 2, source, date(2026, 9, 1))
    command = [sys.executable, "-m", "cordee", "import", str(source)]
    environment = os.environ | {"CORDEE_MONGODB_URI": uri, "CORDEE_DATA": str(folder / "import")}
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    took, total = time.perf_counter() - begun, sum(counts.values())
    shutil.rmtree(source)
    found: dict[str, float | str | None] = {
        "resources": total,
        "resources a second": round(total / took),
    }
    if patients > IMPORTED:
        found["copies"] = multiply(uri, "cordee", patients // IMPORTED)
    return found


def main() -> None:
    """Start what is needed, measure, stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, default=100)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--base-url")
    keeping(parser)
    given = parser.parse_args()
    made = Record("dossier", {"patients": given.base_url or given.patients})
    if given.base_url:
        measure(given.base_url, None, made.rows)
        made.tell(keep=given.keep)
        return
    with tempfile.TemporaryDirectory(dir=given.data) as name, ExitStack() as stack:
        folder = Path(name)
        embedded = EmbeddedMongo(folder / "data", cache_gb=1.0)
        uri = embedded.start()
        stack.callback(embedded.stop)
        made.rows["import"] = territory(given.patients, uri, folder)
        subject = stack.enter_context(cordee(uri, folder / "data", 1))
        below = stack.enter_context(floor(uri, folder))
        measure(subject.base_url, below.base_url, made.rows)
    made.tell(keep=given.keep)


if __name__ == "__main__":
    main()
