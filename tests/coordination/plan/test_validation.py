"""A plan comes into force signed by a member of the circle."""

import base64
import json as plain_json
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from conftest import OpenClient
from coordination.conftest import Record
from cordee.resource import json

PERSON = {"reference": "Patient/p"}
NURSE, STRANGER = {"reference": "PractitionerRole/nurse"}, {"reference": "PractitionerRole/other"}
PLAN_PROFILE = "https://cordee.example/fhir/StructureDefinition/coordination-care-plan"
CIRCLE_PROFILE = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam"
STATIC = "http://hl7.org/fhir/canonicalization/json#static"
FORMAT = f'application/fhir+json; canonicalization="{STATIC}"'

PEOPLE: list[dict[str, Any]] = [
    {
        "resourceType": "Practitioner",
        "id": "n",
        "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": "10000000001"}],
    },
    {
        "resourceType": "PractitionerRole",
        "id": "nurse",
        "practitioner": {"reference": "Practitioner/n"},
    },
    {"resourceType": "PractitionerRole", "id": "other"},
    {
        "resourceType": "CareTeam",
        "id": "circle",
        "status": "active",
        "subject": PERSON,
        "participant": [{"member": NURSE, "period": {"start": "2026-01-01"}}],
    },
]


def plan(status: str = "draft", **more: Any) -> dict[str, Any]:
    """A personalised plan."""
    made: dict[str, Any] = {
        "resourceType": "CarePlan",
        "id": "plan",
        "meta": {"profile": [PLAN_PROFILE]},
        "status": status,
        "intent": "plan",
        "category": [{"coding": [{"system": "http://loinc.org", "code": "18776-5"}]}],
        "title": "Plan",
        "subject": PERSON,
        "period": {"start": "2026-09-01"},
        "created": "2026-09-01",
        "author": NURSE,
        "careTeam": [{"reference": "CareTeam/circle"}],
        "goal": [{"reference": "Goal/g"}],
        "activity": [{"reference": {"reference": "Task/t"}}],
    }
    return made | more


def signature(who: dict[str, Any] = NURSE, **more: Any) -> dict[str, Any]:
    """A validation signature."""
    kind = {"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.5"}
    return {"type": [kind], "when": "2026-09-02T10:00:00Z", "who": who} | more


def provenance(version: int, *signatures: dict[str, Any]) -> dict[str, Any]:
    """What signs a version of the plan."""
    made: dict[str, Any] = {
        "resourceType": "Provenance",
        "target": [{"reference": f"CarePlan/plan/_history/{version}"}],
        "recorded": "2026-09-02T10:00:00Z",
        "agent": [{"who": NURSE}],
    }
    return made | ({"signature": list(signatures)} if signatures else {})


def entry(resource: dict[str, Any], **more: str) -> dict[str, Any]:
    """An entry of a transaction."""
    method, url = ("PUT", f"CarePlan/{resource['id']}") if "id" in resource else ("POST", "")
    url = url or resource["resourceType"]
    return {"resource": resource, "request": {"method": method, "url": url} | more}


async def transaction(http: httpx.AsyncClient, *entries: dict[str, Any]) -> httpx.Response:
    """Send a transaction."""
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    return await http.post("/", json=bundle)


async def update(record: Record, resource: dict[str, Any], version: int) -> httpx.Response:
    """Replace a version of the plan."""
    headers = {"If-Match": f'W/"{version}"'}
    return await record.http.put("/CarePlan/plan", json=resource, headers=headers)


@pytest.fixture
async def drafted(record: Record) -> Record:
    """A record with a circle and the draft of a plan."""
    for each in (*PEOPLE, plan()):
        await record.stored(each)
    return record


@pytest.fixture
async def active(drafted: Record) -> Record:
    """A plan in force: signed at version 1, active at version 2."""
    answer = await transaction(
        drafted.http,
        entry(provenance(1, signature())),
        entry(plan("active"), ifMatch='W/"1"'),
    )
    assert answer.status_code == 200, answer.text
    return drafted


