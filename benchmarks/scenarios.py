"""What is measured: each scenario is the same work asked of the server and of the floor."""

import itertools
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from benchmarks.load import Requests, cycle, request
from cordee.cli.territory.territory import territory
from cordee.resource.json import serialize

TODAY = date(2026, 9, 1)
Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of request.

    `subject` and `floor` prepare the requests for a base URL; `units` is how many floor answers
    one subject answer is worth (ten inserts for a transaction of ten).
    """

    name: str
    subject: Callable[[str], Callable[[int], Requests]]
    floor: Callable[[str], Callable[[int], Requests]]
    units: int = 1


def dataset(patients: int) -> list[Resource]:
    """Make the territory that is loaded first."""
    return list(territory(patients, seed=1, today=TODAY))


def loading(resources: list[Resource], base_url: str, size: int = 100) -> list[bytes]:
    """Prepare the batches that load a territory with its own ids, on any FHIR server."""
    batches = []
    for start in range(0, len(resources), size):
        entries = [
            {
                "resource": one,
                "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"},
            }
            for one in resources[start : start + size]
        ]
        bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
        batches.append(request("POST", base_url, "", serialize(bundle)))
    return batches


def scenarios(resources: list[Resource]) -> list[Scenario]:
    """Prepare all scenarios on a loaded territory."""
    patients = [one for one in resources if one["resourceType"] == "Patient"]
    identifiers = [
        f"{one['identifier'][0]['system']}|{one['identifier'][0]['value']}" for one in patients
    ]
    unclaimed = [{name: one[name] for name in one if name != "meta"} for one in resources]
    return [
        Scenario(
            "read",
            lambda url: cycle([request("GET", url, f"Patient/{one['id']}") for one in patients]),
            lambda url: cycle([request("GET", url, f"read/{one['id']}") for one in patients]),
        ),
        Scenario(
            "search_identifier",
            lambda url: cycle(
                [request("GET", url, f"Patient?identifier={quote(one)}") for one in identifiers]
            ),
            lambda url: cycle(
                [request("GET", url, f"identifier/{quote(one)}") for one in identifiers]
            ),
        ),
        _create("create", new_patients(resources)),
        _create("create_unclaimed", new_patients(unclaimed)),
        Scenario(
            "transaction_10",
            lambda url: _transactions(url, resources),
            lambda url: cycle(
                [request("POST", url, "insert", body) for body in new_patients(resources)]
            ),
            units=10,
        ),
    ]


def _create(name: str, bodies: list[bytes]) -> Scenario:
    """Prepare creates of Patients against inserts of the same bytes."""
    return Scenario(
        name,
        lambda url: cycle([request("POST", url, "Patient", body) for body in bodies]),
        lambda url: cycle([request("POST", url, "insert", body) for body in bodies]),
    )


def new_patients(resources: list[Resource]) -> list[bytes]:
    """Give the bodies of Patients to create."""
    patients = [one for one in resources if one["resourceType"] == "Patient"]
    return [serialize({k: v for k, v in one.items() if k != "id"}) for one in patients[:500]]


def _transactions(url: str, resources: list[Resource]) -> Callable[[int], Requests]:
    """Ten new resources each, the nine others pointing to the first, a Patient, by urn:uuid."""
    kinds = ["Patient", "Condition", "Goal", "Task", "Communication"]
    kinds += ["Communication", "Goal", "Condition", "DocumentReference", "Task"]
    pools = {
        kind: itertools.cycle([one for one in resources if one["resourceType"] == kind])
        for kind in set(kinds)
    }
    prepared = []
    for _ in range(200):
        patient = f"urn:uuid:{uuid.uuid4()}"
        entries = []
        for kind in kinds:
            body = _pointing_to(next(pools[kind]), patient)
            full_url = patient if kind == "Patient" else f"urn:uuid:{uuid.uuid4()}"
            entry = {"method": "POST", "url": kind}
            entries.append({"fullUrl": full_url, "resource": body, "request": entry})
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        prepared.append(request("POST", url, "", json.dumps(bundle).encode()))
    return cycle(prepared)


def _pointing_to(resource: Resource, patient: str) -> Resource:
    others = {"id", "inResponseTo"}
    if resource["resourceType"] == "Communication":
        # A message of a circle goes to its members; somebody who is new has no circle yet.
        others |= {"meta", "recipient"}
    copy = {key: value for key, value in resource.items() if key not in others}
    for element in ("subject", "for"):
        if element in copy:
            copy[element] = {"reference": patient}
    return copy
