"""Messages of a circle: who may be written to, what stays as it was said, and who has read it.

Only Communications that claim our profile are held to these rules. A message is its sender's until
it is sent; then it is not changed, only withdrawn. What is kept with it from then on is who has
read it, which each recipient says for themselves.

https://hl7.org/fhir/R4/communication.html
"""

from collections.abc import Sequence
from typing import Any

from cordee.access.caller import Caller
from cordee.coordination import thread_label
from cordee.coordination.message_party import Parties
from cordee.coordination.voice import is_trusted, references, speaks_for
from cordee.errors import Category, FhirError
from cordee.interactions import visibility
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.linking import local_key
from cordee.interactions.services import Services
from cordee.resource import canonical, json
from cordee.resource.date_interval import interval
from cordee.resource.types import Resource
from cordee.search.marks import MESSAGE as PROFILE
from cordee.store.port import WriteSession

Element = dict[str, Any]

READ = "https://cordee.example/fhir/StructureDefinition/message-read"
ERROR = "entered-in-error"
UNSENT = frozenset({"preparation", "not-done"})
UNSAID = frozenset({"meta", "text", "extension", "status", "statusReason", "note"})
"""Elements that may differ once a message is sent; extensions are looked at by themselves."""


def is_message(communication: Resource | None) -> bool:
    """Tell whether a Communication claims to be a message of a circle."""
    claimed = (communication or {}).get("meta", {}).get("profile", ())
    return any(canonical.split(url)[0] == PROFILE for url in claimed)


def receipts(message: Resource) -> dict[str, str]:
    """Give who has read a message, and when."""
    parts = [
        {part.get("url"): part for part in each.get("extension", ())}
        for each in message.get("extension", ())
        if each.get("url") == READ
    ]
    return {
        part["reader"]["valueReference"].get("reference", ""): part["time"]["valueInstant"]
        for part in parts
        if "valueReference" in part.get("reader", {}) and "valueInstant" in part.get("time", {})
    }


def receipt(reader: str, time: str) -> Element:
    """Make the extension that says that somebody has read a message."""
    return {
        "url": READ,
        "extension": [
            {"url": "reader", "valueReference": {"reference": reader}},
            {"url": "time", "valueInstant": time},
        ],
    }


def recipients(message: Resource) -> list[str]:
    """Give to whom a message goes."""
    return references(message.get("recipient", ()))


