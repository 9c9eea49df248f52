"""`$ins-check` and `$ins-search` over HTTP, with INSi behind them."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pymongo import MongoClient

from bridges.insi.simulator import Citizen, Simulator
from certificates import Authority
from cordee.app import services
from cordee.settings import Settings
from cordee.web.application import build

CORE = "https://hl7.fr/ig/fhir/core/StructureDefinition/"
NIR = "urn:oid:1.2.250.1.213.1.4.8"
FOUR = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-identity-status"
OLDER = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445"
MARIE = Citizen(
    "2770101154003",
    "29",
    "GARCIA-HAMMADI",
    "SARAH-LOU ANNA",
    "F",
    "1977-01-21",
    "01154",
    (("2770163220123", "38", "1977-01-21", "2001-05-02"),),
)
DATAMATRIX = (
    "IS010000000000000000000000S1277010115400329S21.2.250.1.213.1.4.8\x1d"
    "S3SARAH-LOU ANNA\x1dS4GARCIA-HAMMADI\x1dS5FS621-01-1977"
)


@pytest.fixture(scope="module")
async def simulator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Simulator]:
    """A running simulator, shared by all tests."""
    authority = Authority.make(tmp_path_factory.mktemp("igc"), "igc")
    async with Simulator(authority) as running:
        yield running


@pytest.fixture
def insi(simulator: Simulator) -> Simulator:
    """The simulator, which knows one person and has not been asked yet."""
    simulator.calls.clear()
    simulator.headers.clear()
    simulator.citizens[:] = [MARIE]
    return simulator


@pytest.fixture(scope="module")
async def server(
    simulator: Simulator, mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server that asks the simulator, shared by all tests."""
    name = f"test_{uuid4().hex}"
    settings = Settings(
        mongodb_uri=mongodb_uri,
        mongodb_database=name,
        data=tmp_path_factory.mktemp("data"),
        insi_url=simulator.url,
        insi_authority=simulator.authority.root,
        insi_certificate=simulator.authority.issue("structure"),
        insi_licence="PDP00XX00XX0",
        insi_sender="10B0152872",
    )
    async with services(settings) as opened:
        transport = httpx.ASGITransport(build(opened), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test/fhir") as http:
            yield http
    with MongoClient[dict[str, Any]](mongodb_uri) as mongo:
        mongo.drop_database(name)


@pytest.fixture
def asking(server: httpx.AsyncClient, insi: Simulator) -> httpx.AsyncClient:  # noqa: ARG001
    """The client, with the simulator as new."""
    return server


def person(*codes: tuple[str, str], **other: Any) -> dict[str, Any]:
    """Make Sarah-Lou as a desk notes her, with statements of reliability."""
    return {
        "resourceType": "Patient",
        "extension": [
            {
                "url": CORE + "fr-core-identity-reliability",
                "extension": [
                    {"url": "identityStatus", "valueCoding": {"system": system, "code": code}}
                ],
            }
            for system, code in codes
        ],
        "name": [
            {"use": "official", "family": "Garcia-Hammadi", "given": ["Sarah-Lou"]},
            {"use": "usual", "family": "Lefèvre", "given": ["Sarah"]},
        ],
        "gender": "female",
        "birthDate": "1977-01-21",
        "telecom": [{"system": "phone", "value": "0612345678"}],
    } | other


async def stored(client: httpx.AsyncClient, patient: dict[str, Any]) -> dict[str, Any]:
    """Store a Patient; give it as stored."""
    fresh = {name: value for name, value in patient.items() if name not in ("id", "meta")}
    answer = await client.post("/Patient", json=fresh)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = (await client.get(f"/Patient/{answer.json()['id']}")).json()
    return found


def told(answer: httpx.Response) -> dict[str, Any]:
    """Give the parameters of an answer by name; the last of those that repeat."""
    assert answer.status_code == 200, answer.text
    return {
        row["name"]: next(value for key, value in row.items() if key != "name")
        for row in answer.json()["parameter"]
    }


def apply() -> dict[str, Any]:
    """Ask to store the answer."""
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": "apply", "valueBoolean": True}],
    }


