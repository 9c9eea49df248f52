"""A small record for the tests of access, and short ways to ask about it."""

from typing import Any

from access.serving import Scene
from cordee.access.caller import Caller

INS = "urn:oid:1.2.250.1.213.1.4.8"
NUMBER = "277010115400329"
CONSENT = {
    "resourceType": "Consent",
    "status": "active",
    "scope": {"coding": [{"code": "patient-privacy"}]},
    "category": [{"coding": [{"code": "59284-0"}]}],
    "policyRule": {"text": "CSP L1110-4"},
}


def reference(name: str) -> dict[str, str]:
    return {"reference": name}


def professional(name: str, perimeter: Any = "health", **more: Any) -> Caller:
    roles = (f"PractitionerRole/{name}@",)
    return Caller(
        subject=f"{name}@", kind="professional", perimeter=perimeter, references=roles, **more
    )


NURSE, SOCIAL, OUTSIDER = professional("nurse"), professional("as", "social"), professional("out")
PATIENT = Caller(subject="p@", kind="patient", references=("Patient/p@",))


def team(*members: str, **more: Any) -> dict[str, Any]:
    rows = [{"member": reference(name)} for name in members]
    made = {"resourceType": "CareTeam", "id": "t@", "status": "active", "participant": rows}
    return made | {"subject": reference("Patient/p@")} | more


def observation(id: str = "o@", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "code": {"text": "poids"},
        "subject": reference("Patient/p@"),
    } | more


RECORD = [
    {
        "resourceType": "Patient",
        "id": "p@",
        "identifier": [{"system": INS, "value": NUMBER}, {"system": "urn:own", "value": "7"}],
        "name": [{"family": "Secret"}],
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml">INS {NUMBER}</div>',
        },
    },
    observation(),
    team("PractitionerRole/nurse@", "PractitionerRole/as@"),
]


async def status(server: Scene, caller: Caller, url: str) -> int:
    return (await server.send(caller, "GET", url)).status_code


async def total(server: Scene, caller: Caller, url: str) -> int:
    answer = await server.send(caller, "GET", url)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["total"])


ENDED = {"period": {"start": "2020-01-01", "end": "2020-12-31"}}
FUTURE = {"period": {"start": "2990-01-01"}}
