"""`Patient/$merge` and `Patient/$unmerge`: https://hl7.org/fhir/R4/patient.html#links."""

import asyncio
from typing import Any

import httpx
import pytest

IPP = "https://hospital.example/ipp"
A, B = {"reference": "Patient/a"}, {"reference": "Patient/b"}

PEOPLE: list[dict[str, Any]] = [
    {
        "resourceType": "Patient",
        "id": "a",
        "active": True,
        "identifier": [{"system": IPP, "value": "1"}],
        "name": [{"family": "Lefevre"}],
    },
    {
        "resourceType": "Patient",
        "id": "b",
        "identifier": [{"system": IPP, "value": "2"}],
        "name": [{"family": "Lefèvre"}],
    },
]
RECORD: list[dict[str, Any]] = [
    *(
        {
            "resourceType": "Observation",
            "id": f"o{n}",
            "status": "final",
            "code": {"text": "weight"},
            "subject": A if n % 3 else B,
        }
        for n in range(12)
    ),
    {"resourceType": "RelatedPerson", "id": "daughter", "patient": A},
    {
        "resourceType": "Communication",
        "id": "both",
        "status": "completed",
        "subject": A,
        "sender": B,
        "recipient": [B, A],
    },
    {
        "resourceType": "Group",
        "id": "g",
        "type": "person",
        "actual": True,
        "member": [{"entity": A}, {"entity": B}],
    },
    {
        "resourceType": "Appointment",
        "id": "visit",
        "status": "proposed",
        "participant": [{"actor": A, "status": "accepted"}],
    },
]