def status_of(patient: dict[str, Any]) -> list[str]:
    """Give the codes of the statuses that a Patient states."""
    return [
        part["valueCoding"]["code"]
        for row in patient["extension"]
        if row["url"].endswith("identity-reliability")
        for part in row["extension"]
        if part["url"] == "identityStatus"
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [((OLDER, "PROV"), "RECUP"), ((FOUR, "VALI"), "QUAL"), ((OLDER, "VALI"), "VALI")],
    ids=["provisional", "validated", "validated, older way"],
)
async def test_a_person_found_gets_ins_traits_and_status(
    asking: httpx.AsyncClient, before: tuple[str, str], after: str
) -> None:
    """What INSi knows is stored: INS, former one, strict traits, status; the rest stays."""
    known = await stored(asking, person(before))
    found = told(await asking.post(f"/Patient/{known['id']}/$ins-search", json=apply()))
    assert (found["result"], found["code"], found["calls"]) == ("found", "00", 1)
    patient = (await asking.get(f"/Patient/{known['id']}")).json()
    assert patient == found["patient"]
    assert patient["meta"]["versionId"] == "2"
    assert [(row["use"], row["value"]) for row in patient["identifier"]] == [
        ("official", "277010115400329"),
        ("old", "277016322012338"),
    ]
    assert patient["identifier"][1]["period"] == {"start": "1977-01-21", "end": "2001-05-02"}
    official, usual = patient["name"]
    assert official["extension"][0]["valueString"] == "SARAH-LOU ANNA"
    assert (official["family"], official["given"]) == ("GARCIA-HAMMADI", ["SARAH-LOU"])
    assert usual == known["name"][1]
    assert patient["telecom"] == known["telecom"]
    assert status_of(patient) == [after]


async def test_without_apply_nothing_is_stored(asking: httpx.AsyncClient) -> None:
    """The answer is a proposal; the stored Patient keeps its version."""
    known = await stored(asking, person((OLDER, "PROV")))
    found = told(await asking.post(f"/Patient/{known['id']}/$ins-search"))
    assert (found["status"], found["patient"]["id"]) == ("RECUP", known["id"])
    assert (await asking.get(f"/Patient/{known['id']}")).json() == known


async def test_other_given_names_are_tried_then_the_birth_place(
    asking: httpx.AsyncClient, insi: Simulator
) -> None:
    """Nobody, or several: the next given name, then all of them with the place."""
    twin = Citizen(
        "2770101154004", "28", "GARCIA-HAMMADI", "ANNA SARAH-LOU", "F", "1977-01-21", "75056"
    )
    insi.citizens.append(twin)
    place = {
        "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
        "valueAddress": {
            "extension": [
                {"url": CORE + "fr-core-address-insee-code", "valueCoding": {"code": "01154"}}
            ]
        },
    }
    asked = person()
    asked["extension"] = [place]
    asked["name"][0]["given"] = ["Zoé", "Sarah-Lou", "Anna"]
    body = {"resourceType": "Parameters", "parameter": [{"name": "patient", "resource": asked}]}
    found = told(await asking.post("/Patient/$ins-search", json=body))
    assert (found["result"], found["calls"]) == ("found", 5)
    assert [(row["Prenom"], row.get("LieuNaissance")) for row in insi.asked()] == [
        ("ZOE", None),
        ("SARAH-LOU", None),
        ("ANNA", None),
        ("ZOE", "01154"),
        ("SARAH-LOU", "01154"),
    ]


@pytest.mark.parametrize(
    ("change", "result"), [({"birthDate": "1950"}, "none"), ({"name": None}, "several")]
)
async def test_nobody_and_several_are_results(
    asking: httpx.AsyncClient, insi: Simulator, change: dict[str, Any], result: str
) -> None:
    """No Patient is proposed when INSi names nobody, or several."""
    insi.citizens.append(MARIE)
    asked = person() | {name: value for name, value in change.items() if value}
    found = told(await asking.post("/Patient/$ins-search", json=asked))
    assert found["result"] == result
    assert "patient" not in found


