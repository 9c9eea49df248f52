"""For whom the DMP is asked, and who may ask here."""

from dataclasses import replace
from typing import Any

import pytest

from bridges.cda.conftest import people
from bridges.xds.conftest import FHIR, Place, Variant, patient, values
from bridges.xds.dmp.metadata_table import values as slot_values
from cordee.access.caller import ANONYMOUS, Caller
from cordee.access.circle_policy import CirclePolicy
from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.xds.holder import holder
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services, now

DOCTOR = (
    "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante",
    "10",
)
NURSE = (DOCTOR[0], "60")
GENERAL = (
    "https://mos.esante.gouv.fr/NOS/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale",
    "SM26",
)


def concept(coding: tuple[str, str]) -> dict[str, Any]:
    """Make a CodeableConcept."""
    return {"coding": [{"system": coding[0], "code": coding[1]}]}


async def professional(
    place: Place, name: str, *codes: tuple[str, str], rpps: str | None = "10100000009"
) -> Caller:
    """Store a professional; give them as a caller."""
    who: dict[str, Any] = {
        "resourceType": "Practitioner",
        "id": f"dmp-{name}",
        "name": [{"family": name.title(), "given": ["Marie"]}],
    }
    if rpps is not None:
        who["identifier"] = [{"system": "https://rpps.esante.gouv.fr", "value": rpps}]
    role = {
        "resourceType": "PractitionerRole",
        "id": f"dmp-{name}",
        "practitioner": {"reference": f"Practitioner/dmp-{name}"},
        "code": [concept(code) for code in codes[:1]],
        "specialty": [concept(code) for code in codes[1:]],
    }
    kept = {key: value for key, value in role.items() if value}
    for row in (who, kept):
        url = f"{row['resourceType']}/{row['id']}"
        answer = await place.client.put(url, json=row, headers=FHIR)
        assert answer.status_code in {200, 201}, answer.text
    references = (f"Practitioner/dmp-{name}", f"PractitionerRole/dmp-{name}")
    return Caller(subject=f"8{rpps}", kind="professional", references=references)


async def run(services: Services, code: str, request: Request) -> Response:
    """Call an operation as the server would."""
    found = next(row for row in services.operations if row.code == code)
    return await found.run(services, request)


async def test_a_doctor_submits_in_their_own_name(place: Place, variant: Variant) -> None:
    """Assertion and lot name the professional, with profession and know-how of the DMP's list."""
    caller = await professional(place, "durand", DOCTOR, GENERAL)
    type, _, id = (await place.store(variant())).partition("/")
    answer = await run(place.services, "dmp-submit", Request("", type, id, caller=caller))
    exchange = {row["name"]: row for row in (answer.resource or {})["parameter"]}
    for _ in range(2):  # the answer to asking again is the same exchange
        again = await place.call(f"{type}/{id}/$dmp-submit")
        assert values(again)["exchange"] == exchange["exchange"]["valueString"]
    assert (await place.done(again))["state"] == "done"
    who = place.dmp.vouched[0]
    assert who.id == "810100000009"
    assert who.roles == (("10", "1.2.250.1.71.1.2.7"), ("SM26", "1.2.250.1.71.4.2.5"))
    provided = next(raw for raw in place.dmp.raw if b"RegistryPackage" in raw)
    assert b"810100000009^Durand^Marie^^^^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS" in provided
    author = place.dmp.registry.living()[-1]
    assert slot_values(author.object, "legalAuthenticator")


async def test_a_nurse_needs_no_know_how(place: Place) -> None:
    """A profession alone is enough where no second role is asked for."""
    caller = await professional(place, "leroy", NURSE)
    found = await holder(place.services, CodeTables(place.services.repository), caller)
    assert [code.code for code in found.roles] == ["60"]
    assert (found.id, found.names, found.software) == ("810100000009", ("Leroy", "Marie"), False)


@pytest.mark.parametrize(
    ("name", "codes", "rpps"),
    [
        ("unspecialised", (DOCTOR,), "10100000009"),
        ("unemployed", (), "10100000009"),
        ("unnumbered", (NURSE,), None),
    ],
)
async def test_a_professional_of_whom_too_little_is_known_is_refused(
    place: Place, name: str, codes: tuple[tuple[str, str], ...], rpps: str | None
) -> None:
    """422 that tells what the DMP must know; nothing goes out in the software's name instead."""
    caller = await professional(place, name, *codes, rpps=rpps)
    asked = Request("", "Patient", patient()["id"], caller=caller)
    with pytest.raises(FhirError, match="must know who asks") as failure:
        await run(place.services, "dmp-search", asked)
    assert failure.value.category is Category.UNPROCESSABLE
    assert place.dmp.calls == []


@pytest.mark.parametrize("kind", ["patient", "relative"])
async def test_the_dmp_is_not_asked_for_patients(place: Place, kind: Any) -> None:
    """They have their own way to it."""
    asked = Request("", "Patient", patient()["id"], caller=Caller(subject="p", kind=kind))
    with pytest.raises(FhirError, match="Mon espace santé") as failure:
        await run(place.services, "dmp-search", asked)
    assert failure.value.category is Category.FORBIDDEN


