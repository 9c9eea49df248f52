"""https://hl7.org/fhir/R4/http.html#create and #ccreate."""

import asyncio

from cordee.errors import Category
from interactions.conftest import Client, Refusal, content, found_ids, observation, patient


async def test_the_server_assigns_id_and_version(client: Client) -> None:
    """A new resource is stored under a fresh id as version 1, and the answer says where."""
    answer = await client.create(patient())
    assert (answer.status, answer.version) == (201, 1)
    assert answer.location == f"Patient/{answer.id}/_history/1"
    assert content(await client.read(f"Patient/{answer.id}")) == content(answer)


async def test_values_of_the_server_are_not_the_clients(client: Client) -> None:
    """A client's id, versionId and lastUpdated are ignored; its tags and profiles are kept."""
    meta = {
        "versionId": "9",
        "lastUpdated": "1999-01-01T00:00:00Z",
        "profile": ["http://hl7.org/fhir/StructureDefinition/Patient"],
        "tag": [{"code": "t"}],
        "security": [{"code": "s"}],
    }
    found = content(await client.create(patient(id="mine", meta=meta)))
    assert found["id"] != "mine"
    assert found["meta"]["versionId"] == "1"
    assert found["meta"]["lastUpdated"] > "2020"
    assert {name: found["meta"][name] for name in ("profile", "tag", "security")} == {
        name: meta[name] for name in ("profile", "tag", "security")
    }


async def test_contained_resources_stay(client: Client) -> None:
    """Contained resources keep their own ids."""
    contained = [{"resourceType": "Organization", "id": "o", "name": "CHU"}]
    body = patient(contained=contained, managingOrganization={"reference": "#o"})
    assert content(await client.create(body))["contained"] == contained


async def test_an_invalid_resource_is_refused(client: Client) -> None:
    """What the base definition forbids is refused, naming the element."""
    with Refusal() as refusal:
        await client.create(patient(birthDate="yesterday"))
    assert refusal.category is Category.UNPROCESSABLE
    assert "Patient.birthDate" in str(refusal.expressions)


async def test_errors_come_before_remarks(client: Client) -> None:
    """The first issue says why the resource was refused, whatever else there is to remark."""
    body = patient(maritalStatus={"coding": [{"system": "urn:x", "code": "y"}]}, birthDate="x")
    with Refusal() as refusal:
        await client.create(body)
    assert refusal.expressions[0] == "Patient.birthDate"
    assert len(refusal.expressions) > 1


async def test_the_body_must_be_of_the_urls_type(client: Client) -> None:
    """A body of another type than the URL's is refused."""
    with Refusal() as refusal:
        await client.update("Observation/1", patient(id="1"))
    assert refusal.category is Category.INVALID


async def test_own_absolute_references_become_relative(client: Client) -> None:
    """A reference that spells out this server's base is stored as a relative one."""
    subject = await client.create(patient())
    made = await client.create(observation(f"https://example.org/fhir/Patient/{subject.id}"))
    assert content(made)["subject"]["reference"] == f"Patient/{subject.id}"


async def test_conditional_references_need_a_transaction(client: Client) -> None:
    """A conditional reference outside a transaction is refused, naming the element."""
    with Refusal() as refusal:
        await client.create(observation("Patient?identifier=1"))
    assert refusal.category is Category.INVALID
    assert list(refusal.expressions) == ["Observation.subject.reference"]


async def test_references_are_checked_on_demand(client: Client) -> None:
    """With referential integrity, a reference to nothing is refused, naming the element."""
    strict = client.configured(referential_integrity=True)
    with Refusal() as refusal:
        await strict.create(observation("Patient/nobody"))
    assert refusal.category is Category.UNPROCESSABLE
    assert list(refusal.expressions) == ["Observation.subject.reference"]
    assert (await client.create(observation("Patient/nobody"))).status == 201


async def test_if_none_exist_creates_when_nothing_matches(client: Client) -> None:
    """No match: an ordinary create."""
    answer = await client.create(_known("1"), if_none_exist="identifier=urn:s|1")
    assert answer.status == 201


async def test_if_none_exist_gives_the_one_match(client: Client) -> None:
    """One match: nothing is created, and the match is the answer."""
    first = await client.create(_known("1"))
    again = await client.create(_known("1"), if_none_exist="identifier=urn:s|1")
    assert (again.status, again.id, again.version) == (200, first.id, 1)


async def test_if_none_exist_refuses_several_matches(client: Client) -> None:
    """Several matches: refused with 412."""
    await client.create(_known("1"))
    await client.create(_known("1"))
    with Refusal() as refusal:
        await client.create(_known("1"), if_none_exist="identifier=urn:s|1")
    assert refusal.category is Category.MULTIPLE_MATCHES


async def test_criteria_must_restrict(client: Client) -> None:
    """Criteria that match everything are not selective enough; unknown ones are refused."""
    for query, category in (
        ("", Category.PRECONDITION_FAILED),
        ("_summary=true", Category.PRECONDITION_FAILED),
        ("nonsense=1", Category.INVALID),
    ):
        with Refusal() as refusal:
            await client.create(patient(), if_none_exist=query)
        assert refusal.category is category, query


async def test_racing_conditional_creates_make_one(client: Client) -> None:
    """Many clients with the same criteria at once create one resource, however they spell it."""
    spellings = ("identifier=urn:s|1&family=durand", "family=durand&identifier=urn:s|1")
    racing = [client.create(_known("1"), if_none_exist=spellings[n % 2]) for n in range(12)]
    answers = await asyncio.gather(*racing)
    assert sorted(answer.status for answer in answers) == [200] * 11 + [201]
    assert len({answer.id for answer in answers}) == 1
    assert len(found_ids(await client.search("Patient?identifier=urn:s|1"))) == 1


def _known(value: str) -> dict[str, object]:
    return patient(identifier=[{"system": "urn:s", "value": value}])
