"""`Patient/$match`: https://hl7.org/fhir/R4/patient-operation-match.html."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pymongo import MongoClient

from cordee.app import services
from cordee.settings import Settings
from cordee.web.application import build

CORE = "https://hl7.fr/ig/fhir/core/StructureDefinition/"
IPP = "https://hospital.example/ipp"
TEST_INS = "urn:oid:1.2.250.1.213.1.4.10"


def patient(family: str, given: str, born: str | None, gender: str, **other: Any) -> dict[str, Any]:
    """Make a Patient."""
    made = {
        "resourceType": "Patient",
        "name": [{"use": "official", "family": family, "given": given.split()}],
        "gender": gender,
    }
    return made | ({"birthDate": born} if born else {}) | other


PEOPLE: dict[str, dict[str, Any]] = {
    "jeanne": patient("Lefèvre", "Jeanne Marie", "1941-03-09", "female")
    | {"identifier": [{"system": IPP, "value": "17"}]},
    "twin": patient("Lefèvre", "Louise", "1941-03-09", "female"),
    "son": patient("Lefèvre", "Jean", "1965-11-20", "male"),
    "pierre": patient("Le Goff", "Jean-Pierre", "1958-04-30", "male"),
    "married": {
        **patient("Hammadi", "Sarah-Lou", "1977-01-21", "female"),
        "name": [
            {"use": "official", "family": "Hammadi", "given": ["Sarah-Lou"]},
            {"use": "usual", "family": "Garcia-Hammadi", "given": ["Sarah"]},
        ],
    },
    "ins": patient("Moreau", "Paul", "1950-06-15", "male")
    | {"identifier": [{"system": TEST_INS, "value": "150067511600142"}]},
}


@pytest.fixture(scope="module")
def database() -> str:
    """The name of the module's database."""
    return f"test_{uuid4().hex}"