@pytest.mark.parametrize("code", ["DOUT", "FICT"])
@pytest.mark.parametrize("operation", ["$ins-search", "$ins-check"])
async def test_a_doubtful_identity_is_not_asked_about(
    asking: httpx.AsyncClient, insi: Simulator, code: str, operation: str
) -> None:
    """Doubtful and fictitious identities bar the call: 422, and INSi hears nothing."""
    known = await stored(asking, person((OLDER, code)))
    answer = await asking.post(f"/Patient/{known['id']}/{operation}")
    assert answer.status_code == 422
    assert "doubtful or fictitious" in answer.json()["issue"][0]["diagnostics"]
    assert insi.calls == []


async def test_a_confirmed_ins_qualifies(asking: httpx.AsyncClient) -> None:
    """INS and traits that INSi knows together: the result is true, a qualified one stays so."""
    known = await stored(asking, await _qualified(asking))
    found = told(await asking.post(f"/Patient/{known['id']}/$ins-check"))
    assert (found["result"], found["status"]) == (True, "QUAL")
    assert "difference" not in found


async def test_an_ins_of_another_is_put_on_the_work_list(asking: httpx.AsyncClient) -> None:
    """A matricule that INSi gives to somebody else is a difference, and a tag to search by."""
    patient = await _qualified(asking)
    patient["identifier"][0]["value"] = "209066322012355"
    patient["name"][0]["family"] = "GARCIA-HAMMADI"
    known = await stored(asking, patient)
    found = told(await asking.post(f"/Patient/{known['id']}/$ins-check", json=apply()))
    assert found["result"] is False
    assert [part.get("valueString") for part in found["difference"]] == [
        "matricule",
        "209066322012355",
        "277010115400329",
    ]
    listed = await asking.get("/Patient?_tag=ins-refused")
    assert [row["resource"]["id"] for row in listed.json()["entry"]] == [known["id"]]


async def test_a_datamatrix_is_checked_and_read(asking: httpx.AsyncClient) -> None:
    """What a scanner reads is enough to ask; reading alone asks nobody."""
    scanned = {
        "resourceType": "Parameters",
        "parameter": [{"name": "datamatrix", "valueString": DATAMATRIX}],
    }
    assert told(await asking.post("/Patient/$ins-check", json=scanned))["result"] is True
    read = told(await asking.post("/Patient/$ins-read-datamatrix", json=scanned))["patient"]
    assert (read["birthDate"], read["identifier"][0]["value"]) == ("1977-01-21", "277010115400329")
    assert status_of(read) == ["RECUP"]


async def test_a_change_meanwhile_wins(asking: httpx.AsyncClient) -> None:
    """The answer is not stored over a version that the caller does not know."""
    known = await stored(asking, person((OLDER, "PROV")))
    answer = await asking.post(
        f"/Patient/{known['id']}/$ins-search", json=apply(), headers={"If-Match": 'W/"7"'}
    )
    assert answer.status_code == 412
    assert (await asking.get(f"/Patient/{known['id']}")).json() == known


async def test_without_insi_the_operations_say_so(client: httpx.AsyncClient) -> None:
    """A server without INSi offers the operations, and tells what is missing."""
    answer = await client.post("/Patient/$ins-search", json=person())
    assert answer.status_code == 400
    assert "CORDEE_INSI_URL" in answer.json()["issue"][0]["diagnostics"]
    capabilities = (await client.get("/metadata")).json()
    patient = next(row for row in capabilities["rest"][0]["resource"] if row["type"] == "Patient")
    offered = {row["name"]: row["definition"] for row in patient["operation"]}
    assert offered["ins-check"].startswith("https://cordee.example/fhir/OperationDefinition/")


async def _qualified(client: httpx.AsyncClient) -> dict[str, Any]:
    """Make Sarah-Lou as INSi knows her, her identity card seen."""
    known = await stored(client, person((FOUR, "VALI")))
    answer = await client.post(f"/Patient/{known['id']}/$ins-search", json=apply())
    patient: dict[str, Any] = told(answer)["patient"]
    return patient