def diagnostics(answer: httpx.Response) -> str:
    """What an answer says went wrong."""
    text: str = answer.json()["issue"][0]["diagnostics"]
    return text


async def test_a_plan_does_not_come_into_force_unsigned(drafted: Record) -> None:
    """Neither updated, nor created; the answer names the element and what is missing."""
    created = {key: value for key, value in plan("active").items() if key != "id"}
    for answer in (
        await update(drafted, plan("active"), 1),
        await drafted.http.post("/CarePlan", json=created),
    ):
        assert answer.status_code == 422
        assert answer.json()["issue"][0]["expression"] == ["CarePlan.status"]
        assert "needs a Provenance with a signature" in diagnostics(answer)


async def test_a_signed_draft_is_activated(drafted: Record) -> None:
    """The signature may come long before: who validates is not who activates."""
    signed = await drafted.http.post("/Provenance", json=provenance(1, signature()))
    assert signed.status_code == 201, signed.text
    assert (await update(drafted, plan("active"), 1)).status_code == 200


async def test_it_may_be_created_in_force(record: Record) -> None:
    """With the signature under its first version in the same transaction."""
    for each in PEOPLE:
        await record.stored(each)
    answer = await transaction(
        record.http, entry(provenance(1, signature())), entry(plan("active"))
    )
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (provenance(1), "without a signature"),
        (provenance(1, signature(STRANGER)), "is no member of the circle"),
        (provenance(1, signature({"display": "Somebody"})), "is no member of the circle"),
    ],
    ids=["unsigned", "stranger", "unnamed"],
)
async def test_not_every_provenance_will_do(
    drafted: Record, given: dict[str, Any], reason: str
) -> None:
    """It is told why the one that is there does not."""
    assert (await drafted.http.post("/Provenance", json=given)).status_code == 201
    answer = await update(drafted, plan("active"), 1)
    assert answer.status_code == 422
    assert reason in diagnostics(answer)


@pytest.mark.parametrize(
    ("given", "element"),
    [
        (signature(when="2199-01-01T00:00:00Z"), "when"),
        (
            signature(
                type=[{"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.7"}]
            ),
            "type",
        ),
    ],
    ids=["future", "another kind"],
)
async def test_a_signature_is_checked_when_it_comes(
    drafted: Record, given: dict[str, Any], element: str
) -> None:
    """When and as what somebody signed."""
    answer = await drafted.http.post("/Provenance", json=provenance(1, given))
    assert answer.status_code == 422
    assert answer.json()["issue"][0]["expression"] == [f"Provenance.signature.{element}"]


async def test_who_has_left_signs_no_more(drafted: Record) -> None:
    """A member counts while they take part."""
    stay = {"member": NURSE, "period": {"start": "2026-01-01", "end": "2026-02-01"}}
    await drafted.stored(PEOPLE[-1] | {"participant": [stay]})
    await drafted.http.post("/Provenance", json=provenance(1, signature()))
    assert (await update(drafted, plan("active"), 1)).status_code == 422


async def test_the_professional_behind_a_member_signs(drafted: Record) -> None:
    """The circle names the role, the signature the person."""
    given = provenance(1, signature({"reference": "Practitioner/n"}))
    assert (await drafted.http.post("/Provenance", json=given)).status_code == 201
    assert (await update(drafted, plan("active"), 1)).status_code == 200


async def test_another_content_than_the_signed_one_is_refused(drafted: Record) -> None:
    """What was signed is what comes into force."""
    await drafted.http.post("/Provenance", json=provenance(1, signature()))
    answer = await update(drafted, plan("active", title="Autre"), 1)
    assert answer.status_code == 422
    assert "not what the plan says now" in diagnostics(answer)


