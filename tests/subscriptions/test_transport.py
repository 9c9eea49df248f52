"""HTTPS to subscribers, and client certificates."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cordee.settings import Settings
from cordee.subscriptions.address import Addresses, AddressRefusedError
from cordee.subscriptions.transport import Transport
from subscriptions.receiver import Receiver


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, signed by itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


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
