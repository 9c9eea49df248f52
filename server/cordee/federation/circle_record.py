"""The records of federated circles in the store, and whose they are."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from cordee.access.caller import Caller
from cordee.coordination.circle import OVER, is_circle
from cordee.coordination.question import found
from cordee.errors import Category, FhirError
from cordee.federation.description import Readable, described
from cordee.federation.member import Member, Name
from cordee.federation.participation import entries, references
from cordee.federation.record import CODES, Record, read, written
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.guard import add
from cordee.interactions.services import Services
from cordee.resource.types import Resource
from cordee.store.port import Reader, WriteSession
from cordee.validation.french.identity_status import Status, standing
from cordee.validation.french.systems import REAL_INS, TRIAL_INS

ITSELF = Request("", caller=Caller(subject="federation", kind="system"))
"""How this server writes its own records; no call that comes in is this one."""


def is_record(resource: Resource | None, *codes: str) -> bool:
    """Tell whether a Basic is a record of a federated circle, or of another of our codes."""
    codings = (resource or {}).get("code", {}).get("coding", ())
    wanted = [(CODES, code) for code in codes or ("circle",)]
    return any((one.get("system"), one.get("code")) in wanted for one in codings)


class OwnRecord:
    """Refuses to change records but by the server itself."""

    async def check(
        self, services: Services, reader: Reader, request: Request, changes: Sequence[Change]
    ) -> None:
        """Raise FORBIDDEN for everybody else."""
        del services, reader
        if request is ITSELF:
            return
        own = ("circle", "shadow")
        if any(is_record(each.after, *own) or is_record(each.before, *own) for each in changes):
            text = "Records of federated circles are written by the server: change the CareTeam"
            raise FhirError(Category.FORBIDDEN, text, expression="Basic.code")


def lock_of(person: str) -> str:
    """Give the lock under which a person's circle and its record change."""
    return f"circle {person}"


async def record_of(services: Services, reader: Reader, person: str) -> Record | None:
    """Give the record of a person's circle ("Patient/1")."""
    query = f"code={quote(f'{CODES}|circle')}&patient={quote(person)}"
    return next((read(each) for each in await found(services, reader, "Basic", query)), None)


async def keep(services: Services, session: WriteSession, record: Record) -> None:
    """Store a record."""
    await add(services, session, ITSELF, written(record))


def qualified_ins(patient: Resource) -> Name | None:
    """Give the INS of a person whose identity is qualified; None for all others."""
    if standing(patient).status is not Status.QUALIFIED or patient.get("active") is False:
        return None
    names = [
        (row["system"], row["value"])
        for row in patient.get("identifier", ())
        if row.get("system") in REAL_INS | TRIAL_INS and row.get("use") != "old" and "value" in row
    ]
    return names[0] if len(names) == 1 else None


async def persons(services: Services, reader: Reader, names: list[Name]) -> dict[Name, str]:
    """Give whom this server knows by an INS: one person each, whose identity is qualified."""
    if not names:
        return {}
    tokens = ",".join(f"{quote(system)}|{quote(value)}" for system, value in names)
    patients = await found(services, reader, "Patient", f"identifier={tokens}")
    known: dict[Name, list[str]] = {}
    for patient in patients:
        ins = qualified_ins(patient)
        if ins in names:
            known.setdefault(ins, []).append(f"Patient/{patient['id']}")
    return {name: several[0] for name, several in known.items() if len(several) == 1}


async def living_circle(services: Services, reader: Reader, person: str) -> Resource | None:
    """Give the one circle of a person that is not over."""
    teams = await found(services, reader, "CareTeam", f"subject={quote(person)}")
    return next(filter(is_living, teams), None)


def is_living(team: Resource | None) -> bool:
    """Tell whether a CareTeam is a circle that is not over."""
    return team is not None and is_circle(team) and team.get("status") not in OVER


async def members_of(reader: Readable, record: Record, team: Resource) -> dict[str, Member]:
    """Give who the references of a team are: as the record knows them, else as they are now."""
    known = record.by_reference
    new = [text for text in references(team) if text not in known]
    return known | (await described(reader, record.server, new) if new else {})


def with_members(record: Record, members: dict[str, Member]) -> Record:
    """Give the record with members, by local reference."""
    local = {who.key: reference for reference, who in members.items()} | dict(record.local)
    known = {who.key: who for who in members.values()} | dict(record.known)
    return replace(record, known=known, local=local)


async def share(services: Services, person: str, ins: Name, peer: str, server: str) -> bool:
    """Let a peer read the circle of a person whom it knows, too; tell whether that is new."""

    async def work(session: WriteSession) -> bool:
        await session.lock(lock_of(person))
        record = await record_of(services, session, person)
        if record is not None and peer in record.peers and record.ins == ins:
            return False
        record = record or await begun(services, session, person, ins, server)
        await keep(services, session, replace(record, ins=ins, peers=record.peers | {peer}))
        return True

    return await services.store.write(work)


async def begun(
    services: Services, session: WriteSession, person: str, ins: Name, server: str
) -> Record:
    """Give a first record: what the person's circle says now, if there is one."""
    record = Record(services.new_id(), person, ins, server)
    team = await living_circle(services, session, person)
    if team is None:
        return record
    members = await members_of(session, record, team)
    state = record.state
    for key, value in sorted(entries(team, members).items()):
        state = state.stated(server, key, value)
    return replace(with_members(record, members), circle=team["id"], state=state)
