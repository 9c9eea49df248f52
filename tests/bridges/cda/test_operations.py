"""`$to-cda` over the whole application: stored resources and Bundles that are sent."""

import base64
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from lxml import etree
from pymongo import MongoClient

from bridges.cda.conftest import focus_of, people
from cordee.app import services
from cordee.bridges.cda.namespaces import tag
from cordee.settings import Settings
from cordee.web.application import build

TYPE = {"Content-Type": "application/fhir+json"}


@pytest.fixture(scope="module")
async def stored(
    mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """A server that holds a generated territory, one for all tests."""
    database = f"test_cda_{uuid4().hex}"
    folder = tmp_path_factory.mktemp("cda")
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database, data=folder)
    async with services(settings) as opened:
        transport = httpx.ASGITransport(build(opened))
        async with httpx.AsyncClient(transport=transport, base_url="http://test/fhir") as client:
            await _store(client)
            yield client
    with MongoClient[dict[str, object]](mongodb_uri) as mongo:
        mongo.drop_database(database)


async def _store(client: httpx.AsyncClient) -> None:
    entries = [
        {
            "resource": row,
            "request": {"method": "PUT", "url": f"{row['resourceType']}/{row['id']}"},
        }
        for row in people()
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    answer = await client.post("", json=bundle, headers=TYPE)
    assert answer.status_code == 200, answer.text


def id_of(type: str) -> str:
    """Give the id of the territory's first resource of a type."""
    found = focus_of(people(), type)
    assert found is not None
    return str(found["id"])


def document(answer: httpx.Response) -> Any:
    """Read the document out of a Binary."""
    assert answer.status_code == 200, answer.text
    binary = answer.json()
    assert binary["contentType"] == "text/xml"
    return etree.fromstring(base64.b64decode(binary["data"]))


@pytest.mark.parametrize(
    ("type", "code"),
    [
        ("CarePlan", "18776-5"),
        ("CareTeam", "FICHE-CONTACTS"),
        ("Communication", "28653-4"),
        ("DocumentReference", "28653-4"),
        ("Patient", "60591-5"),
    ],
)
async def test_a_stored_resource_becomes_its_usual_document(
    type: str, code: str, stored: httpx.AsyncClient
) -> None:
    """The doctor, the author and the structures are found however far they are cited."""
    root = document(await stored.get(f"{type}/{id_of(type)}/$to-cda"))
    assert root.find(tag("code")).get("code") == code
    assert root.find(f"{tag('author')}//{tag('assignedPerson')}") is not None
    assert root.find(f"{tag('custodian')}//{tag('id')}") is not None


async def test_another_type_may_be_asked_for(stored: httpx.AsyncClient) -> None:
    """The parameter chooses among the types; an unknown one is refused with their names."""
    patient = f"Patient/{id_of('Patient')}/$to-cda"
    root = document(await stored.get(patient, params={"type": "dlu"}))
    assert root.find(tag("code")).get("code") == "74207-2"
    answer = await stored.get(patient, params={"type": "novel"})
    assert answer.status_code == 400
    assert "ppcs" in answer.json()["issue"][0]["diagnostics"]


async def test_a_new_version_is_a_new_document_of_the_set(stored: httpx.AsyncClient) -> None:
    """After an update the document counts on and names the one before."""
    url = f"CarePlan/{id_of('CarePlan')}"
    before = document(await stored.get(f"{url}/$to-cda"))
    plan = (await stored.get(url)).json()
    changed = plan | {"note": [{"text": "Revu avec la personne"}]}
    answer = await stored.put(url, json=changed, headers=TYPE | {"If-Match": 'W/"1"'})
    assert answer.status_code == 200, answer.text
    after = document(await stored.get(f"{url}/$to-cda"))
    assert after.find(tag("setId")).attrib == before.find(tag("setId")).attrib
    assert after.find(tag("versionNumber")).get("value") == "2"
    replaced = after.find(f"{tag('relatedDocument')}/{tag('parentDocument')}/{tag('id')}")
    assert replaced.attrib == before.find(tag("id")).attrib


async def test_what_changes_beside_the_focus_makes_another_document(
    stored: httpx.AsyncClient,
) -> None:
    """Of the same version, and never under the id of a document that told something else."""
    url = f"Patient/{id_of('Patient')}/$to-cda"
    before, again = document(await stored.get(url)), document(await stored.get(url))
    assert etree.tostring(before) == etree.tostring(again)
    goal = (await stored.get(f"Goal/{id_of('Goal')}")).json()
    await stored.put(f"Goal/{goal['id']}", json=goal | {"note": [{"text": "revu"}]}, headers=TYPE)
    after = document(await stored.get(url))
    assert after.find(tag("id")).attrib != before.find(tag("id")).attrib
    assert after.find(tag("setId")).attrib == before.find(tag("setId")).attrib
    assert after.find(tag("versionNumber")).get("value") == "1"


async def test_a_bundle_becomes_a_document(stored: httpx.AsyncClient) -> None:
    """Nothing needs to be stored; focus and type may be named."""
    entries = [{"resource": row} for row in people()]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    root = document(await stored.post("$to-cda", json=bundle, headers=TYPE))
    assert root.find(tag("code")).get("code") == "18776-5"
    call = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "type", "valueCode": "ldl-ses"},
            {"name": "focus", "valueString": f"Patient/{id_of('Patient')}"},
            {"name": "resource", "resource": bundle},
        ],
    }
    root = document(await stored.post("$to-cda", json=call, headers=TYPE))
    assert root.find(tag("code")).get("code") == "11490-0"


async def test_a_refusal_names_everything_missing(stored: httpx.AsyncClient) -> None:
    """A patient without identity is a 422 with an issue for each trait."""
    entry = {"resource": {"resourceType": "Patient", "id": "1"}}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [entry]}
    answer = await stored.post("$to-cda", json=bundle, headers=TYPE, params={"type": "ppcs"})
    assert answer.status_code == 422
    places = [row["expression"][0] for row in answer.json()["issue"]]
    assert {"Patient.identifier", "Patient.gender", "Patient.birthDate"} <= set(places)
    nothing = await stored.post("$to-cda", json={"resourceType": "Parameters"}, headers=TYPE)
    assert nothing.status_code == 400


async def test_a_bundle_that_is_not_fhir_is_refused(stored: httpx.AsyncClient) -> None:
    """What is sent must have the shape of FHIR before a document is made of it."""
    entry = {"resource": {"resourceType": "Patient", "id": "1", "name": "Zoé"}}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [entry]}
    answer = await stored.post("$to-cda", json=bundle, headers=TYPE)
    assert answer.status_code == 422
    assert "Bundle.entry[0].resource" in answer.json()["issue"][0]["expression"][0]


async def test_who_signs_may_be_named(stored: httpx.AsyncClient) -> None:
    """The author and the keeper that the request names stand in the header."""
    roles = [row for row in people() if row["resourceType"] == "PractitionerRole"]
    author = f"PractitionerRole/{roles[-1]['id']}"
    keeper = id_of("Organization")
    root = document(
        await stored.get(
            f"Patient/{id_of('Patient')}/$to-cda",
            params={"author": author, "custodian": f"Organization/{keeper}"},
        )
    )
    family = roles[-1]["practitioner"]["display"].split(" ", 1)[1]
    assert root.find(f"{tag('author')}//{tag('family')}").text == family
    name = next(row["name"] for row in people() if row.get("id") == keeper)
    assert root.find(f"{tag('custodian')}//{tag('name')}").text == name