@pytest.fixture
async def two(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of a server with two records of one person."""
    for resource in (*PEOPLE, *RECORD):
        answer = await client.put(f"/{resource['resourceType']}/{resource['id']}", json=resource)
        assert answer.status_code == 201, answer.text
    return client


def asking(source: str = "a", target: str = "b", **other: Any) -> dict[str, Any]:
    """Make the Parameters of a call."""
    rows = [
        {"name": "source-patient", "valueReference": {"reference": f"Patient/{source}"}},
        {"name": "target-patient", "valueReference": {"reference": f"Patient/{target}"}},
    ]
    return {"resourceType": "Parameters", "parameter": rows + other.pop("rows", [])}


async def call(client: httpx.AsyncClient, operation: str, body: dict[str, Any]) -> dict[str, Any]:
    """Call, and give the resources of the answer by name."""
    answer = await client.post(f"/Patient/${operation}", json=body)
    assert answer.status_code == 200, answer.text
    return {row["name"]: row["resource"] for row in answer.json()["parameter"]}


async def state(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    """Give every resource of the record as it is, without what a server writes."""
    found = {}
    for resource in (*PEOPLE, *RECORD):
        name = f"{resource['resourceType']}/{resource['id']}"
        read = (await client.get(f"/{name}")).json()
        found[name] = {key: value for key, value in read.items() if key != "meta"}
    return found


async def test_two_records_become_one(two: httpx.AsyncClient) -> None:
    """Links, identifiers and every reference; the account says what was done."""
    answer = await call(two, "merge", asking())
    records = await state(two)
    ended, going_on = records["Patient/a"], records["Patient/b"]
    assert (ended["active"], ended["link"]) == (False, [{"other": B, "type": "replaced-by"}])
    assert going_on["link"] == [{"other": A, "type": "replaces"}]
    assert [(row.get("use"), row["value"]) for row in going_on["identifier"]] == [
        (None, "2"),
        ("old", "1"),
    ]
    texts = str([value for name, value in records.items() if not name.startswith("Patient/")])
    assert "Patient/a" not in texts
    assert answer["task"]["status"] == "completed"
    task = answer["task"]["id"]
    told = (await two.get(f"/Provenance?entity=Task/{task}")).json()["entry"]
    changed = {row["reference"] for entry in told for row in entry["resource"]["target"]}
    assert len(changed) == 14
    assert "RelatedPerson/daughter/_history/2" in changed
    for name in (f"Task/{task}", f"Provenance/{told[0]['resource']['id']}"):
        verdict = (await two.get(f"/{name}/$validate")).json()["issue"]
        assert {issue["severity"] for issue in verdict} <= {"information", "warning"}, verdict
    everything = (await two.get("/Patient/b/$everything?_count=100")).json()["entry"]
    types = [entry["resource"]["resourceType"] for entry in everything]
    assert types.count("Observation") == 12


async def test_undoing_restores_every_reference(two: httpx.AsyncClient) -> None:
    """After the undoing everything is as it was, and a second merge works again."""
    before = await state(two)
    await call(two, "merge", asking())
    answer = await call(two, "unmerge", asking())
    assert await state(two) == before
    assert answer["task"]["status"] == "cancelled"
    await call(two, "merge", asking())
    await call(two, "unmerge", asking())
    assert await state(two) == before


async def test_work_done_since_survives_the_undoing(two: httpx.AsyncClient) -> None:
    """Changes after the merge stay, and what was written since belongs to the merged record."""
    await call(two, "merge", asking())
    edited = (await two.get("/Communication/both")).json()
    edited["recipient"].reverse()
    edited["note"] = [{"text": "since"}]
    await two.put("/Communication/both", json=edited)
    fresh = RECORD[0] | {"id": "fresh", "subject": B}
    await two.put("/Observation/fresh", json=fresh)
    await two.delete("/Observation/o1")
    await call(two, "unmerge", asking())
    both = (await two.get("/Communication/both")).json()
    assert both["note"] == [{"text": "since"}]
    assert both["subject"] == A
    assert sorted(row["reference"] for row in both["recipient"]) == ["Patient/a", "Patient/b"]
    assert (await two.get("/Observation/fresh")).json()["subject"] == B
    assert (await two.get("/Observation/o1")).status_code == 410


async def test_the_same_call_goes_on(two: httpx.AsyncClient) -> None:
    """Called again, a merge takes along what came to the ended record since; at once, too."""
    first = await asyncio.gather(*(call(two, "merge", asking()) for _ in range(3)))
    assert len({answer["task"]["id"] for answer in first}) == 1
    await two.put("/Observation/late", json=RECORD[1] | {"id": "late"})
    await call(two, "merge", asking())
    assert (await two.get("/Observation/late")).json()["subject"] == B
    await call(two, "unmerge", asking())
    assert (await two.get("/Observation/late")).json()["subject"] == A


async def test_a_preview_changes_nothing(two: httpx.AsyncClient) -> None:
    """A preview gives the result and stores nothing."""
    before = await state(two)
    rows = [{"name": "preview", "valueBoolean": True}]
    answer = await call(two, "merge", asking(rows=rows))
    assert answer["result"]["link"][0]["type"] == "replaces"
    assert "task" not in answer
    assert await state(two) == before


async def test_the_result_may_be_given(two: httpx.AsyncClient) -> None:
    """The record that goes on is as wanted, with its link; undoing keeps what was chosen."""
    wanted = PEOPLE[1] | {"name": [{"family": "LEFEVRE", "given": ["Jeanne"]}]}
    rows = [{"name": "result-patient", "resource": wanted}]
    answer = await call(two, "merge", asking(rows=rows))
    assert answer["result"]["name"][0]["given"] == ["Jeanne"]
    assert answer["result"]["link"] == [{"other": A, "type": "replaces"}]


async def test_patients_are_named_by_identifier_too(two: httpx.AsyncClient) -> None:
    """An identifier that exactly one patient has is enough."""
    rows = [
        {
            "name": f"{word}-patient-identifier",
            "valueIdentifier": {"system": IPP, "value": value},
        }
        for word, value in (("source", "1"), ("target", "2"))
    ]
    answer = await call(two, "merge", {"resourceType": "Parameters", "parameter": rows})
    assert answer["result"]["id"] == "b"


async def test_chains_are_undone_from_their_end(two: httpx.AsyncClient) -> None:
    """A record merged further keeps its earlier merge until the later one is undone."""
    before = await state(two)
    await two.put("/Patient/c", json={"resourceType": "Patient", "id": "c"})
    await call(two, "merge", asking())
    await call(two, "merge", asking("b", "c"))
    for operation, body in (
        ("merge", asking()),
        ("merge", asking("a", "c")),
        ("merge", asking("c", "a")),
        ("unmerge", asking()),
    ):
        refused = await two.post(f"/Patient/${operation}", json=body)
        assert refused.status_code == 409, refused.text
    await call(two, "unmerge", asking("b", "c"))
    await call(two, "unmerge", asking())
    assert await state(two) == before


@pytest.mark.parametrize(
    ("operation", "body", "status"),
    [
        ("merge", asking("a", "a"), 400),
        ("merge", asking("a", "nobody"), 404),
        ("merge", {"resourceType": "Parameters"}, 400),
        ("unmerge", asking(), 404),
        (
            "merge",
            asking(rows=[{"name": "result-patient", "resource": PEOPLE[0]}]),
            422,
        ),
    ],
)
async def test_what_cannot_be_done_is_refused(
    two: httpx.AsyncClient, operation: str, body: dict[str, Any], status: int
) -> None:
    """Nothing changes, and the answer says why."""
    before = await state(two)
    answer = await two.post(f"/Patient/${operation}", json=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["issue"][0]["diagnostics"]
    assert await state(two) == before
