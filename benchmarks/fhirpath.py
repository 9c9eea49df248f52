"""Time all R4 invariants, compiled by `cordee.fhirpath`, on sample resources.

    python -m benchmarks.fhirpath [FILE.json …] [--keep]

Prints, for each resource, the microseconds that one evaluation of all invariants takes: those of
the resource, of its backbone elements and of the data types of every element in it. Beside it, as
the floor, what reading the resource's JSON takes. Without files, samples of a Patient, a CareTeam
and a CarePlan are used.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.record import Record, keeping
from cordee import fhirpath
from cordee.definitions.repository import Repository
from cordee.fhirpath import Environment, Expression
from cordee.resource import json
from cordee.resource.types import Resource

CORE = "http://hl7.org/fhir/StructureDefinition/"

PERSON = {
    "use": "official",
    "family": "Moreau",
    "given": ["Camille", "Lucie"],
    "period": {"start": "1990-02-01", "end": "2030-01-01"},
}
CODE = {
    "coding": [{"system": "http://snomed.info/sct", "code": "395082007", "display": "Cancer care"}],
    "text": "Cancer care plan",
}
NARRATIVE = {
    "status": "generated",
    "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>Camille Moreau</p></div>',
}


def reference(number: int) -> Resource:
    """Make a reference to a practitioner."""
    return {"reference": f"Practitioner/{number}", "display": f"Dr {number}"}


SAMPLES: tuple[Resource, ...] = (
    {
        "resourceType": "Patient",
        "id": "p1",
        "meta": {"versionId": "1", "lastUpdated": "2026-01-01T08:00:00+01:00"},
        "text": NARRATIVE,
        "extension": [{"url": "urn:example:birth", "valueAddress": {"city": "Lyon"}}],
        "identifier": [
            {"use": "official", "type": CODE, "system": "urn:oid:1.2.250.1.213.1.4.8", "value": "1"}
        ],
        "active": True,
        "name": [PERSON, {**PERSON, "use": "usual"}],
        "telecom": [
            {"system": "phone", "value": "+33612345678", "use": "mobile"},
            {"system": "email", "value": "camille@example.org"},
        ],
        "gender": "female",
        "birthDate": "1990-02-01",
        "address": [{"use": "home", "line": ["1 rue de la Paix"], "city": "Lyon"}],
        "maritalStatus": CODE,
        "contact": [{"relationship": [CODE], "name": PERSON}],
        "generalPractitioner": [reference(1)],
    },
    {
        "resourceType": "CareTeam",
        "id": "c1",
        "text": NARRATIVE,
        "status": "active",
        "category": [CODE],
        "subject": {"reference": "Patient/p1"},
        "period": {"start": "2026-01-01"},
        "participant": [
            {"role": [CODE], "member": reference(number), "period": {"start": "2026-01-01"}}
            for number in range(5)
        ],
    },
    {
        "resourceType": "CarePlan",
        "id": "cp1",
        "text": NARRATIVE,
        "contained": [
            {"resourceType": "Condition", "id": "c", "code": CODE, "subject": reference(1)},
            {"resourceType": "Goal", "id": "g", "description": CODE, "subject": reference(1)},
        ],
        "status": "active",
        "intent": "plan",
        "category": [CODE],
        "subject": {"reference": "Patient/p1"},
        "addresses": [{"reference": "#c"}],
        "goal": [{"reference": "#g"}],
        "activity": [
            {
                "detail": {
                    "kind": "ServiceRequest",
                    "code": CODE,
                    "status": "in-progress",
                    "scheduledPeriod": {"start": "2026-01-01", "end": "2026-06-01"},
                    "performer": [reference(number), reference(number + 1)],
                }
            }
            for number in range(3)
        ],
    },
)

Check = tuple[Expression, Any]


class Invariants:
    """The invariants of every type, by type name."""

    def __init__(self, repository: Repository) -> None:
        """Nothing is compiled before it is needed."""
        self._repository = repository
        self._by_path: dict[str, tuple[Expression, ...]] = {}

    def of(self, type_name: str) -> tuple[Expression, ...]:
        """Give the compiled invariants of a type or backbone element."""
        if type_name not in self._by_path:
            structure = self._repository.structure(CORE + type_name.partition(".")[0])
            rows = structure["snapshot"]["element"] if structure else []
            texts = [
                constraint["expression"]
                for row in rows
                if row["path"] == type_name
                for constraint in row.get("constraint", ())
                if "expression" in constraint
            ]
            self._by_path[type_name] = tuple(
                fhirpath.compile(text, self._repository, type_name) for text in texts
            )
        return self._by_path[type_name]

    def checks(self, type_name: str, value: Any) -> Iterator[Check]:
        """Give every invariant that an element and its children must fulfil, with its focus."""
        for expression in self.of(type_name):
            yield expression, value
        definition = self._repository.type(type_name)
        if definition is None or not isinstance(value, dict):
            return
        for key, child in value.items():
            if key not in definition.properties:
                continue
            child_type = definition.properties[key][1]
            for item in child if isinstance(child, list) else [child]:
                name = item["resourceType"] if child_type == "Resource" else child_type
                yield from self.checks(name, item)


def timed(work: Callable[[], None], seconds: float = 1.0) -> float:
    """Give the microseconds that `work` takes, the best of several rounds."""
    best = float("inf")
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(20):
            work()
        best = min(best, (time.perf_counter() - start) / 20)
    return best * 1e6


def report(resource: Resource, invariants: Invariants) -> dict[str, float | str | None]:
    """Give the row of one resource."""
    checks = list(invariants.checks(resource["resourceType"], resource))
    without_ele_1 = [(e, f) for e, f in checks if "hasValue() or (children()" not in e.text]

    def run(rows: list[Check]) -> Callable[[], None]:
        environment = Environment(resource=resource, root=resource)

        def work() -> None:
            for expression, focus in rows:
                expression.holds(focus, environment)

        return work

    failed = [e.text for e, f in checks if not e.holds(f, Environment(resource=resource))]
    written = json.serialize(resource)
    floor, all_of_them = timed(lambda: _read(written)), timed(run(checks))
    row: dict[str, float | str | None] = {
        "invariants": len(checks),
        "µs": round(all_of_them, 1),
        "without ele-1": len(without_ele_1),
        "without ele-1 µs": round(timed(run(without_ele_1)), 1),
        "floor µs": round(floor, 1),
        "times the floor": round(all_of_them / floor, 1),
    }
    return row | ({"not fulfilled": "; ".join(failed)} if failed else {})


def _read(written: bytes) -> None:
    json.parse(written)


def main() -> None:
    """Report on the files given, or on the samples."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    keeping(parser)
    given = parser.parse_args()
    invariants = Invariants(Repository.load())
    files = [json.parse(path.read_bytes()) for path in given.files]
    record = Record("fhirpath", {"resources": len(files) or "samples"})
    for number, resource in enumerate(files or SAMPLES):
        name = given.files[number].name if files else str(resource["resourceType"])
        record.rows[name] = report(resource, invariants)
    record.tell(keep=given.keep)


if __name__ == "__main__":
    main()
