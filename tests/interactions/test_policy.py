"""Every way to a resource asks the policy."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from cordee.access.caller import Caller
from cordee.access.policy import Action, OpenPolicy, States
from cordee.errors import Category
from cordee.interactions.services import Services
from cordee.search.filter import Filter, Not, Token, all_of
from interactions.conftest import Client, Refusal, entry, found_ids, observation, patient

SECRET = {"tag": [{"code": "secret"}]}


class Discreet(OpenPolicy):
    """Nobody sees, makes or changes what carries the tag `secret`."""

    def narrow(self, caller: Caller, type: str, filter: Filter) -> Filter:  # noqa: ARG002
        return all_of((Not(Token("_tag", None, "secret")), filter))

    def may(self, caller: Caller, action: Action, type: str, states: States) -> bool:  # noqa: ARG002
        return not any({"v": "secret"} in found.values.get("_tag", ()) for found in states())


@pytest.fixture
async def outsider(services: Services) -> Client:
    """Somebody who may not see the one secret patient that is there, with its observation."""
    owner = Client(services)
    await owner.update("Patient/s", patient("Secret", id="s", meta=SECRET))
    await owner.update("Observation/o", observation("Patient/s", id="o"))
    await owner.update("Patient/p", patient("Public", id="p"))
    return Client(replace(services, policy=Discreet()))


async def test_searches_do_not_find_it(outsider: Client) -> None:
    """Neither by type, nor by id, nor on the whole system, nor by number."""
    assert found_ids(await outsider.search("Patient")) == ["Patient/p"]
    assert found_ids(await outsider.search("Patient?_id=s")) == []
    assert set(found_ids(await outsider.search(""))) == {"Patient/p", "Observation/o"}
    assert (await outsider.search("Patient?_summary=count"))["total"] == 1


async def test_chains_do_not_pass_through_it(outsider: Client) -> None:
    """A chain tells nothing about what is hidden."""
    assert found_ids(await outsider.search("Observation?subject:Patient.family=secret")) == []
    assert found_ids(await outsider.search("Observation?code:text=weight")) == ["Observation/o"]


async def test_includes_do_not_bring_it(outsider: Client) -> None:
    """Includes leave out what is hidden, in both directions."""
    found = await outsider.search("Observation?_include=Observation:subject")
    assert found_ids(found, "include") == []
    owner = Client(replace(outsider.services, policy=OpenPolicy()))
    await owner.update("Observation/h", observation("Patient/p", id="h"))
    await owner.update("Observation/h2", observation("Patient/p", id="h2", meta=SECRET))
    found = await outsider.search("Patient?_revinclude=Observation:subject")
    assert found_ids(found, "include") == ["Observation/h"]


CALLS: dict[str, Callable[[Client], Awaitable[object]]] = {
    "read": lambda client: client.read("Patient/s"),
    "vread": lambda client: client.vread("Patient/s/_history/1"),
    "history": lambda client: client.history("Patient/s"),
    "in a transaction": lambda client: client.transaction(entry("GET", "Patient/s")),
}


@pytest.mark.parametrize("way", CALLS)
async def test_reads_do_not_know_it(outsider: Client, way: str) -> None:
    """What is hidden is as if it were not there."""
    with Refusal() as refusal:
        await CALLS[way](outsider)
    assert refusal.category is Category.NOT_FOUND


async def test_histories_leave_it_out(outsider: Client) -> None:
    """Histories of a type and of everything hold only what may be seen."""
    for url in ("Patient", ""):
        found = await outsider.history(url)
        assert "Secret" not in str(found)
        assert "Public" in str(found)


FORBIDDEN: dict[str, Callable[[Client], Awaitable[object]]] = {
    "create": lambda client: client.create(patient(meta=SECRET)),
    "update into": lambda client: client.update("Patient/p", patient(id="p", meta=SECRET)),
    "transaction create": lambda client: client.transaction(
        entry("POST", "Patient", patient(meta=SECRET))
    ),
}


@pytest.mark.parametrize("way", FORBIDDEN)
async def test_writes_are_forbidden(outsider: Client, way: str) -> None:
    """Nobody writes what the policy keeps from them, nor moves anything there."""
    with Refusal() as refusal:
        await FORBIDDEN[way](outsider)
    assert refusal.category is Category.FORBIDDEN


UNKNOWN: dict[str, Callable[[Client, str], Awaitable[object]]] = {
    "update": lambda client, name: client.update(f"Patient/{name}", patient(id=name)),
    "update of a version": lambda client, name: client.update(
        f"Patient/{name}", patient(id=name), if_match="1"
    ),
    "update if none": lambda client, name: client.update(
        f"Patient/{name}", patient(id=name), if_none_match=("*",)
    ),
    "conditional update": lambda client, name: client.update(
        "Patient?family=secret", patient(id=name)
    ),
    "patch": lambda client, name: client.patch(
        f"Patient/{name}", [{"op": "remove", "path": "/meta/tag"}]
    ),
    "transaction": lambda client, name: client.transaction(
        entry("PUT", f"Patient/{name}", patient(id=name))
    ),
    "transaction patch": lambda client, name: client.transaction(
        entry("PATCH", f"Patient/{name}", {"resourceType": "Binary", "data": "W10="})
    ),
}


@pytest.mark.parametrize("way", UNKNOWN)
async def test_writes_do_not_know_it(outsider: Client, way: str) -> None:
    """To write to what is hidden is as to write to what is not there."""
    told = set()
    for id in ("s", "nothing"):
        with Refusal() as refusal:
            await UNKNOWN[way](outsider, id)
        told.add((refusal.category, refusal.text.replace(f"/{id}", "/?")))
    assert [category for category, _ in told] == [Category.NOT_FOUND]


async def test_deleting_it_is_deleting_nothing(outsider: Client) -> None:
    """What is hidden stays, and the answer is that of what is not there."""
    one, other = await outsider.delete("Patient/s"), await outsider.delete("Patient/nothing")
    assert (one.status, one.version) == (other.status, other.version) == (204, None)
    for url in ("Patient/s", "Patient/nothing"):
        (answer,) = await outsider.transaction(entry("DELETE", url))
        assert answer["response"]["status"] == "204 No Content"
    owner = Client(replace(outsider.services, policy=OpenPolicy()))
    assert (await owner.read("Patient/s")).version == 1


async def test_criteria_do_not_match_it(outsider: Client) -> None:
    """A conditional interaction does not reach what is hidden."""
    assert (await outsider.delete("Patient?family=secret")).status == 204
    owner = Client(replace(outsider.services, policy=OpenPolicy()))
    assert (await owner.read("Patient/s")).version == 1
