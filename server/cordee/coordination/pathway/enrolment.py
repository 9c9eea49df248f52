"""A person enters a pathway: what the plan makes is stored in one transaction, and only once.

Applying a plan again while it runs gives the CarePlan that is there. Once it has ended, the person
may enter it again.

https://hl7.org/fhir/R4/plandefinition-operation-apply.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from cordee.coordination.circle import circle_of
from cordee.coordination.pathway.application import Application, Element, stored_as
from cordee.coordination.pathway.conditions import seeing
from cordee.coordination.pathway.members import Members
from cordee.coordination.pathway.nesting import Nesting
from cordee.coordination.question import found
from cordee.interactions.candidate import Candidate, admit, permit
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.guard import settle
from cordee.interactions.services import Services
from cordee.interactions.stamp import revision
from cordee.resource.canonical import split
from cordee.resource.types import Resource
from cordee.search.values import Extraction
from cordee.store.port import Version, WriteSession

RUNNING = frozenset({"draft", "active", "on-hold"})


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Who enters which pathway, when, and at whose request."""

    plan: Resource
    patient: Resource
    start: datetime | None = None
    requester: Element | None = None


async def enrol(services: Services, request: Request, asked: Enrolment) -> Resource:
    """Give the CarePlan by which the person follows the plan, made now or running already.

    Raises UNPROCESSABLE for a plan that cannot be applied, FORBIDDEN where the caller may not.
    """

    async def work(session: WriteSession) -> Resource:
        await _lock(session, asked)
        running = await _running(services, session, asked)
        if running is not None:
            return running
        made = (await _application(services, session, asked)).resources()
        await _store(services, session, request, made)
        return made[0]

    return await services.store.write(work)


async def entered(
    services: Services, session: WriteSession, asked: Enrolment
) -> Sequence[Resource]:
    """Give what the plan makes, the CarePlan first, for who does not follow it yet; else nothing.

    Raises UNPROCESSABLE for a plan that cannot be applied.
    """
    await _lock(session, asked)
    if await _running(services, session, asked) is not None:
        return ()
    return (await _application(services, session, asked)).resources()


async def _lock(session: WriteSession, asked: Enrolment) -> None:
    await session.lock(f"pathway {_name(asked.plan)} Patient/{asked.patient['id']}")


async def _running(services: Services, session: WriteSession, asked: Enrolment) -> Resource | None:
    name = _name(asked.plan)
    query = f"subject=Patient/{asked.patient['id']}&status={','.join(sorted(RUNNING))}"
    for plan in await found(services, session, "CarePlan", query):
        followed = (*plan.get("instantiatesCanonical", ()), *plan.get("instantiatesUri", ()))
        if name and name in {split(each)[0] for each in followed}:
            return plan
    return None


def _name(plan: Resource) -> str | None:
    """Give what a plan is known by: its URL, else where it is stored, None for one sent along."""
    return plan.get("url") or stored_as(plan)


async def _application(services: Services, session: WriteSession, asked: Enrolment) -> Application:
    patient = f"Patient/{asked.patient['id']}"
    circle = await circle_of(services, session, patient)
    now = services.clock().astimezone(ZoneInfo(services.settings.timezone))
    start = asked.start.astimezone(now.tzinfo) if asked.start else now
    nesting = Nesting(services, session)
    return Application(
        plan=await nesting.flat(asked.plan),
        patient=asked.patient,
        members=await Members.of(services, session, patient, circle),
        expressions=seeing(services, asked.patient, circle=circle),
        definitions=nesting.activities,
        new_id=services.new_id,
        start=start,
        now=now,
        circle={"reference": f"CareTeam/{circle['id']}"} if circle else None,
        requester=asked.requester,
    )


async def _store(
    services: Services, session: WriteSession, request: Request, made: Sequence[Resource]
) -> None:
    changes: list[Change] = []
    items: list[tuple[Version, Extraction]] = []
    for resource in made:
        new = admit(services, request, resource, resource["id"])
        permit(services, request, "create", new.type, partial(_state, new))
        version = revision(new.resource, new.id, None, services.clock(), "POST")
        items.append((version, new.extraction))
        changes.append(Change(new.type, new.id, None, new.resource))
    await session.put_many(items)
    await settle(services, session, request, changes)


def _state(new: Candidate) -> tuple[Extraction]:
    return (new.extraction,)
