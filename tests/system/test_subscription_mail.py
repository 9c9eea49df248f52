"""Notifications by mail reach a mailbox, through mail servers that are not ours."""

import asyncio
import json
import tarfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from fhir.resources.R4B.bundle import Bundle

from certificates import Authority
from cordee.resource import json as strict
from subscriptions.conftest import observation, subscription, topical
from system.conftest import Running, free_port
from system.mail_servers import PASSWORD, MailServers
from system.subscriber import active, until_active

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("mail")]
PAYLOAD = {"payload": "application/fhir+json"}


@pytest.fixture(scope="module")
def server(
    mail: MailServers, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """A server that hands its mail over encrypted, after having said who it is."""
    folder = tmp_path_factory.mktemp("cordee")
    environment = {
        "CORDEE_MONGODB_CACHE_GB": "0.25",
        "CORDEE_SUBSCRIPTIONS_SMTP": f"smtp://cordee:{PASSWORD}@127.0.0.1:{mail.submission}",
        "SSL_CERT_FILE": str(authority.root),
        "CORDEE_SUBSCRIPTIONS_MAIL_FROM": "cordee@example.org",
    }
    running = Running(folder / "data", free_port(), environment)
    running.start()
    yield running
    running.stop()


async def test_a_mailbox_gets_what_each_payload_allows(server: Running, mail: MailServers) -> None:
    """Without payload the mail has no health data; with one the resource; with a topic a Bundle."""
    boxes = {
        "bare": subscription("mailto:bare@example.org"),
        "full": subscription("mailto:full@example.org", **PAYLOAD),
        "topic": topical("mailto:topic@example.org", "alert", content="full-resource"),
    }
    for hook in boxes.values():
        hook["channel"]["type"] = "email"
        await active(server.base_url, hook)
    async with httpx.AsyncClient(base_url=server.base_url, timeout=30) as http:
        made = (await http.post("/Observation", json=observation())).json()
        flag = {"status": "active", "code": {"text": "chute"}, "subject": {"display": "Lefèvre"}}
        told = (await http.post("/Flag", json={"resourceType": "Flag"} | flag)).json()
    (bare,) = mail.mails("bare@example.org")
    (full,) = mail.mails("full@example.org")
    (topic,) = mail.mails("topic@example.org")
    assert bare["From"] == "cordee@example.org"
    assert bare["X-Cordee-Event-Number"] == "1"
    assert made["id"] not in bare.as_string()
    assert strict.parse(_attached(full)) == made
    bundle = strict.parse(_attached(topic))
    assert bundle["entry"][1]["resource"] == told
    Bundle.model_validate(bundle)
    assert "sasl_method=PLAIN, sasl_username=cordee" in mail.log()


def _attached(mail: EmailMessage) -> bytes:
    (part,) = mail.iter_attachments()
    content = part.get_content()
    assert isinstance(content, bytes)
    return content


async def test_the_life_of_a_french_subscription(
    server: Running, mail: MailServers, material: Path
) -> None:
    """The guide's own Subscription is created, told of the guide's own event, replaced, deleted."""
    made = example(material, "Subscription-sub1")
    made["end"] = "2099-12-31T00:00:00+01:00"  # the example's own is past
    event = example(material, "CommunicationRequest-com2")
    address = made["channel"]["endpoint"].removeprefix("mailto:")
    id = await active(server.base_url, made)
    async with httpx.AsyncClient(base_url=server.base_url, timeout=30) as http:
        stored = (await http.get(f"/Subscription/{id}")).json()
        assert stored["extension"] == made["extension"]
        assert stored["contained"] == made["contained"]
        assert len(stored["extension"]) == 6
        assert (await http.post("/CommunicationRequest", json=event)).status_code == 201
        (told,) = mail.mails(address)
        assert told["X-Cordee-Event-Number"] == "1"
        stored["criteria"] = "CommunicationRequest?event-type=ADM"
        assert (await http.put(f"/Subscription/{id}", json=stored)).status_code == 200
        await until_active(http, id)
        assert (await http.post("/CommunicationRequest", json=event)).status_code == 201
        event["extension"][0]["valueCodeableConcept"]["coding"][0] |= {"code": "ADM"}
        event["extension"][0]["valueCodeableConcept"]["coding"][0].pop("display")
        assert (await http.post("/CommunicationRequest", json=event)).status_code == 201
        assert [m["X-Cordee-Event-Number"] for m in mail.mails(address, 2)] == ["1", "2"]
        assert (await http.delete(f"/Subscription/{id}")).status_code in (200, 204)
        assert (await http.get(f"/Subscription/{id}")).status_code == 410
        assert (await http.post("/CommunicationRequest", json=event)).status_code == 201
    await asyncio.sleep(1)
    assert len(mail.mails(address)) == 2


def example(material: Path, name: str) -> dict[str, Any]:
    """Read an official example of the guide."""
    with tarfile.open(material / "fr-packages" / "ans.fhir.fr.nde-3.0.0.tgz") as archive:
        found = archive.extractfile(f"package/example/{name}.json")
        assert found is not None
        return dict(json.load(found))
