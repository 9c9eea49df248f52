"""What a Consent says and where it ends: classes, periods, actors, policies, single resources."""

from typing import Any

import pytest

from access.records import (
    CONSENT,
    ENDED,
    FUTURE,
    NURSE,
    OUTSIDER,
    PATIENT,
    SOCIAL,
    observation,
    reference,
    status,
    total,
)
from access.serving import Scene
from cordee.access.caller import Caller

pytestmark = pytest.mark.xdist_group("circles")

Json = dict[str, Any]
ACTIONS = "http://terminology.hl7.org/CodeSystem/consentaction"
LOINC = {"system": "http://loinc.org", "code": "11490-0"}
OPT_OUT = {"policyRule": {"coding": [{"code": "OPTOUT"}]}}
NOW = {"period": {"start": "2020-01-01", "end": "2990-01-01"}}
DELEGATE = Caller(
    subject="d@", kind="professional", perimeter="health", organizations=("Organization/o@",)
)


def actor(*names: str) -> Json:
    """Name actors of a provision."""
    return {"actor": [{"role": {"text": "x"}, "reference": reference(name)} for name in names]}


def of_class(*codings: Json) -> Json:
    """Name the classes of a provision."""
    return {"class": list(codings)}


def kind(type: str) -> Json:
    """Give a resource type as a class."""
    return {"system": "http://hl7.org/fhir/resource-types", "code": type}


def scope(code: str) -> Json:
    """Give what a Consent is about."""
    return {"scope": {"coding": [{"code": code}]}}


async def given(scene: Scene, consent: Json, provision: Json | None) -> None:
    """Store the one Consent of the record."""
    made = CONSENT | {"id": "c@", "patient": reference("Patient/p@")} | consent
    await scene.load(made | ({"provision": provision} if provision is not None else {}))


DENY = {"type": "deny"}
NOBODY = (False, False)
BOTH = (True, True)
DENIALS: dict[str, tuple[Json, Json | None, tuple[bool, bool]]] = {
    "of everything": ({}, DENY, NOBODY),
    "to one": ({}, DENY | actor("PractitionerRole/nurse@"), (False, True)),
    "to a version of one": ({}, DENY | actor("PractitionerRole/nurse@/_history/1"), (False, True)),
    "to somebody else": ({}, DENY | actor("PractitionerRole/out@"), BOTH),
    "to someone by words": (
        {},
        DENY | {"actor": [{"role": {"text": "x"}, "reference": {"display": "Dr X"}}]},
        NOBODY,
    ),
    "to a whole circle": ({}, DENY | actor("CareTeam/t@"), NOBODY),
    "of a type": ({}, DENY | of_class(kind("Patient")), NOBODY),
    "of another type": ({}, DENY | of_class(kind("Observation")), BOTH),
    "of documents by their code": ({}, DENY | of_class(LOINC), BOTH),
    "of one document": (
        {},
        DENY | {"data": [{"meaning": "instance", "reference": reference("Observation/o@")}]},
        NOBODY,
    ),
    "for research": ({}, DENY | {"purpose": [{"code": "HRESCH"}]}, BOTH),
    "that is over": ({}, DENY | ENDED, BOTH),
    "that begins one day": ({}, DENY | FUTURE, BOTH),
    "that runs": ({}, DENY | NOW, NOBODY),
    "of a treatment": (scope("treatment"), DENY, BOTH),
    "of advance directives": (scope("adr"), DENY, BOTH),
    "withdrawn": ({"status": "inactive"}, DENY, BOTH),
    "by policy": (OPT_OUT, None, NOBODY),
    "by policy, for a time": (OPT_OUT, ENDED, BOTH),
    "by policy, but for one": (
        OPT_OUT,
        {"type": "permit"} | actor("PractitionerRole/nurse@"),
        (True, False),
    ),
    "as an exception that does not say so": (
        {},
        {"type": "permit", "provision": [actor("PractitionerRole/nurse@")]},
        (False, True),
    ),
}
"""What a Consent says, and whether the nurse and the social worker still see the person."""


@pytest.mark.parametrize("name", DENIALS)
async def test_an_opposition(server: Scene, name: str) -> None:
    """Keeps out whom it means, and everybody where it cannot be told; never the person."""
    consent, provision, seen = DENIALS[name]
    await given(server, consent, provision)
    found = [await status(server, caller, "/Patient/p@") for caller in (NURSE, SOCIAL)]
    assert found == [200 if each else 404 for each in seen]
    assert await total(server, NURSE, "/Patient?_id=p@") == int(seen[0])
    assert await status(server, PATIENT, "/Patient/p@") == 200


