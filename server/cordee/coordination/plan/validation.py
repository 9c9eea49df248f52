"""A plan comes into force signed, and stays what was signed.

A plan in force holds what one of its versions holds that a member of the circle signed: a
Provenance whose target is that version. So a draft is signed, then made active; to change what is
agreed one makes it a draft again, or a new plan that `replaces` it, which ends the old one.

https://hl7.org/fhir/R4/careplan.html
https://hl7.org/fhir/R4/provenance.html
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress

from cordee.coordination.circle import is_circle
from cordee.coordination.membership import present
from cordee.coordination.plan.agreement import agreed, in_force, is_plan
from cordee.coordination.plan.signature import Element, check_purpose, known_keys, sealed
from cordee.coordination.plan.signers import is_member, national_identifiers
from cordee.coordination.question import matching
from cordee.errors import Category, FhirError
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.filter import Reference
from cordee.store.port import Reader, WriteSession

STANDING = frozenset({"draft", "active", "on-hold"})


class KnownVersion:
    """Refuses to replace a plan blindly: several write it, so who does says what they read."""

    async def check(
        self,
        services: Services,  # noqa: ARG002 - the port's shape
        reader: Reader,  # noqa: ARG002
        request: Request,
        changes: Sequence[Change],
    ) -> None:
        """Raise PRECONDITION_REQUIRED for a PUT without If-Match that would change a plan."""
        sent = request.body
        replaces = isinstance(sent, dict) and sent.get("resourceType") == "CarePlan"
        if not replaces or request.conditions.if_match:
            return
        for change in changes:
            before, after = change.before, change.after
            if before is None or after is None or not is_plan(before):
                continue
            if _content(before) != _content(after):
                text = (
                    f"CarePlan/{change.id} is written by several: say which version you read, "
                    f'by If-Match: W/"{before["meta"]["versionId"]}" if it is the current one'
                )
                raise FhirError(Category.PRECONDITION_REQUIRED, text, expression="CarePlan")


class SignedPlan:
    """Lets a plan come into force, or change while it is, only as a member of the circle signed it.

    The plans that it replaces are in force no longer.
    """

    def concerns(self, change: Change) -> bool:
        """Look at plans that become active, and at what is agreed in those that are."""
        before, after = change.before, change.after
        if after is None or not in_force(after) or not (is_plan(after) or is_plan(before)):
            return False
        return before is None or not in_force(before) or agreed(before) != agreed(after)

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Give the plans that this one replaces, revoked. Raises UNPROCESSABLE if unsigned."""
        plan = change.after or {}
        number = change.current.version + 1 if change.current else 1
        await _proven(services, session, change.id, plan, number)
        ended = [await _ended(services, session, request, plan, name) for name in _replaced(plan)]
        return [old for old in ended if old is not None]


async def _proven(services: Services, reader: Reader, id: str, plan: Resource, number: int) -> None:
    """Raise UNPROCESSABLE unless a member of the circle signed what version `number` says."""
    faults: list[str] = []
    async for provenance, signed in _signatures(reader, id, number):
        fault = await _fault(services, reader, provenance, signed, plan)
        if fault is None:
            return
        faults.append(fault)
    text = (
        f"A plan comes into force as a member of the circle signed it: CarePlan/{id} needs a "
        f"Provenance with a signature, whose target is a version of the same content (such as "
        f"CarePlan/{id}/_history/{max(number - 1, 1)})"
    )
    told = f". {'; '.join(dict.fromkeys(faults))}" if faults else ""
    raise FhirError(Category.UNPROCESSABLE, text + told, expression="CarePlan.status")