class MessageRules:
    """Holds the rules of messages."""

    def concerns(self, change: Change) -> bool:
        """Look at what is a message, or was one."""
        return is_message(change.after) or is_message(change.before)

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Raise FORBIDDEN, CONFLICT or UNPROCESSABLE naming the element, or pass labels on."""
        if await thread_label.inherits(services, session, change):
            return await thread_label.passed_on(services, session, change)
        await self._check(services, session, request, change)
        if change.after is None:
            return ()
        await thread_label.check(services, session, change)
        return await thread_label.passed_on(services, session, change)

    async def _check(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> None:
        caller, after = request.caller, change.after
        before = change.before if is_message(change.before) else None
        if after is None:
            assert before is not None
            _check_sender(caller, before)
            _check_deletable(before)
            return
        if before is not None and before.get("status") not in UNSENT:
            await _check_sent(services, session, caller, before, after)
            return
        for state in filter(None, (before, after)):
            _check_sender(caller, state)
        if before is not None:
            _check_claim(after)
        if receipts(after) and not is_trusted(caller):  # software brings them with old messages
            text = "Nobody has read a message before it was sent: leave that to $read"
            raise FhirError(Category.UNPROCESSABLE, text, expression="Communication.extension")
        await _check_recipients(services, session, caller, after)
        await _check_answered(services, session, request, after)


def _check_sender(caller: Caller, message: Resource) -> None:
    if not speaks_for(caller, references((message.get("sender", {}),))):
        text = "A message is written, withdrawn and deleted by its sender alone"
        raise FhirError(Category.FORBIDDEN, text, expression="Communication.sender")


def _check_claim(after: Resource) -> None:
    if not is_message(after):
        text = f"A message of a circle stays one: it must claim {PROFILE}"
        raise FhirError(Category.UNPROCESSABLE, text, expression="Communication.meta.profile")


def _check_deletable(before: Resource) -> None:
    if before.get("status") not in UNSENT:
        text = f"A message that was sent is not deleted: withdraw it with the status {ERROR}"
        raise FhirError(Category.CONFLICT, text, expression="Communication.status")


async def _check_sent(
    services: Services, session: WriteSession, caller: Caller, before: Resource, after: Resource
) -> None:
    """Check the change of a message that was sent: read by somebody, or withdrawn."""
    _check_claim(after)
    for name in sorted((before.keys() | after.keys()) - UNSAID):
        if before.get(name) != after.get(name):
            text = f"What was sent stays as it was: {name} does not change"
            raise FhirError(Category.UNPROCESSABLE, text, expression=f"Communication.{name}")
    was, becomes = before.get("status"), after.get("status")
    if was == ERROR or becomes not in {was, ERROR}:
        text = f"A message that was sent can only be withdrawn (status {ERROR})"
        if was == ERROR:
            text = "A message that was withdrawn does not change any more"
        raise FhirError(Category.CONFLICT, text, expression="Communication.status")
    said = [_apart(state) for state in (before, after)]
    if said[0] != said[1]:
        _check_sender(caller, before)
    await _check_receipts(services, session, caller, before, after)


def _apart(message: Resource) -> list[Any]:
    """Give what a sender says about a message that was sent; its labels above all."""
    others = [each for each in message.get("extension", ()) if each.get("url") != READ]
    meta = message.get("meta", {})
    told = [meta.get(name) for name in ("profile", "security", "tag")]
    own = ("text", "status", "statusReason", "note")
    return [others, *told, *(message.get(name) for name in own)]


async def _check_receipts(
    services: Services, session: WriteSession, caller: Caller, before: Resource, after: Resource
) -> None:
    known, new = receipts(before), receipts(after)
    where = "Communication.extension"
    if any(new.get(reader) != time for reader, time in known.items()):
        text = "Who has read a message is not taken back: read the message again, then change it"
        raise FhirError(Category.CONFLICT, text, expression=where)
    for reader in new.keys() - known.keys():
        if not speaks_for(caller, (reader,)):
            text = f"{reader} alone can say that they have read the message"
            raise FhirError(Category.FORBIDDEN, text, expression=where)
        if await reading_as(services, session, after, (reader,)) is None:
            text = f"{reader} is not a recipient of the message"
            raise FhirError(Category.FORBIDDEN, text, expression=where)


async def _check_recipients(
    services: Services, session: WriteSession, caller: Caller, message: Resource
) -> None:
    """Check that they are members now; software that brings in old messages: members then."""
    person = message["subject"].get("reference", "")
    parties = await Parties.of(services, session, person)
    sent = interval(message.get("sent", "")) if is_trusted(caller) else None
    moments = [int(services.clock().timestamp() * 1000), *([sent[0]] if sent else ())]
    named = recipients(message)
    if len(named) < len(message.get("recipient", ())):
        text = "A recipient of a message is a reference to a member of the circle"
        raise FhirError(Category.UNPROCESSABLE, text, expression="Communication.recipient")
    for name in await parties.strangers(services, session, named, moments):
        text = f"{name} is not a member of the circle of {person}: only members are written to"
        where = f"Communication.recipient[{named.index(name)}]"
        raise FhirError(Category.UNPROCESSABLE, text, expression=where)


async def _check_answered(
    services: Services, session: WriteSession, request: Request, message: Resource
) -> None:
    """Check what a message answers: seen by its sender, and about the same person."""
    for place, name in enumerate(references(message.get("inResponseTo", ()))):
        key = local_key(services, name)
        where = f"Communication.inResponseTo[{place}]"
        seen = await visibility.living(services, session, request.caller, [key]) if key else {}
        if key is None or key not in seen:
            raise FhirError(Category.UNPROCESSABLE, f"{name} is not known", expression=where)
        answered = json.parse(seen[key].body)
        if answered.get("subject", {}).get("reference") != message["subject"].get("reference"):
            text = f"{name} is about somebody else"
            raise FhirError(Category.UNPROCESSABLE, text, expression=where)


async def reading_as(
    services: Services, session: WriteSession, message: Resource, names: Sequence[str]
) -> str | None:
    """Give in which of their names somebody receives a message, None for no recipient."""
    named = recipients(message)
    direct = next((name for name in names if name in named), None)
    if direct is not None:
        return direct
    parties = await Parties.of(services, session, message["subject"].get("reference", ""))
    teams = parties.teams & set(named)
    now = int(services.clock().timestamp() * 1000)
    members = parties.members((now,), teams)
    return next((name for name in names if name in members), None)