async def test_who_may_not_see_the_record_may_not_send_it(place: Place, variant: Variant) -> None:
    """Outside the circle the document and the patient are not there: for every operation."""
    caller = await professional(place, "outsider", DOCTOR, GENERAL)
    type, _, id = (await place.store(variant())).partition("/")
    circles = CirclePolicy(place.services.store, now, families=place.services.terminology.family)
    guarded = replace(place.services, policy=circles)
    prepared = await circles.prepare(caller)
    document = Request("", type, id, query=(("action", "mask"),), caller=prepared)
    record = Request("", "Patient", patient()["id"], query=(("document", "1.2"),), caller=prepared)
    for code, request in (
        ("dmp-submit", document),
        ("dmp-update", document),
        ("dmp-search", record),
        ("dmp-retrieve", record),
    ):
        with pytest.raises(FhirError) as failure:
            await run(guarded, code, request)
        assert failure.value.category is Category.NOT_FOUND, code
    assert place.dmp.calls == []


async def test_software_asks_under_who_answers_for_it(place: Place) -> None:
    """Without a person the assertion names the structure's responsible, as an automaton."""
    tables = CodeTables(place.services.repository)
    for caller in (ANONYMOUS, Caller(subject="agent", kind="system")):
        found = await holder(place.services, tables, caller)
        assert (found.id, found.software) == ("810100000000", True)
        assert [code.display for code in found.roles] == ["Automate"]


async def test_what_a_person_denies_here_the_dmp_does_not_give(
    place: Place, variant: Variant
) -> None:
    """A member kept from documents finds none in the DMP either, and brings none from there."""
    caller = await professional(place, "member", DOCTOR, GENERAL)
    who = {"reference": f"Patient/{patient()['id']}"}
    member = {"reference": "PractitionerRole/dmp-member"}
    team = {
        "resourceType": "CareTeam",
        "id": "dmp-circle",
        "status": "active",
        "subject": who,
        "participant": [{"member": member}],
    }
    documents = {"system": "http://hl7.org/fhir/resource-types", "code": "DocumentReference"}
    denied = {
        "resourceType": "Consent",
        "id": "dmp-denial",
        "status": "active",
        "scope": {"coding": [{"code": "patient-privacy"}]},
        "category": [{"coding": [{"code": "59284-0"}]}],
        "policyRule": {"text": "CSP L1110-4"},
        "patient": who,
        "provision": {"type": "deny", "class": [documents]},
    }
    await place.client.put("CareTeam/dmp-circle", json=team, headers=FHIR)
    kept = await place.store(variant())
    await place.done(await place.call(f"{kept}/$dmp-submit"))
    circles = CirclePolicy(place.services.store, now, families=place.services.terminology.family)
    guarded = replace(place.services, policy=circles)
    asked = Request("", "Patient", patient()["id"], caller=await circles.prepare(caller))
    before = await run(guarded, "dmp-search", asked)
    assert (before.resource or {})["total"] > 0
    await place.client.put("Consent/dmp-denial", json=denied, headers=FHIR)
    try:
        asked = replace(asked, caller=await circles.prepare(caller))
        assert (await run(guarded, "dmp-search", asked)).resource == {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": 0,
        }
        name = (before.resource or {})["entry"][0]["resource"]["masterIdentifier"]["value"]
        query = (("document", name),)
        with pytest.raises(FhirError) as failure:
            await run(guarded, "dmp-retrieve", replace(asked, query=query))
        assert failure.value.category is Category.NOT_FOUND
    finally:
        await place.client.delete("Consent/dmp-denial")


def _is_doctor(row: dict[str, Any]) -> bool:
    return row["resourceType"] == "PractitionerRole" and "Médecin" in str(row.get("code"))


async def circle(place: Place) -> tuple[Caller, CirclePolicy]:
    """Store the patient's circle; give its doctor as a caller, and the rules of circles."""
    types = {"CareTeam", "Practitioner", "PractitionerRole", "Organization"}
    entries = [
        {
            "resource": row | ({"specialty": [concept(GENERAL)]} if _is_doctor(row) else {}),
            "request": {"method": "PUT", "url": f"{row['resourceType']}/{row['id']}"},
        }
        for row in people()
        if row["resourceType"] in types
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    answer = await place.client.post("", json=bundle, headers=FHIR)
    assert answer.status_code == 200, answer.text
    team = next(row for row in people() if row["resourceType"] == "CareTeam")
    members = [row["member"]["reference"] for row in team["participant"]]
    role = next(
        row for row in people() if _is_doctor(row) and f"PractitionerRole/{row['id']}" in members
    )
    caller = Caller(
        subject="doctor",
        kind="professional",
        perimeter="health",
        references=(role["practitioner"]["reference"], f"PractitionerRole/{role['id']}"),
        organizations=(role["organization"]["reference"],),
    )
    return caller, CirclePolicy(
        place.services.store, now, families=place.services.terminology.family
    )


async def test_who_cares_for_the_patient_asks_and_sees(place: Place, variant: Variant) -> None:
    """A member of the circle submits and finds, in their own name."""
    caller, circles = await circle(place)
    type, _, id = (await place.store(variant())).partition("/")
    guarded = replace(place.services, policy=circles)
    prepared = await circles.prepare(caller)
    answer = await run(guarded, "dmp-submit", Request("", type, id, caller=prepared))
    assert answer.status == 202
    again = await place.call(f"{type}/{id}/$dmp-submit")
    assert (await place.done(again))["state"] == "done"
    asked = Request("", "Patient", patient()["id"], caller=prepared)
    found = await run(guarded, "dmp-search", asked)
    masters = [
        row["resource"]["masterIdentifier"]["value"] for row in (found.resource or {})["entry"]
    ]
    assert f"urn:oid:{values(again)['uniqueId']}" in masters
