"""The official French examples load, and the searches of their guides find them.

The server runs with the guides' packages installed, so their search parameters are in use.
"""

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from system.conftest import Running, free_port

pytestmark = [pytest.mark.conformance, pytest.mark.xdist_group("french")]
GUIDES = ("cds-2.0.1", "cdl-3.0.0", "gap-3.0.0", "nde-3.0.0")
NOS = "https://mos.esante.gouv.fr/NOS"
BASE = "https://exampleserver.org/fhir"
"""The base URL that the agenda guide's examples refer to absolutely."""


def example(material: Path, guide: str, name: str) -> dict[str, Any]:
    """Read an example out of a guide's package."""
    with tarfile.open(material / "fr-packages" / f"ans.fhir.fr.{guide}.tgz") as archive:
        member = archive.extractfile(f"package/example/{name}.json")
        assert member is not None
        resource: dict[str, Any] = json.load(member)
        return resource


@pytest.fixture(scope="module")
def server(material: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("french")
    packages = [str(material / "fr-packages" / f"ans.fhir.fr.{one}.tgz") for one in GUIDES]
    environment = {
        "CORDEE_PACKAGES": json.dumps(packages),
        "CORDEE_BASE_URL": BASE,
        "CORDEE_MONGODB_CACHE_GB": "0.25",
    }
    running = Running(folder / "data", free_port(), environment).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def http(server: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.base_url, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def circle(material: Path, http: httpx.Client) -> list[dict[str, Any]]:
    """Create a care circle by the guide's own transaction; give the response entries."""
    bundle = example(material, "cds-2.0.1", "Bundle-cds-bundle-transaction-creation-example")
    answer = http.post("", json=bundle)
    assert answer.status_code == 200, answer.text
    entries: list[dict[str, Any]] = answer.json()["entry"]
    return entries


def ids(http: httpx.Client, search: str) -> list[str]:
    """Search; give the ids of the matches."""
    answer = http.get(f"/{search}", headers={"Prefer": "handling=strict"})
    assert answer.status_code == 200, answer.text
    entries = answer.json().get("entry", [])
    return [one["resource"]["id"] for one in entries if one["search"]["mode"] == "match"]


def created(entry: dict[str, Any]) -> str:
    """Give the Type/id of a transaction's response entry."""
    return "/".join(entry["response"]["location"].removeprefix(f"{BASE}/").split("/")[:2])


def test_the_circle_s_references_follow_the_new_ids(
    http: httpx.Client, circle: list[dict[str, Any]]
) -> None:
    """`Type/id` references between entries point to what the entries became."""
    team, organization, patient, relative = (created(entry) for entry in circle)
    stored = http.get(f"/{team}").json()
    assert stored["subject"]["reference"] == patient
    members = [one["member"]["reference"] for one in stored["participant"]]
    assert members == [relative, organization]
    assert stored["managingOrganization"][0]["reference"] == organization
    assert http.get(f"/{relative}").json()["patient"]["reference"] == patient


def test_the_searches_of_the_care_circle_guide(
    http: httpx.Client, circle: list[dict[str, Any]]
) -> None:
    """Every search the guide asks of a manager finds the circle, and only when it should."""
    team, organization, patient, relative = (created(entry).split("/")[1] for entry in circle)
    finding = [
        "identifier=http://fake-identifier.fr|1",
        "status=active",
        "date=ge2013-01-01",
        "start=2013-01-12",
        "start=le2013-12-31",
        "participant-start=2013-01-12",
        "participant-end=ge2032-01-01",
        f"managingOrganization=Organization/{organization}",
        f"patient={patient}",
        f"subject=Patient/{patient}",
        f"participant=RelatedPerson/{relative}",
        f"participant:RelatedPerson._id={relative}",
        "participant:RelatedPerson.name:exact=Lamine",
        "participant:Organization.name=cabinet medical",
        "patient.identifier=urn:oid:1.2.250.1.213.1.4.8|123456789012244",
        "_lastUpdated=gt2020-01-01",
        f"patient.birthdate=1984-10-02&participant:RelatedPerson.identifier={'id-relatedPerson-12'}",
    ]
    for search in finding:
        assert ids(http, f"CareTeam?{search}") == [team], search
    missing = [
        "status=inactive",
        "start=gt2013-12-31",
        "participant-end=lt2032-01-01",
        "participant:RelatedPerson.name:exact=lamine",
        "participant:PractitionerRole.practitioner:Practitioner.identifier=801234567890",
        "participant:PractitionerRole.role=PCP",
        "participant:Organization.partof.name=x",
    ]
    for search in missing:
        assert ids(http, f"CareTeam?{search}") == [], search


def test_chains_of_two_levels_find_a_professional(
    http: httpx.Client, circle: list[dict[str, Any]]
) -> None:
    """A member is found by role and by the identifier of the person behind the role."""
    team = created(circle[0])
    rpps = {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "810000000009"}
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": "urn:uuid:8a0e2b1e-7c7c-4b1f-9d39-5a9c1a7e0001",
                "resource": {"resourceType": "Practitioner", "identifier": [rpps]},
                "request": {"method": "POST", "url": "Practitioner"},
            },
            {
                "fullUrl": "urn:uuid:8a0e2b1e-7c7c-4b1f-9d39-5a9c1a7e0002",
                "resource": {
                    "resourceType": "PractitionerRole",
                    "practitioner": {"reference": "urn:uuid:8a0e2b1e-7c7c-4b1f-9d39-5a9c1a7e0001"},
                    "code": [{"coding": [{"system": "urn:test", "code": "PCP"}]}],
                },
                "request": {"method": "POST", "url": "PractitionerRole"},
            },
        ],
    }
    role = created(http.post("", json=bundle).json()["entry"][1])
    stored = http.get(f"/{team}").json()
    member = {"member": {"reference": role}, "period": {"start": "2024-01-01"}}
    stored["participant"].append(member)
    assert http.put(f"/{team}", json=stored).status_code == 200
    team_id = team.split("/")[1]
    person = f"{rpps['system']}|{rpps['value']}"
    for search in (
        f"participant:PractitionerRole.practitioner:Practitioner.identifier={person}",
        "participant:PractitionerRole.role=PCP",
        "participant-start=ge2024-01-01",
    ):
        assert ids(http, f"CareTeam?{search}") == [team_id], search
    found = http.get(f"/CareTeam?_id={team_id}&_include:iterate=*").json()
    kinds = {one["resource"]["resourceType"] for one in found["entry"]}
    assert {"CareTeam", "Patient", "RelatedPerson", "Organization", "Practitioner"} <= kinds