class KeptSignature:
    """Takes a signature under a plan only from who signs, or with their seal; then it stays."""

    def concerns(self, change: Change) -> bool:
        """Look at every Provenance with a signature under a CarePlan."""
        return _signs_plan(change.before) or _signs_plan(change.after)

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Raise CONFLICT for one that is changed, FORBIDDEN or UNPROCESSABLE for a false one."""
        after = change.after
        if after is None or change.before is not None:
            text = "A Provenance that signs a plan is evidence: it is neither changed nor deleted"
            raise FhirError(Category.CONFLICT, text, expression="Provenance")
        caller = request.caller
        for target in _targets(after):
            id, number = _version(target)
            signed = await _content_of(session, id, number or 1)
            for signature in after.get("signature", ()):
                if await verified(services, session, signature, signed):
                    continue
                who = signature["who"].get("reference")
                if caller.subject is not None and who not in caller.references:
                    text = "Only who signs may bring a signature whose seal cannot be verified here"
                    raise FhirError(Category.FORBIDDEN, text, expression="Provenance.signature.who")
        return ()


async def verified(
    services: Services, reader: Reader, signature: Element, signed: Resource | None
) -> bool:
    """Tell whether a signature's seal was verified with a key known here.

    Raises UNPROCESSABLE for one that is wrong in itself.
    """
    check_purpose(signature, services.clock())
    keys = known_keys(services.settings.signature_keys)
    if signed is None or not keys:
        return False
    holders = await national_identifiers(reader, signature["who"].get("reference", ""))
    return sealed(signature, signed, holders, keys)


async def unsigned(services: Services, reader: Reader, ids: Sequence[str]) -> dict[str, FhirError]:
    """Give those of some plans that are in force although no member of the circle signed them."""
    found = await reader.read_many([("CarePlan", id) for id in ids])
    plans = {id: (json.parse(version.body), version.version) for (_, id), version in found.items()}
    open = {id: row for id, row in plans.items() if in_force(row[0]) and is_plan(row[0])}
    plain = await _plainly_signed(services, reader, open) if open else set()
    faults: dict[str, FhirError] = {}
    for id in open.keys() - plain:
        try:
            await _proven(services, reader, id, *open[id])
        except FhirError as error:
            faults[id] = error
    return faults


async def _plainly_signed(
    services: Services, reader: Reader, plans: Mapping[str, tuple[Resource, int]]
) -> set[str]:
    """Give the plans that show it in few searches: members signed the version that is current.

    With keys to verify seals by, none does: each has to be looked at.
    """
    if services.settings.signature_keys is not None:
        return set()
    people = {_whose(plan) for plan, _ in plans.values()}
    now = int(services.clock().timestamp() * 1000)
    members: dict[str, set[str]] = {}
    for team in await matching(reader, "CareTeam", Reference("subject", tuple(people))):
        if is_circle(team) and team.get("status") == "active":
            stays = present(team, now)
            members[_whose(team)] = {stay["member"].get("reference", "") for stay in stays}
    names = tuple(f"CarePlan/{id}" for id in plans)
    signed: set[str] = set()
    for provenance in await matching(reader, "Provenance", Reference("target", names)):
        for target in _targets(provenance):
            id, number = _version(target)
            if id in plans and number == plans[id][1]:
                who = set(_signers(services, provenance))
                if who & members.get(_whose(plans[id][0]), set()):
                    signed.add(id)
    return signed


def _signers(services: Services, provenance: Resource) -> Iterator[str]:
    """Give who signed, as far as when and as what is right."""
    for signature in provenance.get("signature", ()):
        with suppress(FhirError):
            check_purpose(signature, services.clock())
            yield signature["who"].get("reference", "")


async def _signatures(
    reader: Reader, id: str, new: int
) -> AsyncIterator[tuple[Resource, Resource]]:
    """Give the Provenances under versions of a plan, each with the version that it signs."""
    name = f"CarePlan/{id}"
    for provenance in await matching(reader, "Provenance", Reference("target", (name,))):
        for target in _targets(provenance):
            which, number = _version(target)
            if which != id or (number is None and new != 1):
                continue
            signed = await _content_of(reader, id, number or 1)
            if signed is not None:
                yield provenance, signed


async def _fault(
    services: Services, reader: Reader, provenance: Resource, signed: Resource, plan: Resource
) -> str | None:
    """Say why a Provenance does not put a plan in force; None if it does."""
    if not provenance.get("signature"):
        return "A Provenance is there, without a signature"
    if agreed(signed) != agreed(plan):
        return "What was signed is not what the plan says now"
    fault = None
    for signature in provenance["signature"]:
        try:
            await verified(services, reader, signature, signed)
        except FhirError as error:
            fault = error.diagnostics
            continue
        who = signature["who"].get("reference", "")
        if await is_member(services, reader, _whose(plan), who):
            return None
        fault = f"Who signed ({who or 'nobody known'}) is no member of the circle"
    return fault


async def _content_of(reader: Reader, id: str, number: int) -> Resource | None:
    version = await reader.vread("CarePlan", id, number)
    return None if version is None or version.deleted else json.parse(version.body)


async def _ended(
    services: Services, session: WriteSession, request: Request, plan: Resource, name: str
) -> Resource | None:
    """Give a plan that another one replaces, revoked; None if it is over already."""
    version = await session.read("CarePlan", name.partition("/")[2])
    old = None if version is None or version.deleted else json.parse(version.body)
    states = (services.registry.extract(old),) if old else ()
    if old is None or not is_plan(old) or _whose(old) != _whose(plan):
        text = f"{name} is no plan of this person, which could be replaced"
        raise FhirError(Category.UNPROCESSABLE, text, expression="CarePlan.replaces")
    if not services.policy.may(request.caller, "update", "CarePlan", lambda: states):
        text = "Only who may change a plan may replace it"
        raise FhirError(Category.FORBIDDEN, text, expression="CarePlan.replaces")
    return old | {"status": "revoked"} if old["status"] in STANDING else None


def _whose(plan: Resource) -> str:
    name: str = plan["subject"].get("reference", "")
    return name


def _replaced(plan: Resource) -> Iterator[str]:
    for each in plan.get("replaces", ()):
        name = each.get("reference", "")
        if name.startswith("CarePlan/"):
            yield name


def _content(plan: Resource) -> Resource:
    """Give a plan without what the server itself writes into it."""
    own = {"versionId", "lastUpdated"}
    meta = {name: value for name, value in plan.get("meta", {}).items() if name not in own}
    return plan | {"meta": meta}


def _signs_plan(provenance: Resource | None) -> bool:
    return bool((provenance or {}).get("signature")) and any(_targets(provenance or {}))


def _targets(provenance: Resource) -> Iterator[str]:
    for target in provenance.get("target", ()):
        name = target.get("reference", "")
        if name.startswith("CarePlan/"):
            yield name


def _version(target: str) -> tuple[str, int | None]:
    """Give the id, and the number of the version where it is named."""
    id, _, number = target.removeprefix("CarePlan/").partition("/_history/")
    return id, int(number) if number.isdecimal() else None
