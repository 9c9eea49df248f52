"""`$from-cda` over the whole application: documents sent, stored, sent again, replaced."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pymongo import MongoClient

from cordee.app import services
from cordee.resource.check_digits import ins_key
from cordee.settings import Settings
from cordee.web.application import build

JSON = {"Content-Type": "application/fhir+json"}
XML = {"Content-Type": "application/cda+xml"}


@pytest.fixture(scope="module")
async def server(
    mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """A server that holds nothing at first, one for all tests."""
    database = f"test_cda_in_{uuid4().hex}"
    folder = tmp_path_factory.mktemp("cda")
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database, data=folder)
    async with services(settings) as opened:
        transport = httpx.ASGITransport(build(opened))
        async with httpx.AsyncClient(transport=transport, base_url="http://test/fhir") as client:
            yield client
    with MongoClient[dict[str, object]](mongodb_uri) as mongo:
        mongo.drop_database(database)


def parts(answer: httpx.Response) -> dict[str, Any]:
    """Give the parts of Parameters by name."""
    assert answer.status_code == 200, answer.text
    rows = answer.json()["parameter"]
    return {row["name"]: row.get("resource") or row.get("valueReference") for row in rows}


async def sent(
    server: httpx.AsyncClient, data: bytes, headers: dict[str, str] = XML, **query: str
) -> dict[str, Any]:
    """Send a document as it is; give the answer's parts by name."""
    return parts(await server.post("$from-cda", content=data, headers=headers, params=query))


def of_another(data: bytes, matricule: str, family: bytes) -> bytes:
    """Make an example, all of which are of one patient, another patient's."""
    key = ins_key(matricule)
    assert key is not None
    ins = f"{matricule}{key:02d}".encode()
    return data.replace(b"279035121518989", ins).replace(b"PAT-TROIS", family)


