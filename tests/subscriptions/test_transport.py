"""HTTPS to subscribers, and client certificates."""

import asyncio
import ssl
from pathlib import Path

import pytest

from certificates import self_signed
from cordee.settings import Settings
from cordee.subscriptions.address import Addresses, AddressRefusedError
from cordee.subscriptions.transport import Transport
from subscriptions.receiver import Receiver


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, signed by itself, with its key in the same file."""
    return self_signed(tmp_path_factory.mktemp("tls") / "both.pem")


def listening(certificate: Path, *, asks: bool = False) -> ssl.SSLContext:
    """What a TLS server works with; `asks` makes it want a client certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    if asks:
        context.load_verify_locations(certificate)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def transport(**settings: object) -> Transport:
    """A transport that may reach this machine, by https."""
    chosen = Settings.model_validate({"subscriptions_allowed_hosts": ["127.0.0.1"], **settings})
    return Transport(chosen, Addresses(chosen))


async def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    """TLS verifies the receiver: nothing is sent to one that cannot prove its name."""
    sending = transport()
    async with Receiver(tls=listening(certificate)) as receiver:
        with pytest.raises(ConnectionError):
            await sending.send("POST", receiver.url, {}, b"secret", 5)
        assert receiver.all == []
    await sending.close()


async def test_a_known_certificate_is_accepted_and_ours_is_shown(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a client certificate in the settings, a receiver that asks for one is reached."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with Receiver(tls=listening(certificate, asks=True)) as receiver:
        with_ours = transport(subscriptions_client_certificate=certificate)
        answer = await with_ours.send("POST", receiver.url, {"X-A": "b"}, b"x", 5)
        assert answer.status == 200
        assert receiver.all[0].headers["x-a"] == "b"
        await with_ours.close()
        without = transport()
        with pytest.raises(ConnectionError):
            await without.send("POST", receiver.url, {}, b"x", 5)
        await without.close()


async def test_http_needs_to_be_allowed() -> None:
    """Without the setting, http is refused before anything is resolved or sent."""
    sending = transport()
    async with Receiver() as receiver:
        with pytest.raises(AddressRefusedError, match="https only"):
            await sending.send("POST", receiver.url, {}, b"", 5)
        assert receiver.all == []
    await sending.close()


class Names:
    """A resolver that gives other addresses each time it is asked."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        """Answer as `getaddrinfo` does."""
        assert host == "hook.example"
        self.asked += 1
        return [(2, 1, 6, "", (each, port)) for each in self.answers.pop(0)]


async def test_a_name_that_changes_its_address_reaches_nothing_inside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The address checked is the one connected to, each time anew: rebinding a name is in vain."""
    async with Receiver() as receiver:
        url = f"http://hook.example:{receiver.port}/"
        names = Names(["127.0.0.2"], ["127.0.0.1"], ["127.0.0.2", "10.0.0.1"])
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", names)
        sending = transport(
            subscriptions_allow_http=True, subscriptions_allowed_hosts=["127.0.0.2"]
        )
        with pytest.raises(ConnectionError):  # allowed, but nobody listens there
            await sending.send("POST", url, {}, b"", 5)
        for _ in range(2):
            with pytest.raises(AddressRefusedError, match="not a public address"):
                await sending.send("POST", url, {}, b"", 5)
        assert receiver.all == []
        await sending.close()
        names.answers = [["127.0.0.1"]]
        reaching = transport(
            subscriptions_allow_http=True, subscriptions_allowed_hosts=["127.0.0.1"]
        )
        assert (await reaching.send("POST", url, {}, b"", 5)).status == 200
        assert receiver.all[0].headers["host"] == f"hook.example:{receiver.port}"
        assert names.asked == 4
        await reaching.close()
