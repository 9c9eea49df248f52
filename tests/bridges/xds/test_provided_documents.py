"""Documents provided by MHD (ITI-65) reach the DMP, by SOAP over mutual TLS."""

import asyncio
from typing import Any
from xml.etree.ElementTree import canonicalize

from bridges.cda.conftest import people
from bridges.mhd.provided_bundle import provided
from bridges.xds.conftest import FHIR, Place, Variant, patient
from cordee.access.caller import Caller
from cordee.bridges.exchange import Exchange
from cordee.interactions.exchange import Request
from cordee.interactions.transaction import transaction
from cordee.resource import json
from cordee.store.mongo_store import MongoStore


def bundle_of(document: bytes) -> dict[str, Any]:
    """Make what provides a document of the patient here."""
    made = provided(f"Patient/{patient()['id']}", document)
    made["entry"][1]["resource"]["contained"][0] = patient() | {"id": "person"}
    return made


async def submitted(place: Place, stored: str) -> Exchange:
    """Give the submission that came of a stored document, once it has ended."""
    assert isinstance(place.services.store, MongoStore)
    queue, subject = place.services.store.exchanges(), f"Patient/{patient()['id']}"
    for _ in range(1_200):
        rows = await queue.list(bridge="mhd", subject=subject, count=1_000)
        (forwarded,) = [row for row in rows if row.about[0].startswith(f"{stored}/")]
        assert forwarded.state in {"waiting", "sending", "done"}, forwarded.error
        id = forwarded.result.get("exchange")
        sent = await queue.get(id) if id else None
        if sent is not None and sent.state not in {"waiting", "sending"}:
            return sent
        await asyncio.sleep(0.05)
    raise AssertionError(f"{stored} was not submitted")


def stored_by(answer: dict[str, Any]) -> str:
    """Give the DocumentReference that a transaction made."""
    location: str = answer["entry"][1]["response"]["location"]
    return location.partition("/_history")[0]


async def generated_doctor(place: Place) -> Caller:
    """Store a doctor of a generated territory; give them as a caller."""
    doctors = (row for row in people() if row.get("specialty"))
    role = next(doctors)
    name = role["practitioner"]["reference"]
    person = next(row for row in people() if f"Practitioner/{row['id']}" == name)
    role = {key: value for key, value in role.items() if key != "organization"}
    for row in (person, role):
        url = f"{row['resourceType']}/{row['id']}"
        answer = await place.client.put(url, json=row, headers=FHIR)
        assert answer.status_code in {200, 201}, answer.text
    number = person["identifier"][0]["value"]
    references = (name, f"PractitionerRole/{role['id']}")
    return Caller(subject=number, kind="professional", references=references)


async def test_a_provided_document_goes_on_to_the_dmp(place: Place, variant: Variant) -> None:
    """It is stored here, registered there with its content, and both exchanges are to be seen."""
    data = variant(id := "2.25.7301")
    answer = await place.client.post("", json=bundle_of(data), headers=FHIR)
    assert answer.status_code == 200, answer.text
    stored = stored_by(answer.json())
    sent = await submitted(place, stored)
    assert sent.state == "done", (sent.error, place.dmp.refusals)
    (entry,) = [row for row in place.dmp.registry.living() if row.unique == id]
    told = canonicalize(place.dmp.registry.documents[entry.unique].decode())
    assert told == canonicalize(data.decode())
    noted = (await place.client.get(stored)).json()["identifier"]
    assert entry.uuid in [row["value"] for row in noted]


async def test_a_generated_doctor_provides_in_their_own_name(
    place: Place, variant: Variant
) -> None:
    """The DMP is told their profession and know-how: a generated territory has both."""
    caller = await generated_doctor(place)
    request = Request("http://test/fhir", body=bundle_of(variant(id := "2.25.7302")), caller=caller)
    answer = await transaction(place.services, request)
    sent = await submitted(place, stored_by(json.parse(answer.body or b"")))
    assert sent.state == "done", (sent.error, place.dmp.refusals)
    assert id in {row.unique for row in place.dmp.registry.living()}
    who = place.dmp.vouched[-1]
    assert who.id == caller.subject
    assert who.roles == (("10", "1.2.250.1.71.1.2.7"), ("SM54", "1.2.250.1.71.4.2.5"))
