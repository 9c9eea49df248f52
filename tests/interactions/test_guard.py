"""Rules between resources hold inside the transaction that would break them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from cordee.errors import Category, FhirError
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource.types import Resource
from cordee.search.filter import Text
from cordee.store.port import Query, WriteSession
from interactions.conftest import Client, Refusal, entry, found_ids, observation, patient


class OneOfAName:
    """There is at most one patient of a family name; leaving the name untouched is no matter."""

    def concerns(self, change: Change) -> bool:
        return change.after is not None and "name" in change.after

    async def follow(
        self,
        services: Services,  # noqa: ARG002 - the port's shape
        session: WriteSession,
        request: Request,  # noqa: ARG002
        change: Change,
    ) -> Sequence[Resource]:
        assert change.after is not None
        family = change.after["name"][0]["family"]
        await session.lock(f"family {family}")
        page = await session.search(Query(("Patient",), Text("family", family.lower(), "whole")))
        if any(version.id != change.id for version in page.matches):
            raise FhirError(Category.CONFLICT, f"There is a {family} already")
        return ()


class Followed:
    """Every new observation is followed by a note of it, and notes by nothing."""

    def concerns(self, change: Change) -> bool:
        return change.before is None and change.after is not None

    async def follow(
        self,
        services: Services,  # noqa: ARG002 - the port's shape
        session: WriteSession,  # noqa: ARG002
        request: Request,  # noqa: ARG002
        change: Change,
    ) -> Sequence[Resource]:
        reference = {"reference": f"Observation/{change.id}"}
        return ({"resourceType": "Basic", "code": {"text": "seen"}, "subject": reference},)


class Endless(Followed):
    """Everything new is followed by something new."""


@pytest.fixture
def guarded(services: Services) -> Client:
    """A client of a server with both rules."""
    guards: dict[str, Any] = {"Patient": (OneOfAName(),), "Observation": (Followed(),)}
    return Client(replace(services, guards=guards))


async def test_every_way_to_write_is_guarded(guarded: Client) -> None:
    """Create, conditional create, update, patch and transaction are refused alike."""
    await guarded.create(patient("Martin"))
    await guarded.update("Patient/b", patient("Petit", id="b"))
    rename = [{"op": "replace", "path": "/name/0/family", "value": "Martin"}]
    for write in (
        guarded.create(patient("Martin")),
        guarded.update("Patient/c", patient("Martin", id="c")),
        guarded.patch("Patient/b", rename),
        guarded.transaction(entry("POST", "Patient", patient("Martin"))),
    ):
        with Refusal() as refusal:
            await write
        assert refusal.category is Category.CONFLICT
    assert len(found_ids(await guarded.search("Patient?family=Martin"))) == 1


async def test_racing_writes_are_guarded(guarded: Client) -> None:
    """Of many writes that break a rule together, one gets through."""
    racing = [guarded.create(patient("Roux")) for _ in range(12)]
    done = await asyncio.gather(*racing, return_exceptions=True)
    assert sum(not isinstance(one, BaseException) for one in done) == 1
    assert len(found_ids(await guarded.search("Patient?family=Roux"))) == 1


async def test_what_follows_is_stored_with_the_write(guarded: Client) -> None:
    """Both are there after it, whichever way it came."""
    await guarded.update("Patient/p", patient("Public", id="p"))
    await guarded.create(observation("Patient/p"))
    await guarded.transaction(entry("POST", "Observation", observation("Patient/p")))
    assert len(found_ids(await guarded.search("Basic"))) == 2


async def test_nothing_of_a_refused_write_stays(guarded: Client) -> None:
    """What followed from a transaction's first entry goes with it when the second is refused."""
    await guarded.create(patient("Martin"))
    with Refusal():
        await guarded.transaction(
            entry("POST", "Observation", observation("Patient/x")),
            entry("POST", "Patient", patient("Martin")),
        )
    assert found_ids(await guarded.search("Basic")) == []
    assert found_ids(await guarded.search("Observation")) == []


async def test_guards_that_feed_each_other_are_stopped(services: Services) -> None:
    """A chain of consequences without end is an error of the server, and nothing is stored."""
    client = Client(replace(services, guards={"Basic": (Endless(),)}))
    with Refusal() as refusal:
        await client.create({"resourceType": "Basic", "code": {"text": "x"}})
    assert refusal.category is Category.BUG
    assert found_ids(await client.search("Basic")) == []