def test_birthplace_is_searchable(http: httpx.Client, circle: list[dict[str, Any]]) -> None:
    """The guide's own parameter on the birth place extension finds the patient by town."""
    patient = http.get(f"/{created(circle[2])}").json()
    place = next(
        one["valueAddress"] for one in patient["extension"] if one["url"].endswith("birthPlace")
    )
    assert patient["id"] in ids(http, f"Patient?birthplace={place['city']}")
    assert ids(http, "Patient?birthplace=Nulle-Part") == []


def test_liaison_notes(material: Path, http: httpx.Client) -> None:
    """The booklet's transaction, POSTing to Type/id, loads, and its searches find the note."""
    bundle = example(material, "cdl-3.0.0", "Bundle-cdl-bundle-creation-note")
    answer = http.post("", json=bundle)
    assert answer.status_code == 200, answer.text
    by_type = {created(one).split("/")[0]: created(one) for one in answer.json()["entry"]}
    note = by_type["DocumentReference"].split("/")[1]
    stored = http.get(f"/{by_type['DocumentReference']}").json()
    assert stored["subject"]["reference"] == by_type["Patient"]
    note_type = f"{NOS}/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote|DEM-AVIS"
    for search in (
        f"type={note_type}",
        "date=2019-03",
        "author:Practitioner.family=Brooks",
        "author:Practitioner.given=sophie",
        f"patient={by_type['Patient']}",
        "patient.identifier=urn:oid:1.2.250.1.213.1.4.8|123456789012244&date=ge2019",
    ):
        assert note in ids(http, f"DocumentReference?{search}"), search


def test_agendas(material: Path, http: httpx.Client) -> None:
    """Slots are found by start, schedule and specialty; appointments by the guide's parameters."""
    for name in ("Schedule-example", "Slot-example", "Appointment-example-req-appointment"):
        resource = example(material, "gap-3.0.0", name)
        answer = http.put(f"/{resource['resourceType']}/{resource['id']}", json=resource)
        assert answer.status_code == 201, answer.text
    system = f"{NOS}/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale"
    coding = {"system": system, "code": "SM54"}
    role = {"resourceType": "PractitionerRole", "id": "1", "specialty": [{"coding": [coding]}]}
    assert http.put("/PractitionerRole/1", json=role).status_code == 201
    search = (
        "Slot?_include=Slot:schedule&_include:iterate=Schedule:actor&start=ge2019-01-02"
        f"&start=le2019-01-06&schedule.actor:PractitionerRole.specialty={system}|SM54&status=free"
    )
    assert ids(http, search) == ["example"]
    included = http.get(f"/{search}").json()["entry"]
    kinds = {one["resource"]["resourceType"] for one in included}
    assert kinds == {"Slot", "Schedule", "PractitionerRole"}
    for found in ("created=2019-01-02", "priority=5", "identifier=123"):
        assert ids(http, f"Appointment?{found}") == ["example-req-appointment"], found


def test_event_notifications(material: Path, http: httpx.Client) -> None:
    """An event is found by its type, which the guide keeps in an extension."""
    for name in ("CommunicationRequest-com1", "CommunicationRequest-com2"):
        resource = example(material, "nde-3.0.0", name)
        answer = http.put(f"/CommunicationRequest/{resource['id']}", json=resource)
        assert answer.status_code == 201, answer.text
    assert "com1" in ids(http, "CommunicationRequest?event-type=SOR")
    assert ids(http, "CommunicationRequest?event-type=ADM") == []
