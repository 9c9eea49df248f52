"""Email and messages."""

import asyncio
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from fhir.resources.R4B.bundle import Bundle

from cordee.resource import json as strict
from cordee.subscriptions import backoff
from subscriptions.conftest import OpenServer, observation, subscription, topical
from subscriptions.receiver import Receiver


class Mailbox:
    """What a real SMTP server was handed."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.later = 0
        self.one = asyncio.Event()
        self.both = asyncio.Event()

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take a recipient, after having said "later" so many times as greylists do."""
        self.later -= 1
        if self.later >= 0:
            return "450 4.2.0 Greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a mail."""
        self.mails.append(message_from_bytes(envelope.content))
        self.one.set()
        if len(self.mails) == 2:
            self.both.set()
        return "250 OK"


async def test_mail_is_sent_by_the_operators_server(open_server: OpenServer) -> None:
    """Without payload a mail says that there is news, no more; with one, it is attached."""
    box = Mailbox()
    loop = asyncio.get_running_loop()
    async with await loop.create_server(lambda: SMTP(box), "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        server: Any = await open_server(subscriptions_smtp=f"smtp://127.0.0.1:{port}")
        for endpoint, more in (
            ("mailto:bare@example.org", {}),
            ("mailto:full@example.org", {"payload": "application/fhir+json"}),
        ):
            await server.subscribe(subscription(endpoint, type="email", **more))
        made = await server.create(observation())
        await asyncio.wait_for(box.both.wait(), 20)
    by_recipient = {str(mail["To"]): mail for mail in box.mails}
    bare, full = by_recipient["bare@example.org"], by_recipient["full@example.org"]
    assert "Observation" not in bare.as_string()
    assert bare["X-Cordee-Event-Number"] == "1"
    attached = [part for part in full.walk() if part.get_filename()]
    (part,) = attached
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert strict.parse(content) == made


async def test_mails_can_be_gathered_without_a_topic(open_server: OpenServer) -> None:
    """With a digest, one mail brings all that happened meanwhile, so that nobody is flooded."""
    box = Mailbox()
    loop = asyncio.get_running_loop()
    async with await loop.create_server(lambda: SMTP(box), "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        server: Any = await open_server(subscriptions_smtp=f"smtp://127.0.0.1:{port}")
        hook = subscription("mailto:a@example.org", type="email", payload="application/fhir+json")
        own = "https://cordee.example/fhir/StructureDefinition/subscription-"
        hook["channel"]["extension"] = [{"url": f"{own}digest-delay", "valueUnsignedInt": 2}]
        await server.create(observation())  # the collections of its type are made with it
        await server.subscribe(hook)
        made = [await server.create(observation()) for _ in range(3)]
        await asyncio.wait_for(box.one.wait(), 20)
    (mail,) = box.mails
    assert mail["X-Cordee-Event-Number"] == "1,2,3"
    attached = [part.get_payload(decode=True) for part in mail.walk() if part.get_filename()]
    assert [strict.parse(bytes(part)) for part in attached] == made


async def test_without_a_mail_server_the_channel_is_refused(open_server: OpenServer) -> None:
    """The refusal names the element."""
    server = await open_server(work=False)
    told = await server.create(subscription("mailto:a@example.org", type="email"), status=422)
    assert told["issue"][0]["expression"] == ["Subscription.channel.type"]


async def test_messages_are_bundles_with_a_header(server: Any, receiver: Receiver) -> None:
    """The message channel posts a valid message Bundle whose focus is the resource."""
    hook = subscription(receiver.url, type="message", payload="application/fhir+json")
    await server.subscribe(hook)
    made = await server.create(observation())
    (told,) = await receiver.wait(1)
    assert (told.method, told.path) == ("POST", "/hook")
    bundle = told.json()
    assert bundle["type"] == "message"
    focus = bundle["entry"][0]["resource"]["focus"][0]["reference"]
    assert focus.endswith(f"Observation/{made['id']}")
    assert bundle["entry"][1]["resource"] == made
    report = server.services.validator.validate(strict.parse(told.body))
    assert report.ok, report.issues
    Bundle.model_validate(bundle)


async def test_a_mail_server_that_says_later_is_asked_again(
    open_server: OpenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A greylist costs no notification; the payload comes as XML where that is asked for."""
    monkeypatch.setattr(backoff, "LONGEST", 0.05)
    box = Mailbox()
    box.later = 8
    loop = asyncio.get_running_loop()
    async with await loop.create_server(lambda: SMTP(box), "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        server: Any = await open_server(subscriptions_smtp=f"smtp://127.0.0.1:{port}")
        hook = subscription("mailto:a@example.org", type="email", payload="application/fhir+xml")
        await server.subscribe(hook)
        await server.create(observation())
        await asyncio.wait_for(box.one.wait(), 20)
    (mail,) = box.mails
    assert mail["X-Cordee-Event-Number"] == "1"
    (part,) = [part for part in mail.walk() if part.get_filename()]
    assert part.get_content_type() == "application/fhir+xml"
    assert b'<Observation xmlns="http://hl7.org/fhir"' in bytes(part.get_payload(decode=True))


@pytest.mark.parametrize(("content", "focuses", "entries"), [("empty", 0, 1), ("id-only", 1, 1)])
async def test_a_message_holds_no_more_than_was_asked_for(
    server: Any, receiver: Receiver, content: str, focuses: int, entries: int
) -> None:
    """With a topic, the content of the payload counts for messages, too."""
    hook = topical(receiver.url, "alert", content=content)
    hook["channel"]["type"] = "message"
    await server.subscribe(hook)
    flag = {"status": "active", "code": {"text": "fall"}, "subject": {"display": "Mme Durand"}}
    await server.create({"resourceType": "Flag"} | flag)
    (told,) = await receiver.wait(1)
    bundle = told.json()
    assert len(bundle["entry"]) == entries
    assert len(bundle["entry"][0]["resource"].get("focus", ())) == focuses
