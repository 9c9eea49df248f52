"""ITI-65: documents provided as one transaction, stored here, and sent on where that is wanted.

A Bundle that claims the profile must fit it, and hold together: one patient, documents whose
contents are there and are what is said of them, nothing stored twice. What a document replaces
becomes superseded in the same transaction, and what is to be sent on is queued in it.

https://profiles.ihe.net/ITI/MHD/ITI-65.html
https://interop.esante.gouv.fr/ig/fhir/pdsm/
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

from cordee.access.narrowing import narrow
from cordee.background import beside
from cordee.bridges.exchange import Exchange, ExchangeQueue, record
from cordee.bridges.mhd import person
from cordee.bridges.mhd.names import PROVIDE, claims
from cordee.bridges.mhd.provided import Placed, Provided
from cordee.bridges.mhd.replacement import supersede
from cordee.bridges.mhd.visibility import labelled
from cordee.errors import Category, FhirError
from cordee.interactions.candidate import validated
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.filter import Token
from cordee.store.port import Query, Version, WriteSession


@dataclass(frozen=True, slots=True)
class Stored:
    """What was provided, as it is stored: versions of the set and of its documents."""

    submission_set: Version
    documents: tuple[Version, ...]
    patient: Resource


Forward: TypeAlias = Callable[[Services, Request, Stored], Sequence[Exchange]]
"""Gives what is to be queued for what was provided: the way on to the DMP."""


class ProvideDocuments:
    """The kind of transaction that provides documents; implements `services.Submission`."""

    def __init__(self, queue: ExchangeQueue, forward: Forward | None = None) -> None:
        """Keep where exchanges are queued, and what is queued, if anything."""
        self._queue = queue
        self._forward = forward

    def concerns(self, bundle: Resource) -> bool:
        """Tell by the profiles that a transaction claims."""
        return not PROVIDE.isdisjoint(claims(bundle))

    async def admit(self, services: Services, request: Request) -> Request:
        """Check the Bundle, and give it with its people found and its labels in both places."""
        return await beside(request.size, partial(_admitted, services, request))

    async def follow(
        self,
        services: Services,
        session: WriteSession,
        request: Request,
        answers: Mapping[int, Response],
    ) -> Callable[[], Awaitable[None]]:
        """Check what is stored, supersede what is replaced, and queue what is to be sent on."""
        bundle = request.body
        assert isinstance(bundle, dict)
        provided = Provided.of(bundle)
        placed = (*provided.sets, *provided.documents)
        versions = await _versions(session, placed, answers)
        stored = {
            f"Bundle.entry[{each.index}].resource": json.parse(versions[each.index].body)
            for each in placed
        }
        if services.policy.veil(request.caller) is not None:
            person.refuse_identities(stored)
        patient = await person.sole(session, request, stored)
        await _check_new(services, session, request, stored)
        patched = frozenset(
            f"{answers[index].type}/{answers[index].id}"
            for index, entry in enumerate(bundle["entry"])
            if entry["request"]["method"] == "PATCH"
        )
        for each in provided.documents:
            where = f"Bundle.entry[{each.index}].resource"
            await supersede(services, session, request, stored[where], where=where, patched=patched)
        whole = Stored(
            versions[provided.sets[0].index],
            tuple(versions[each.index] for each in provided.documents),
            patient,
        )
        return await self._sent_on(services, session, request, whole)

    async def _sent_on(
        self, services: Services, session: WriteSession, request: Request, stored: Stored
    ) -> Callable[[], Awaitable[None]]:
        exchanges = self._forward(services, request, stored) if self._forward else ()
        added = [await self._queue.add(each, session) for each in exchanges]

        async def after() -> None:
            for exchange, new in added:
                if new:
                    await record(services, exchange)

        return after


def _admitted(services: Services, request: Request) -> Request:
    bundle = request.body
    assert isinstance(bundle, dict)
    validated(services, bundle, request)
    faults = tuple(Provided.of(bundle).faults())
    if faults:
        raise FhirError(Category.UNPROCESSABLE, issues=faults)
    entries = [_prepared(entry) for entry in bundle.get("entry", ())]
    return replace(request, body=bundle | {"entry": entries})


def _prepared(entry: dict[str, Any]) -> dict[str, Any]:
    resource = entry.get("resource", {})
    if resource.get("resourceType") not in ("DocumentReference", "List"):
        return entry
    found = person.located(resource)
    if resource["resourceType"] == "DocumentReference":
        found = labelled(found)
    return entry | {"resource": found}


async def _versions(
    session: WriteSession, placed: Sequence[Placed], answers: Mapping[int, Response]
) -> dict[int, Version]:
    keys = {
        each.index: (answers[each.index].type or "", answers[each.index].id or "")
        for each in placed
    }
    found = await session.read_many(sorted(set(keys.values())))
    return {index: found[key] for index, key in keys.items()}


async def _check_new(
    services: Services, session: WriteSession, request: Request, stored: Mapping[str, Resource]
) -> None:
    """Refuse what has the number of something stored: it may have been provided before.

    Only what the provider may see is looked at: a refusal would tell that the rest is there.
    """
    numbered = sorted(
        (resource["resourceType"], system, value, f"{where}.{path}", resource["id"])
        for where, resource in stored.items()
        for path, system, value in _numbers(resource)
    )
    for type, system, value, _, _ in numbered:  # in one order for everyone
        await session.lock(f"{type} {system}|{value}")
    for type, system, value, where, id in numbered:
        same = narrow(services.policy, request.caller, (type,), Token("identifier", system, value))
        page = await session.search(Query((type,), same, count=2))
        if any(version.id != id for version in page.matches):
            text = f"A {type} with the identifier {value} was provided before"
            raise FhirError(Category.CONFLICT, text, expression=where)


def _numbers(resource: Resource) -> Iterator[tuple[str, str, str]]:
    """Give the unique numbers of a document or a set: where they stand, system and value."""
    rows = [("masterIdentifier", resource.get("masterIdentifier", {}))]
    if resource["resourceType"] == "List":
        found = enumerate(resource.get("identifier", ()))
        rows = [(f"identifier[{number}]", row) for number, row in found]
    for path, row in rows:
        if row.get("value"):
            yield path, row.get("system", ""), row["value"]