@pytest.fixture(scope="module")
async def people(
    mongodb_uri: str, database: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server that knows some people, shared by all tests that only ask."""
    folder = tmp_path_factory.mktemp("match")
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database, data=folder)
    async with services(settings) as opened:
        transport = httpx.ASGITransport(build(opened), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test/fhir") as client:
            for id, resource in PEOPLE.items():
                answer = await client.put(f"/Patient/{id}", json=resource | {"id": id})
                assert answer.status_code == 201, answer.text
            yield client
    with MongoClient[dict[str, Any]](mongodb_uri) as mongo:
        mongo.drop_database(database)


async def match(
    client: httpx.AsyncClient, asked: dict[str, Any], **parameters: Any
) -> list[tuple[str, str, float]]:
    """Ask, and give (id, grade, score) of each entry."""
    rows = [{"name": "resource", "resource": asked}]
    rows += [
        {"name": name, "valueBoolean" if isinstance(value, bool) else "valueInteger": value}
        for name, value in parameters.items()
    ]
    body = {"resourceType": "Parameters", "parameter": rows}
    answer = await client.post("/Patient/$match", json=body)
    assert answer.status_code == 200, answer.text
    return [
        (
            entry["resource"]["id"],
            entry["search"]["extension"][0]["valueCode"],
            entry["search"]["score"],
        )
        for entry in answer.json().get("entry", ())
    ]


@pytest.mark.parametrize(
    ("asked", "id", "grade"),
    [
        (patient("LEFEVRE", "JEANNE", "1941-03-09", "female"), "jeanne", "certain"),
        (patient("Lefebvre", "Jeanne", "1941-03-09", "female"), "jeanne", "probable"),
        (patient("Lefèvre", "Jeanne", "1941-09-03", "female"), "jeanne", "probable"),
        (patient("Lefèvre", "Jeanne", "1941-03-19", "female"), "jeanne", "probable"),
        (patient("Lefèvre", "Marie", "1941-03-09", "female"), "jeanne", "probable"),
        (patient("Lefèvre", "Jeanne", None, "female"), "jeanne", "possible"),
        (patient("Jeanne", "Lefevre", "1941-03-09", "female"), "jeanne", "probable"),
        (patient("GOFF", "Jean Pierre", "1958-04-30", "male"), "pierre", "certain"),
        (patient("Legoff", "Jean-Pierre", "1958-04-30", "male"), "pierre", "certain"),
        (patient("GARCIA HAMMADI", "Sarah", "1977-01-21", "female"), "married", "certain"),
        (patient("Hamadi", "Sarah-Lou", "1977-01-21", "female"), "married", "probable"),
        (
            patient("Autre", "Nom", "2000-01-01", "male")
            | {"identifier": [{"system": IPP, "value": "17"}]},
            "jeanne",
            "possible",
        ),
    ],
    ids=str,
)
async def test_who_is_meant(
    people: httpx.AsyncClient, asked: dict[str, Any], id: str, grade: str
) -> None:
    """The person who is meant comes first, with the grade that the slip deserves."""
    found = await match(people, asked)
    assert found, "nobody was found"
    assert found[0][:2] == (id, grade), found
    assert [row[2] for row in found] == sorted((row[2] for row in found), reverse=True)


async def test_nobody_is_a_searchset_without_entries(people: httpx.AsyncClient) -> None:
    """Someone unknown matches nobody."""
    assert await match(people, patient("Kowalski", "Anna", "1990-02-02", "female")) == []


async def test_only_a_certain_match_when_asked(people: httpx.AsyncClient) -> None:
    """With onlyCertainMatches a probable one is not given, nor one of two certain ones."""
    slip = patient("Lefebvre", "Jeanne", "1941-03-09", "female")
    assert await match(people, slip, onlyCertainMatches=True) == []
    sure = PEOPLE["jeanne"]
    assert [row[0] for row in await match(people, sure, onlyCertainMatches=True)] == ["jeanne"]
    await people.put("/Patient/again", json=sure | {"id": "again"})
    try:
        assert await match(people, sure, onlyCertainMatches=True) == []
    finally:
        await people.delete("/Patient/again")


async def test_the_count_bounds_the_entries(people: httpx.AsyncClient) -> None:
    """The best come first, and no more than asked for."""
    asked = patient("Lefèvre", "Jeanne", "1941-03-09", "female")
    assert len(await match(people, asked)) == 2
    assert [row[0] for row in await match(people, asked, count=1)] == ["jeanne"]


async def test_another_ins_is_another_person(people: httpx.AsyncClient) -> None:
    """Equal traits with another INS are never certain; the same INS with a slip is."""
    asked = PEOPLE["ins"] | {"identifier": [{"system": TEST_INS, "value": "150067511600239"}]}
    assert await match(people, asked) == []
    slip = PEOPLE["ins"] | {"birthDate": "1950-06-16"}
    assert (await match(people, slip))[0][:2] == ("ins", "certain")


async def test_a_patient_sent_alone_is_the_question(people: httpx.AsyncClient) -> None:
    """The body may be the Patient itself; anything else is refused."""
    answer = await people.post("/Patient/$match", json=PEOPLE["pierre"])
    assert answer.json()["total"] == 1
    assert (await people.post("/Patient/$match", json={"resourceType": "Group"})).status_code == 400


async def test_no_candidate_search_reads_the_collection(
    people: httpx.AsyncClient, mongodb_uri: str, database: str
) -> None:
    """Every way to find candidates is served by indexes."""
    with MongoClient[dict[str, Any]](mongodb_uri) as mongo:
        mongo[database].command("profile", 2)
        await match(people, PEOPLE["jeanne"])
        mongo[database].command("profile", 0)
        plans = [
            row["planSummary"]
            for row in mongo[database]["system.profile"].find({"ns": f"{database}.Patient"})
            if "planSummary" in row
        ]
    assert plans
    assert not [plan for plan in plans if "COLLSCAN" in plan]