async def test_what_is_in_force_is_revised_signed(active: Record) -> None:
    """Changed in place it needs a new signature; history keeps each version."""
    revised = plan("active", title="Revu")
    assert (await update(active, revised, 2)).status_code == 422
    assert (await update(active, plan(title="Revu"), 2)).status_code == 200
    assert (await update(active, revised, 3)).status_code == 422
    await active.http.post("/Provenance", json=provenance(3, signature()))
    assert (await update(active, revised, 3)).status_code == 200
    history = await active.get("/CarePlan/plan/_history")
    told = [(row["resource"]["title"], row["resource"]["status"]) for row in history["entry"]]
    assert told == [("Revu", "active"), ("Revu", "draft"), ("Plan", "active"), ("Plan", "draft")]


async def test_how_it_goes_is_no_revision(active: Record) -> None:
    """Notes, outcomes and status go on without a signature, and a pause ends without one."""
    done = {"outcomeCodeableConcept": [{"text": "Fait"}]}
    activity = [plan()["activity"][0] | done]
    going = plan("active", activity=activity, note=[{"text": "Bien"}])
    assert (await update(active, going, 2)).status_code == 200
    assert (await update(active, going | {"status": "on-hold"}, 3)).status_code == 200
    assert (await update(active, going, 4)).status_code == 200
    assert (await update(active, going | {"status": "completed"}, 5)).status_code == 200


async def test_a_plan_replaces_another(active: Record) -> None:
    """The old one ends in the transaction in which the new one comes into force."""
    newer = plan("active", replaces=[{"reference": "CarePlan/plan"}]) | {"id": "newer"}
    signs = provenance(1, signature()) | {"target": [{"reference": "CarePlan/newer"}]}
    answer = await transaction(active.http, entry(signs), entry(newer))
    assert answer.status_code == 200, answer.text
    assert (await active.get("/CarePlan/plan"))["status"] == "revoked"


async def test_a_plan_does_not_replace_somebody_elses(active: Record) -> None:
    """No plan of another person is ended that way."""
    whose = {"reference": "Patient/q"}
    circle = PEOPLE[-1] | {"id": "second", "subject": whose}
    await active.stored(circle)
    newer = plan("active", replaces=[{"reference": "CarePlan/plan"}], subject=whose)
    signs = provenance(1, signature()) | {"target": [{"reference": "CarePlan/newer"}]}
    answer = await transaction(active.http, entry(signs), entry(newer | {"id": "newer"}))
    assert answer.status_code == 422
    assert (await active.get("/CarePlan/plan"))["status"] == "active"


async def test_authors_say_what_they_read(drafted: Record) -> None:
    """A PUT without If-Match would undo what others wrote; a patch, or no change, does not."""
    blind = await drafted.put(plan(title="Autre"))
    assert blind.status_code == 428
    assert 'W/"1"' in diagnostics(blind)
    assert (await drafted.put(plan())).status_code == 200
    patch = [{"op": "replace", "path": "/title", "value": "Autre"}]
    headers = {"Content-Type": "application/json-patch+json"}
    answer = await drafted.http.patch("/CarePlan/plan", json=patch, headers=headers)
    assert answer.status_code == 200, answer.text


async def test_a_signature_stays(active: Record) -> None:
    """Evidence is neither changed nor deleted."""
    [found] = (await active.get("/Provenance?target=CarePlan/plan"))["entry"]
    url = f"/Provenance/{found['resource']['id']}"
    changed = found["resource"] | {"recorded": "2026-09-03T10:00:00Z"}
    assert (await active.http.put(url, json=changed)).status_code == 409
    assert (await active.http.delete(url)).status_code == 409


async def test_other_plans_are_free(record: Record) -> None:
    """A CarePlan that does not claim the profile needs no signature, and no If-Match."""
    free = {key: value for key, value in plan("active").items() if key != "meta"}
    await record.stored(free)
    await record.stored(free | {"title": "Autre"})


