"""ITI-66, ITI-67 and ITI-68: sets and documents found, and documents fetched."""

import base64

import pytest

from bridges.mhd.conftest import Manager
from bridges.mhd.provided_bundle import ARCHIVED, CDA, INS, NUMBER, RPPS

SET = "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes|submissionset"
V3 = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"

DOCUMENTS = {
    "type=http://loinc.org|11488-4": "type=34133-9",
    "category=10": "category=11",
    "facility=SA01": "facility=SA02",
    "setting=ETABLISSEMENT": "setting=AMBULATOIRE",
    "event=DEQP003": "event=DEQP004",
    "format=urn:ihe:iti:xds-sd:pdf:2008": "format=urn:ihe:lab:xd-lab:2008",
    f"security-label={V3}|N": f"security-label={V3}|R",
    "status=current": "status=superseded",
    "creation=2026-06-12": "creation=2026-06-11",
    "creation=ge2026-06-12&creation=lt2026-06-13": "creation=gt2026-06-13",
    "period=2026-06": "period=2026-07",
    "period-start=le2026-06-11": "period-start=gt2026-06-12",
    "period-end=ge2026-06-12": "period-end=lt2026-06-12",
    f"patient.identifier={INS}|{NUMBER}": "patient.identifier=1",
    f"patient.identifier={NUMBER}": "patient.identifier=2",
    "patient.family=martin": "patient.family=nobody",
    f"author.identifier={RPPS}": "author.identifier=1",
    f"author:PractitionerRole.identifier=https://rpps.esante.gouv.fr|{RPPS}": (
        f"author:PractitionerRole.identifier=https://else.example|{RPPS}"
    ),
    "author:PractitionerRole.practitioner.family=leclerc": (
        "author:PractitionerRole.practitioner.family=nobody"
    ),
    "author:PractitionerRole.practitioner.given=Sophie": (
        "author:PractitionerRole.practitioner.given=Emma"
    ),
    "author:PractitionerRole.organization.name=hopital": (
        "author:PractitionerRole.organization.name=clinique"
    ),
    "authenticator:PractitionerRole.organization.identifier=2264403106": (
        "authenticator:PractitionerRole.organization.identifier=1"
    ),
    "isArchived=true": "isArchived=false",
}
"""What finds the document of the test, and what does not."""

SETS = {
    f"code={SET}": "code=folder",
    "date=ge2026-06-12": "date=lt2026-06-12",
    "designationType=SA05": "designationType=SA04",
    "sourceId=urn:oid:1.2.3.4": "sourceId=urn:oid:1.2.3",
    "status=current": "status=retired",
    "title=dossier": "title=autre",
    f"patient.identifier={INS}|{NUMBER}": "patient.identifier=1",
    f"source.identifier={RPPS}": "source.identifier=1",
    "source:PractitionerRole.practitioner.family=Leclerc": (
        "source:PractitionerRole.practitioner.family=Dupont"
    ),
    "authorOrg.identifier=urn:oid:1.2.250.1.71.4.2.2|2264403106": "authorOrg.identifier=1",
    "authorOrg:Organization.name=hopital": "authorOrg:Organization.name=clinique",
}


async def test_documents_are_found_by_each_parameter(manager: Manager) -> None:
    """Each parameter of the guide finds the document, by GET and by POST, and excludes it."""
    archived = [{"url": ARCHIVED, "valueBoolean": True}]
    _, document, _ = await manager.provided(extension=archived)
    number = (await manager.read(document))["masterIdentifier"]["value"]
    for query, other in (DOCUMENTS | {f"identifier={number}": "identifier=1"}).items():
        assert await manager.found(f"DocumentReference?{query}") == [document], query
        assert await manager.found(f"DocumentReference?{other}") == [], other
    patient = f"patient={manager.person}"
    assert await manager.found(f"DocumentReference?{patient}&status=current") == [document]
    assert await manager.found("DocumentReference?isArchived:missing=true") == []


async def test_sets_are_found_by_each_parameter(manager: Manager) -> None:
    """Each parameter of the guide finds the submission set, and excludes it."""
    place, _, _ = await manager.provided()
    numbers = [row["value"] for row in (await manager.read(place))["identifier"]]
    own = {f"identifier={number}": f"identifier={number}0" for number in numbers}
    for query, other in (SETS | own).items():
        assert await manager.found(f"List?{query}") == [place], query
        assert await manager.found(f"List?{other}") == [], other
    asked = f"List?patient={manager.person}&code={SET}&status=current"
    assert await manager.found(asked) == [place]


async def test_contained_people_are_told_apart(manager: Manager) -> None:
    """Who is contained for another reason than having written the document is no author."""
    _, document, _ = await manager.provided(author=[{"reference": "#doctor"}])
    assert await manager.found("DocumentReference?author:Practitioner.family=Leclerc") == [document]
    assert await manager.found("DocumentReference?author:Organization.name=hopital") == []
    assert await manager.found("DocumentReference?author:Practitioner.family:exact=leclerc") == []


@pytest.mark.parametrize("accept", ["application/xml", "*/*", "text/html;q=0.5, */*;q=0.1"])
async def test_a_document_is_fetched_as_it_is(manager: Manager, accept: str) -> None:
    """The URL of the attachment gives the very bytes to who does not ask for FHIR."""
    _, document, _ = await manager.provided()
    url = (await manager.read(document))["content"][0]["attachment"]["url"]
    answer = await manager.http.get(f"/{url}", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/xml"
    assert answer.content == CDA


async def test_a_document_is_fetched_as_a_resource(manager: Manager) -> None:
    """Who asks for FHIR gets the Binary."""
    _, _, content = await manager.provided()
    headers = {"Accept": "application/fhir+json"}
    answer = await manager.http.get(f"/{content}", headers=headers)
    assert base64.b64decode(answer.json()["data"]) == CDA
    assert (await manager.http.get("/Binary/nothing")).status_code == 404
