"""https://hl7.org/fhir/R4/http.html#delete."""

from cordee.errors import Category
from cordee.interactions.exchange import Preferences
from interactions.conftest import Client, Refusal, found_ids, observation, patient


async def test_a_deleted_resource_is_gone_from_reads_and_searches(client: Client) -> None:
    """A deletion is a version of its own; the resource is no longer found."""
    made = await client.create(patient())
    answer = await client.delete(f"Patient/{made.id}")
    assert (answer.status, answer.version) == (204, 2)
    assert found_ids(await client.search("Patient?family=durand")) == []


async def test_deleting_again_changes_nothing(client: Client) -> None:
    """Deleting what is deleted, or never was, succeeds without a new version."""
    made = await client.create(patient())
    await client.delete(f"Patient/{made.id}")
    assert (await client.delete(f"Patient/{made.id}")).status == 204
    assert (await client.delete("Patient/never")).status == 204
    assert (await client.history(f"Patient/{made.id}"))["total"] == 2


async def test_an_outcome_on_request(client: Client) -> None:
    """Who prefers an OperationOutcome gets 200 and is told what was deleted."""
    made = await client.create(patient())
    prefer = Preferences(returns="OperationOutcome")
    answer = await client.delete(f"Patient/{made.id}", prefer=prefer)
    assert answer.status == 200
    assert f"Patient/{made.id}" in answer.issues[0].diagnostics


async def test_if_match_protects_deletes(client: Client) -> None:
    """A delete with If-Match of another version is 412."""
    made = await client.create(patient())
    with Refusal() as refusal:
        await client.delete(f"Patient/{made.id}", if_match="2")
    assert refusal.category is Category.PRECONDITION_FAILED
    assert (await client.delete(f"Patient/{made.id}", if_match="1")).status == 204


async def test_conditional_delete_of_one(client: Client) -> None:
    """No match or one match: an ordinary delete."""
    assert (await client.delete("Patient?family=durand")).status == 204
    made = await client.create(patient())
    assert (await client.delete("Patient?family=durand")).version == 2
    with Refusal() as refusal:
        await client.read(f"Patient/{made.id}")
    assert refusal.category is Category.DELETED


async def test_conditional_delete_of_several_is_a_setting(client: Client) -> None:
    """Several matches: 412 by default, all deleted where the settings say multiple."""
    for _ in range(3):
        await client.create(patient())
    with Refusal() as refusal:
        await client.delete("Patient?family=durand")
    assert refusal.category is Category.MULTIPLE_MATCHES
    assert len(found_ids(await client.search("Patient"))) == 3
    multiple = client.configured(conditional_delete="multiple")
    assert (await multiple.delete("Patient?family=durand")).status == 204
    assert found_ids(await client.search("Patient")) == []


async def test_a_delete_without_criteria_is_refused(client: Client) -> None:
    """Nobody empties a type by mistake."""
    await client.create(patient())
    for url in ("Patient", "Patient?_format=json"):
        with Refusal() as refusal:
            await client.delete(url)
        assert refusal.category is Category.PRECONDITION_FAILED
    assert len(found_ids(await client.search("Patient"))) == 1


async def test_referenced_resources_stay_on_demand(client: Client) -> None:
    """With referential integrity, what others refer to cannot be deleted."""
    made = await client.create(patient())
    held = await client.create(observation(f"Patient/{made.id}"))
    strict = client.configured(referential_integrity=True)
    with Refusal() as refusal:
        await strict.delete(f"Patient/{made.id}")
    assert refusal.category is Category.CONFLICT
    assert f"Observation/{held.id}" in refusal.text
    await strict.delete(f"Observation/{held.id}")
    assert (await strict.delete(f"Patient/{made.id}")).status == 204