async def sign(http: httpx.AsyncClient, seal: dict[str, Any], **more: Any) -> httpx.Response:
    """Call `$sign` on the plan."""
    rows = [{"name": "signature", "valueSignature": seal}] + [
        {"name": name, "valueBoolean" if isinstance(value, bool) else "valueString": value}
        for name, value in more.items()
    ]
    body = {"resourceType": "Parameters", "parameter": rows}
    return await http.post("/CarePlan/plan/$sign", json=body)


async def test_signing_is_one_call(drafted: Record) -> None:
    """The plan is in force, the Provenance there, and what was not verified is said."""
    answer = await sign(drafted.http, signature(), version="1")
    assert answer.status_code == 200, answer.text
    told = {row["name"]: row for row in answer.json()["parameter"]}
    assert told["plan"]["resource"]["status"] == "active"
    assert told["verified"]["valueBoolean"] is False
    name = told["provenance"]["valueReference"]["reference"]
    stored = await drafted.get(f"/{name}")
    assert stored["target"] == [{"reference": "CarePlan/plan/_history/1"}]


async def test_several_sign(drafted: Record) -> None:
    """First without activating, then with, then again; each signs the version they read."""
    assert (await sign(drafted.http, signature(), version="1", activate=False)).status_code == 200
    assert (await drafted.get("/CarePlan/plan"))["status"] == "draft"
    assert (await sign(drafted.http, signature(), version="7")).status_code == 412
    assert (await sign(drafted.http, signature(), version="1")).status_code == 200
    assert (await sign(drafted.http, signature(), version="2")).status_code == 200
    assert (await drafted.get("/Provenance?target=CarePlan/plan"))["total"] == 3
    assert (await drafted.get("/CarePlan/plan"))["meta"]["versionId"] == "2"


async def test_a_stranger_signs_nothing(drafted: Record) -> None:
    """And nothing of it stays."""
    assert (await sign(drafted.http, signature(STRANGER), version="1")).status_code == 422
    assert (await drafted.get("/Provenance?target=CarePlan/plan"))["total"] == 0


def seal(key: ECKey, kid: str, resource: dict[str, Any]) -> dict[str, Any]:
    """A detached JSON Web Signature over the canonical form of a resource."""
    signed = {name: value for name, value in resource.items() if name not in ("meta", "text")}
    compact = jws.serialize_compact({"alg": "ES256", "kid": kid}, json.canonical(signed), key)
    header, _, tail = compact.split(".")
    data = base64.b64encode(f"{header}..{tail}".encode()).decode()
    return {"sigFormat": "application/jose", "targetFormat": FORMAT, "data": data}


async def test_a_seal_is_verified(open_client: OpenClient, tmp_path: Path) -> None:
    """With the signer's own key, over the very version; anything else is refused."""
    mine, theirs = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
    rows = [
        dict(mine.as_dict(private=False)) | {"kid": "mine", "sub": "10000000001"},
        dict(theirs.as_dict(private=False)) | {"kid": "theirs", "sub": "10000000002"},
    ]
    path = tmp_path / "keys.json"
    path.write_text(plain_json.dumps({"keys": rows}))
    http = await open_client(signature_keys=path)
    record = Record(http)
    for each in (*PEOPLE, plan()):
        await record.stored(each)
    stored = await record.get("/CarePlan/plan")
    wrong = {
        "broken seal": seal(theirs, "mine", stored),
        "not over this version": seal(mine, "mine", stored | {"title": "Autre"}),
        "key of somebody else": seal(theirs, "theirs", stored),
    }
    for reason, made in wrong.items():
        answer = await sign(http, signature(**made), version="1")
        assert answer.status_code == 422
        assert reason in diagnostics(answer)
    answer = await sign(http, signature(**seal(mine, "mine", stored)), version="1")
    assert answer.status_code == 200, answer.text
    told = {row["name"]: row for row in answer.json()["parameter"]}
    assert told["verified"]["valueBoolean"] is True
    unknown = await sign(http, signature(**seal(theirs, "elsewhere", stored)), version="2")
    assert unknown.json()["parameter"][-1] == {"name": "verified", "valueBoolean": False}
