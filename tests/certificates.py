"""Certificates for servers and clients of tests that prove who they are, on this machine."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

Key: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Authority:
    """Writes certificates into a folder; `root` is its own."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def make(cls, folder: Path, name: str) -> "Authority":
        """Make one, with its own certificate in `name.pem`."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _subject(name)
        made = (
            _builder(subject, subject, key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .sign(key, hashes.SHA256())
        )
        (folder / f"{name}.pem").write_bytes(_pem(made))
        return cls(folder, key, made)

    @property
    def root(self) -> Path:
        """Where its own certificate is."""
        name = self.certificate.subject.rfc4514_string().removeprefix("CN=")
        return self.folder / f"{name}.pem"

    def issue(self, name: str) -> Path:
        """Issue a certificate for 127.0.0.1; give a file with it and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = (
            _builder(_subject(name), self.certificate.subject, key)
            .add_extension(_here(), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=False), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
            .sign(self.key, hashes.SHA256())
        )
        path = self.folder / f"{name}.pem"
        return _written(path, made, key)

    def asking(self, name: str) -> ssl.SSLContext:
        """Give what a server works with that only takes clients this authority vouches for."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=self.root)
        context.load_cert_chain(self.issue(name))
        context.verify_mode = ssl.CERT_REQUIRED
        return context


def self_signed(path: Path, subject: x509.Name | None = None, key: Key | None = None) -> Path:
    """Write a certificate for 127.0.0.1, signed by itself, and its key into one PEM file."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = subject or _subject("test")
    made = _builder(subject, subject, key).add_extension(_here(), critical=False)
    return _written(path, made.sign(key, hashes.SHA256()), key)


def _written(path: Path, certificate: x509.Certificate, key: Key) -> Path:
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(_pem(certificate) + secret)
    return path


def _here() -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(subject: x509.Name, issuer: x509.Name, key: Key) -> x509.CertificateBuilder:
    today = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(hours=1))
        .not_valid_after(today + timedelta(days=2))
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