async def got(server: httpx.AsyncClient, reference: dict[str, str] | str) -> dict[str, Any]:
    """Read what a Reference names."""
    literal = reference if isinstance(reference, str) else reference["reference"]
    answer = await server.get(literal, headers={"Accept": "application/fhir+json"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def total(server: httpx.AsyncClient, query: str) -> int:
    """Count what a search finds."""
    return int((await server.get(f"{query}&_summary=count")).json()["total"])


def told(done: dict[str, Any]) -> str:
    """Give everything that the outcome says."""
    return "\n".join(row["diagnostics"] for row in done["outcome"]["issue"])


async def test_a_document_is_stored_byte_for_byte(
    server: httpx.AsyncClient, examples: Path
) -> None:
    """With its patient and entries, and a Provenance that names the source."""
    data = (examples / "VAC_2023.01.xml").read_bytes()
    done = await sent(server, data)
    document = await got(server, done["document"])
    binary = await got(server, document["content"][0]["attachment"]["url"])
    assert base64.b64decode(binary["data"]) == data
    assert document["subject"] == done["patient"]
    patient = await got(server, done["patient"])
    assert patient["identifier"][0]["value"] == "279035121518989"
    assert await total(server, f"Immunization?patient={done['patient']['reference']}") == 4
    provenance = (await server.get(f"Provenance?entity={done['document']['reference']}")).json()
    made = provenance["entry"][0]["resource"]
    assert made["entity"][0] == {"role": "source", "what": done["document"]}
    assert len(made["target"]) > 8


async def test_a_document_sent_again_does_nothing(
    server: httpx.AsyncClient, examples: Path
) -> None:
    """As a Binary or base64 in Parameters alike; another content under its id is refused."""
    data = (examples / "VAC_2023.01.xml").read_bytes()
    first = await sent(server, data)
    binary = {"resourceType": "Binary", "contentType": "text/xml"}
    binary["data"] = base64.b64encode(data).decode()
    for row in ({"resource": binary}, {"valueBase64Binary": binary["data"]}):
        call = {"resourceType": "Parameters", "parameter": [{"name": "document"} | row]}
        again = parts(await server.post("$from-cda", json=call, headers=JSON))
        assert again["document"] == first["document"]
        assert again["outcome"]["issue"][0]["code"] == "duplicate"
    about = first["patient"]["reference"]
    assert await total(server, f"Immunization?patient={about}") == 4
    assert await total(server, f"DocumentReference?subject={about}") == 1
    other = await server.post("$from-cda", content=data + b"<!-- -->", headers=XML)
    assert other.status_code == 409


async def test_the_next_version_replaces_the_document(
    server: httpx.AsyncClient, examples: Path
) -> None:
    """What it made is updated, but what somebody changed since stays and is told."""
    data = (examples / "VAC_2023.01.xml").read_bytes()
    first = await sent(server, data)
    about = first["patient"]["reference"]
    found = (await server.get(f"Immunization?patient={about}&_sort=_id")).json()["entry"]
    changed = found[0]["resource"] | {"note": [{"text": "vérifié"}]}
    await server.put(f"Immunization/{changed['id']}", json=changed, headers=JSON)
    newer = data.replace(b"1.37.2023.1.1", b"1.37.2023.1.2")
    newer = newer.replace(b'<versionNumber value="1"', b'<versionNumber value="2"')
    done = await sent(server, newer)
    assert done["patient"] == first["patient"]
    former, document = await got(server, first["document"]), await got(server, done["document"])
    assert former["status"] == "superseded"
    assert document["relatesTo"] == [{"code": "replaces", "target": first["document"]}]
    assert await total(server, f"Immunization?patient={about}") == 4
    assert "was changed here" in told(done)
    kept = await got(server, f"Immunization/{changed['id']}")
    assert kept["note"] == [{"text": "vérifié"}]
    versions = [(await got(server, f"Immunization/{row['resource']['id']}")) for row in found[1:]]
    assert [row["meta"]["versionId"] for row in versions] == ["2", "2", "2"]


async def test_an_earlier_version_that_comes_late_changes_nothing(
    server: httpx.AsyncClient, examples: Path
) -> None:
    """It is kept as superseded; its contents are not taken for those of today."""
    data = (examples / "VAC-NOTE_2023.01.xml").read_bytes()
    data = of_another(data, "2790351215190", b"LATE")
    later = data.replace(b'<versionNumber value="1"', b'<versionNumber value="3"')
    assert later != data
    root = later.split(b'<id root="', 1)[1].split(b'"', 1)[0]
    await sent(server, later.replace(root, root + b".3", 1))
    done = await sent(server, data)
    assert (await got(server, done["document"]))["status"] == "superseded"
    assert "later version" in told(done)
    about = done["patient"]["reference"]
    assert await total(server, f"Immunization?patient={about}") == 1


async def test_a_known_patient_is_referenced_and_left_alone(
    server: httpx.AsyncClient, examples: Path
) -> None:
    """Found by the INS; what differs in the document is told, not written."""
    data = (examples / "LDL-EES_2022.01.xml").read_bytes()
    data = of_another(data, "2790351215191", b"KNOWN")
    preview = await sent(server, data, store="false")
    assert preview["return"]["type"] == "transaction"
    entries = [row["resource"] for row in preview["return"]["entry"]]
    new = next(row for row in entries if row["resourceType"] == "Patient")
    known = new | {"gender": "unknown", "address": []}
    known = {
        name: value for name, value in known.items() if value and name != "generalPractitioner"
    }
    stored = (await server.post("Patient", json=known, headers=JSON)).json()
    done = await sent(server, data)
    assert done["patient"]["reference"] == f"Patient/{stored['id']}"
    assert (await got(server, done["patient"]))["meta"]["versionId"] == "1"
    assert "gender differs" in told(done)


async def test_two_records_of_one_patient_are_for_a_person_to_choose(
    server: httpx.AsyncClient, examples: Path
) -> None:
    """The import is refused with both names, and goes on with the one that the caller names."""
    data = (examples / "DLU-EHPAD-FLUDT_2022.01.xml").read_bytes()
    data = of_another(data, "2790351215192", b"TWICE")
    preview = await sent(server, data, store="false")
    entries = [row["resource"] for row in preview["return"]["entry"]]
    new = next(row for row in entries if row["resourceType"] == "Patient")
    kept = ("resourceType", "identifier", "name", "gender", "birthDate", "extension")
    twin = {name: new[name] for name in kept if name in new}
    ids = [(await server.post("Patient", json=twin, headers=JSON)).json()["id"] for _ in range(2)]
    refused = await server.post("$from-cda", content=data, headers=XML)
    assert refused.status_code == 409
    assert all(id in refused.text for id in ids)
    binary = {"resourceType": "Binary", "contentType": "text/xml"}
    binary["data"] = base64.b64encode(data).decode()
    rows = [
        {"name": "document", "resource": binary},
        {"name": "patient", "valueReference": {"reference": f"Patient/{ids[1]}"}},
    ]
    call = {"resourceType": "Parameters", "parameter": rows}
    done = parts(await server.post("$from-cda", json=call, headers=JSON))
    assert done["patient"]["reference"] == f"Patient/{ids[1]}"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"<ClinicalDocument", 400),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><ClinicalDocument xmlns="urn:hl7-org:v3"/>', 400),
        (b"<html/>", 422),
        (b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>', 422),
        (b'<ClinicalDocument xmlns="urn:hl7-org:v3">' + b"<a>" * 400, 400),
    ],
)
async def test_what_is_no_document_is_refused(
    data: bytes, status: int, server: httpx.AsyncClient
) -> None:
    """Broken XML, declarations, other roots, nothing inside, endless nesting."""
    answer = await server.post("$from-cda", content=data, headers=XML)
    assert answer.status_code == status, answer.text
    assert answer.json()["resourceType"] == "OperationOutcome"