ME = {"type": "permit"} | actor("PractitionerRole/out@")
INSTANCE = {"data": [{"meaning": "instance", "reference": reference("Observation/o@")}]}
PERMITS: dict[str, tuple[Json, Json, bool]] = {
    "of everything": ({}, ME, True),
    "of a type": ({}, ME | of_class(kind("Observation")), True),
    "of another type": ({}, ME | of_class(kind("Condition")), False),
    "of documents by their code": ({}, ME | of_class(LOINC), False),
    "by codes": ({}, ME | {"code": [{"coding": [{"code": "x"}]}]}, False),
    "of a time of the record": ({}, ME | {"dataPeriod": NOW["period"]}, False),
    "of a label": ({}, ME | {"securityLabel": [{"code": "N"}]}, False),
    "to see": ({}, ME | {"action": [{"coding": [{"system": ACTIONS, "code": "access"}]}]}, True),
    "to correct": ({}, ME | {"action": [{"coding": [{"code": "correct"}]}]}, False),
    "to do something": ({}, ME | {"action": [{"text": "?"}]}, False),
    "for research": ({}, ME | {"purpose": [{"code": "HRESCH"}]}, False),
    "of research": (scope("research"), ME, False),
    "that is over": ({}, ME | ENDED, False),
    "that begins one day": ({}, ME | FUTURE, False),
    "that runs": ({}, ME | NOW, True),
    "not yet given": ({"status": "proposed"}, ME, False),
    "of this one": ({}, ME | INSTANCE, True),
    "of this one, as another type": ({}, ME | INSTANCE | of_class(kind("Condition")), False),
    "of what is related": (
        {},
        ME | {"data": [{"meaning": "related", "reference": reference("Observation/o@")}]},
        False,
    ),
    "with an exception": ({}, ME | {"provision": [DENY | of_class(kind("Observation"))]}, False),
    "to a circle": ({}, {"type": "permit"} | actor("CareTeam/t@"), False),
}
"""What a Consent says, and whether an outsider sees an observation by it."""


@pytest.mark.parametrize("name", PERMITS)
async def test_a_permit_outside_the_team(server: Scene, name: str) -> None:
    """Opens what it names exactly, for as long as it says, to read; nothing where it is unclear."""
    consent, provision, seen = PERMITS[name]
    await given(server, consent, provision)
    assert await status(server, OUTSIDER, "/Observation/o@") == (200 if seen else 404)
    assert await total(server, OUTSIDER, "/Observation?patient=Patient/p@") == int(seen)
    changed = await server.send(OUTSIDER, "PUT", "/Observation/o@", observation())
    assert changed.status_code == (403 if seen else 404)
    await given(server, consent | {"status": "inactive"}, provision)
    assert await status(server, OUTSIDER, "/Observation/o@") == 404


async def test_a_permit_of_one_resource_opens_no_other(server: Scene) -> None:
    """Neither the person, nor what lies beside it, nor by searches, histories or labels."""
    await server.load(observation("other@"), observation("past@"))
    await given(server, {}, ME | INSTANCE)
    assert await status(server, OUTSIDER, "/Observation/other@") == 404
    assert await status(server, OUTSIDER, "/Patient/p@") == 404
    assert await total(server, OUTSIDER, "/Observation?_id=o@,other@,past@") == 1
    assert await total(server, OUTSIDER, "/Observation?_id=o@&subject:Patient.family=Secret") == 0
    assert await status(server, OUTSIDER, "/Observation/o@/_history/1") == 200
    assert await status(server, OUTSIDER, "/Observation/other@/_history/1") == 404
    await server.load(observation(meta={"security": [{"code": "MASQUE_PS"}]}))
    assert await status(server, OUTSIDER, "/Observation/o@") == 404
    assert await status(server, NURSE, "/Observation/o@") == 404


async def test_a_denial_of_content_shuts_what_points_to_it_off(server: Scene) -> None:
    """Who is denied the class Binary sees the document, not what is in it."""
    content = {"resourceType": "Binary", "id": "b@", "contentType": "text/plain", "data": "YQ=="}
    attached = {"content": [{"attachment": {"url": "Binary/b@"}}], "status": "current"}
    document = {"resourceType": "DocumentReference", "id": "d@"} | attached
    await server.load(content, document | {"subject": reference("Patient/p@")})
    assert await status(server, NURSE, "/Binary/b@") == 200
    await given(server, {}, DENY | of_class(kind("Binary")))
    assert await status(server, NURSE, "/Binary/b@") == 404
    assert await status(server, NURSE, "/DocumentReference/d@") == 200


async def test_an_opposition_to_somebody_elsewhere(server: Scene) -> None:
    """Who is named by the address of another server may be anybody: everybody is kept out."""
    role = {"reference": "https://other.example/fhir/PractitionerRole/1"}
    rule = DENY | {"actor": [{"role": {"text": "x"}, "reference": role}]}
    await given(server, {}, rule)
    assert await status(server, NURSE, "/Patient/p@") == 404


async def test_a_permit_gives_way_to_an_opposition(server: Scene) -> None:
    """Whoever was let in by one Consent is kept out by another, whichever came first."""
    await given(server, {}, ME | INSTANCE)
    await server.load(CONSENT | {"id": "d@", "patient": reference("Patient/p@"), "provision": DENY})
    assert await status(server, OUTSIDER, "/Observation/o@") == 404


async def test_a_permit_to_a_structure(server: Scene) -> None:
    """Opens to who acts for it, and to nobody else."""
    await given(server, {}, {"type": "permit"} | actor("Organization/o@"))
    assert await status(server, DELEGATE, "/Observation/o@") == 200
    assert await status(server, OUTSIDER, "/Observation/o@") == 404
