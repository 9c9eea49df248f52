"""Where notifications may go."""

import asyncio
from typing import Any

import pytest

from cordee.settings import Settings
from cordee.subscriptions.address import Addresses, AddressRefusedError
from subscriptions.conftest import OpenServer, observation, subscription
from subscriptions.receiver import Receiver

INSIDE = (
    "127.0.0.1",
    "10.0.0.7",
    "169.254.169.254",
    "192.168.1.1",
    "172.16.3.4",
    "100.64.0.1",
    "0.0.0.0",
    "[::1]",
    "[::ffff:10.0.0.1]",
    "[fd00::1]",
    "[fe80::1]",
    "[64:ff9b::a00:1]",
    "[64:ff9b:1::a00:1]",
    "[::7f00:1]",
    "[::ffff:0:7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[fec0::1]",
    "[ff0e::1]",
    "192.0.0.8",
    "192.88.99.1",
    "2130706433",
    "0x7f.1",
    "localhost",
)


@pytest.mark.parametrize("host", INSIDE)
def test_addresses_inside_are_refused(host: str) -> None:
    """Private, link-local, loopback and metadata addresses are refused in every spelling."""
    with pytest.raises(AddressRefusedError):
        Addresses(Settings()).check_url(f"https://{host}/hook")


@pytest.mark.parametrize("host", ["93.184.216.34", "[2606:2800:21f:cb07::1]", "[64:ff9b::808:808]"])
def test_public_addresses_pass(host: str) -> None:
    """Those of the internet, in both families, also behind a translation."""
    Addresses(Settings()).check_url(f"https://{host}/hook")


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://example.org/", "https://u:p@example.org/", "https://", "x"],
)
def test_other_urls_are_refused(url: str) -> None:
    """Only https, and no credentials in the URL."""
    with pytest.raises(AddressRefusedError):
        Addresses(Settings()).check_url(url)


def test_settings_allow_hosts_and_networks() -> None:
    """Names, addresses and networks of the allow-list pass; http only where it is allowed."""
    rule = Addresses(
        Settings(
            subscriptions_allowed_hosts=["intra.example", "10.1.0.0/16"],
            subscriptions_allow_http=True,
        )
    )
    rule.check_url("http://10.1.2.3/hook")
    rule.check_url("https://INTRA.example:8443/hook")
    with pytest.raises(AddressRefusedError):
        rule.check_url("https://10.2.0.1/hook")


async def test_a_name_is_checked_by_what_it_resolves_to() -> None:
    """A name that stands for an address inside is refused when it is resolved."""
    with pytest.raises(AddressRefusedError):
        await Addresses(Settings()).resolve("localhost", 443)


def test_the_allow_list_is_read_from_json_or_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable may be a JSON list or names separated by commas."""
    for text in ('["a.example", "10.0.0.0/8"]', "a.example, 10.0.0.0/8"):
        monkeypatch.setenv("CORDEE_SUBSCRIPTIONS_ALLOWED_HOSTS", text)
        assert Settings().subscriptions_allowed_hosts == ["a.example", "10.0.0.0/8"]


async def test_a_refused_endpoint_is_refused_at_the_write(open_server: OpenServer) -> None:
    """Creating a subscription to an address inside names the element."""
    server = await open_server(work=False, subscriptions_allowed_hosts=[])
    told = await server.create(subscription("http://127.0.0.1:1/hook"), status=422)
    assert told["issue"][0]["expression"] == ["Subscription.channel.endpoint"]


async def test_an_address_no_longer_allowed_gets_nothing(
    open_server: OpenServer, receiver: Receiver
) -> None:
    """The check is made at delivery, too: the subscription turns to error and nothing is sent."""
    writing: Any = await open_server(work=False)
    id = (await writing.create(subscription(receiver.url)))["id"]
    server = await open_server(subscriptions_allowed_hosts=[])
    await server.until(id, "active")
    await server.create(observation())
    found = await server.until(id, "error")
    assert "not a public address" in found["error"]
    await asyncio.sleep(0.3)
    assert receiver.all == []
