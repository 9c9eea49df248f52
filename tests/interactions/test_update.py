"""https://hl7.org/fhir/R4/http.html#update, #concurrency and #cond-update."""

import asyncio
from decimal import Decimal

from cordee.errors import Category, FhirError
from interactions.conftest import Client, Refusal, content, found_ids, patient


async def test_each_update_is_a_new_version(client: Client) -> None:
    """An update gives the next version, also when nothing changes; time moves on with it."""
    made = await client.create(patient())
    for number in (2, 3):
        answer = await client.update(f"Patient/{made.id}", patient(id=made.id))
        assert (answer.status, answer.version) == (200, number)
        assert answer.last_updated is not None
        assert made.last_updated is not None
        assert answer.last_updated > made.last_updated


async def test_an_update_can_create(client: Client) -> None:
    """An id never used becomes version 1, under the client's id."""
    answer = await client.update("Patient/mine", patient(id="mine"))
    assert (answer.status, answer.version, answer.id) == (201, 1, "mine")
    assert answer.location == "Patient/mine/_history/1"


async def test_an_update_brings_a_deleted_resource_back(client: Client) -> None:
    """After a deletion the version numbers go on: none is ever used twice."""
    await client.update("Patient/a", patient(id="a"))
    await client.delete("Patient/a")
    answer = await client.update("Patient/a", patient(id="a"))
    assert (answer.status, answer.version) == (201, 3)


async def test_url_and_body_name_the_same_id(client: Client) -> None:
    """A body without id or with another id is refused, naming the element."""
    for body in (patient(), patient(id="b")):
        with Refusal() as refusal:
            await client.update("Patient/a", body)
        assert refusal.category is Category.INVALID
        assert list(refusal.expressions) == ["id"]


async def test_ids_have_a_form(client: Client) -> None:
    """An id that FHIR does not allow is refused."""
    with Refusal() as refusal:
        await client.update("Patient/a_b", patient(id="a_b"))
    assert refusal.category is Category.INVALID


async def test_if_match_protects_from_lost_updates(client: Client) -> None:
    """If-Match with another version than the current one is 412 and changes nothing."""
    await client.update("Patient/a", patient(id="a"))
    assert (await client.update("Patient/a", patient(id="a"), if_match="1")).version == 2
    for url, version in (("a", "1"), ("a", "x"), ("never", "1")):
        with Refusal() as refusal:
            await client.update(f"Patient/{url}", patient(id=url), if_match=version)
        assert refusal.category is Category.PRECONDITION_FAILED
    assert (await client.read("Patient/a")).version == 2


async def test_if_none_match_star_only_creates(client: Client) -> None:
    """If-None-Match: * lets an update create and not overwrite."""
    assert (await client.update("Patient/a", patient(id="a"), if_none_match=("*",))).status == 201
    with Refusal() as refusal:
        await client.update("Patient/a", patient(id="a"), if_none_match=("*",))
    assert refusal.category is Category.PRECONDITION_FAILED


async def test_racing_updates_with_if_match_have_one_winner(client: Client) -> None:
    """Of many updates of the same version, one succeeds and the others are told."""
    await client.update("Patient/a", patient(id="a"))

    racing = [
        client.update("Patient/a", patient(str(number), id="a"), if_match="1")
        for number in range(8)
    ]
    found = await asyncio.gather(*racing, return_exceptions=True)
    losers = [error for error in found if isinstance(error, FhirError)]
    assert {error.category for error in losers} == {Category.PRECONDITION_FAILED}
    assert len(losers) == 7
    assert (await client.read("Patient/a")).version == 2


async def test_conditional_update_without_match_creates(client: Client) -> None:
    """No match, no id: a create with a server-assigned id."""
    answer = await client.update("Patient?family=durand", patient())
    assert (answer.status, answer.version) == (201, 1)


async def test_conditional_update_without_match_keeps_the_given_id(client: Client) -> None:
    """No match, an id in the body: an update-as-create under that id."""
    answer = await client.update("Patient?family=durand", patient(id="mine"))
    assert (answer.status, answer.id) == (201, "mine")


async def test_conditional_update_never_overwrites_what_does_not_match(client: Client) -> None:
    """No match, but the body's id exists: a conflict."""
    await client.update("Patient/mine", patient("Martin", id="mine"))
    with Refusal() as refusal:
        await client.update("Patient?family=durand", patient(id="mine"))
    assert refusal.category is Category.CONFLICT


async def test_conditional_update_writes_the_one_match(client: Client) -> None:
    """One match, no id or its own id: the match gets a new version."""
    made = await client.create(patient())
    answer = await client.update("Patient?family=durand", patient(active=True))
    assert (answer.status, answer.id, answer.version) == (200, made.id, 2)
    answer = await client.update("Patient?family=durand", patient(id=made.id))
    assert answer.version == 3


async def test_conditional_update_refuses_another_id(client: Client) -> None:
    """One match, another id in the body: 400."""
    await client.create(patient())
    with Refusal() as refusal:
        await client.update("Patient?family=durand", patient(id="other"))
    assert refusal.category is Category.INVALID
    assert list(refusal.expressions) == ["id"]


async def test_conditional_update_refuses_several_matches(client: Client) -> None:
    """Several matches: 412."""
    await client.create(patient())
    await client.create(patient())
    with Refusal() as refusal:
        await client.update("Patient?family=durand", patient())
    assert refusal.category is Category.MULTIPLE_MATCHES


async def test_conditional_update_honours_if_match(client: Client) -> None:
    """If-Match speaks of the match."""
    await client.create(patient())
    with Refusal() as refusal:
        await client.update("Patient?family=durand", patient(), if_match="7")
    assert refusal.category is Category.PRECONDITION_FAILED


async def test_racing_conditional_updates_make_one(client: Client) -> None:
    """Conditional updates and creates that race leave one resource, every update a version."""
    updates = [client.update("Patient?family=durand", patient(active=True)) for _ in range(6)]
    creates = [client.create(patient(), if_none_exist="family=durand") for _ in range(6)]
    answers = await asyncio.gather(*updates, *creates)
    ids = {answer.id for answer in answers}
    assert len(ids) == 1
    assert found_ids(await client.search("Patient?family=durand")) == [f"Patient/{ids.pop()}"]
    assert content(await client.read(f"Patient/{answers[0].id}"))["active"] is True


async def test_decimals_keep_their_digits(client: Client) -> None:
    """The digits of a decimal survive the store."""
    body = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "valueQuantity": {"value": Decimal("1.00")},
    }
    answer = await client.create(body)
    assert answer.body is not None
    assert b'"value":1.00' in answer.body
