"""Time the validator: microseconds of processor time per resource, warm.

    python -m benchmarks.validation [--peers] [--examples TGZ] [--package TGZ…] [FILE.json …]

Without files, samples of a Patient, a CareTeam and a CarePlan are checked against base definitions,
bindings and constraints. `--package` loads packages beside R4, for profiles that files claim.
`--peers` times other Python validators on the same resources, turn about; they check less: see
PEERS. `--examples` runs every resource of a package of examples once and prints how many a second.
"""

import argparse
import json as plain_json
import statistics
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.json_schema import JsonSchema
from cordee.definitions import package
from cordee.definitions.repository import Repository, core
from cordee.errors import FhirError
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.terminology import Terminology
from cordee.validation.validator import Validator

ROUNDS = 500

PEERS = {
    "jsonschema": "structure, primitives and required codes, by a JSON schema like HL7's",
    "jsonschema-rs": "the same schema, in Rust",
    "fhir.resources": "structure and primitives, of R4B; no value sets, no invariants",
    "pyrofile": "structure and what it knows of R4 itself; no definitions loaded",
}
"""Other validators, and what they check of what is checked here."""

PERIOD = {"start": "2026-01-01", "end": "2026-12-31"}
PATIENT: Resource = {
    "resourceType": "Patient",
    "text": {
        "status": "generated",
        "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>Marie Dupont</p></div>',
    },
    "identifier": [
        {
            "use": "official",
            "type": {
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "PI"}
                ]
            },
            "system": "urn:oid:1.2.3.4",
            "value": "123456",
            "period": PERIOD,
        }
    ],
    "active": True,
    "name": [{"use": "official", "family": "Dupont", "given": ["Marie", "Anne"]}],
    "telecom": [{"system": "phone", "value": "+33 1 23 45 67 89", "use": "home"}],
    "gender": "female",
    "birthDate": "1950-04-12",
    "address": [{"use": "home", "line": ["1 rue X"], "city": "Paris", "postalCode": "75001"}],
    "contact": [{"name": {"family": "Dupont"}, "telecom": [{"system": "phone", "value": "1"}]}],
    "generalPractitioner": [{"reference": "Practitioner/1"}],
}
CARE_TEAM: Resource = {
    "resourceType": "CareTeam",
    "identifier": [{"system": "urn:oid:1.2.3", "value": "c1"}],
    "status": "active",
    "name": "Cercle",
    "subject": {"reference": "Patient/1"},
    "period": PERIOD,
    "participant": [
        {
            "role": [{"text": "r"}],
            "member": {"reference": f"PractitionerRole/{n}"},
            "period": PERIOD,
        }
        for n in range(6)
    ],
}
CARE_PLAN: Resource = {
    "resourceType": "CarePlan",
    "status": "active",
    "intent": "plan",
    "title": "PPCS",
    "subject": {"reference": "Patient/1"},
    "period": PERIOD,
    "careTeam": [{"reference": "CareTeam/1"}],
    "addresses": [{"reference": "Condition/1"}],
    "goal": [{"reference": "Goal/1"}],
    "activity": [
        {"detail": {"kind": "Task", "status": "scheduled", "description": "Visite"}}
        for _ in range(8)
    ],
    "note": [{"text": "Note", "time": "2026-02-03T10:00:00+01:00"}],
}


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    packs = [package.read(path).pack() for path in arguments.package]
    repository = Repository([core(), *packs])
    validator = Validator(repository, Terminology(repository))
    files = [(path.name, json.parse(path.read_bytes())) for path in arguments.files]
    for name, resource in files or [
        (r["resourceType"], r) for r in (PATIENT, CARE_TEAM, CARE_PLAN)
    ]:
        cold, warm = measure(validator, resource)
        print(f"{name:40} {warm:8.0f} µs   first time {cold / 1000:8.1f} ms")
        if arguments.peers:
            _compare(validator, resource, repository)
    if arguments.examples:
        _examples(validator, arguments.examples)


def measure(validator: Validator, resource: Resource) -> tuple[float, float]:
    """Give the microseconds of the first validation and of the median one."""
    begun = time.process_time()
    validator.validate(resource)
    cold = time.process_time() - begun
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        validator.validate(resource)
        times.append(time.process_time() - begun)
    return cold * 1e6, statistics.median(times) * 1e6


def _compare(validator: Validator, resource: Resource, repository: Repository) -> None:
    """Time each validator in turn, so that a busy moment of the machine falls on all alike."""
    contenders: dict[str, Callable[[], object]] = {"cordee": lambda: validator.validate(resource)}
    contenders |= _peers(resource) | _schemas(resource, repository)
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, run in contenders.items():
            begun = time.process_time()
            run()
            times[name].append(time.process_time() - begun)
    for name, taken in times.items():
        note = PEERS.get(name, "all base rules, bindings and invariants; profiles claimed")
        print(f"    {name:16} {statistics.median(taken) * 1e6:8.0f} µs   {note}")


def _peers(resource: Resource) -> dict[str, Callable[[], object]]:
    # Only wanted here, and slow to import.
    from fhir.resources.R4B import get_fhir_model_class  # noqa: PLC0415
    from pyrofile_validator import Validator as Pyrofile  # noqa: PLC0415
    from pyrofile_validator.config import ValidatorConfig  # noqa: PLC0415

    model = get_fhir_model_class(resource["resourceType"])
    pyrofile = Pyrofile(ValidatorConfig())
    return {
        "fhir.resources": lambda: model.model_validate(resource),
        "pyrofile": lambda: pyrofile.validate_resource(resource),
    }


def _schemas(resource: Resource, repository: Repository) -> dict[str, Callable[[], object]]:
    # Only wanted here.
    import jsonschema  # type: ignore[import-untyped]  # noqa: PLC0415
    import jsonschema_rs  # noqa: PLC0415

    schema = JsonSchema(repository, Terminology(repository)).of(resource["resourceType"])
    python = jsonschema.Draft6Validator(schema)
    rust = jsonschema_rs.Draft6Validator(schema)
    # Both are given plain numbers, as they want them; parsing is not timed for anybody.
    plain = plain_json.loads(json.serialize(resource))
    if not rust.is_valid(plain):
        raise SystemExit(f"the schema refuses {resource['resourceType']}")
    return {
        "jsonschema": lambda: list(python.iter_errors(plain)),
        "jsonschema-rs": lambda: list(rust.iter_errors(plain)),
    }


def _examples(validator: Validator, archive: Path) -> None:
    resources = list(_read(archive))
    for resource in resources:
        validator.validate(resource)
    begun = time.process_time()
    for resource in resources:
        validator.validate(resource)
    elapsed = time.process_time() - begun
    held = sum(1 + len(resource.get("entry", ())) for resource in resources)
    print(f"{len(resources)} files with {held} resources: {held / elapsed:.0f} resources/s")


def _read(archive: Path) -> Iterator[Resource]:
    with tarfile.open(archive) as opened:
        for member in opened:
            content: Any = opened.extractfile(member) if member.name.endswith(".json") else None
            if content is not None and not member.name.endswith(("package.json", ".index.json")):
                try:
                    yield json.parse(content.read())
                except FhirError as error:
                    print(f"{member.name} is left out: {error}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--package", action="append", type=Path, default=[])
    parser.add_argument("--examples", type=Path)
    parser.add_argument("--peers", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
