"""Certificate authorities and the certificates they give, made for one test run."""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, also as PEM files."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    folder: Path
    name: str

    @property
    def file(self) -> str:
        """Give the path of the certificate."""
        return self._written("crt", self.certificate.public_bytes(Encoding.PEM))

    @property
    def key_file(self) -> str:
        """Give the path of the key."""
        text = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return self._written("key", text)

    @property
    def der(self) -> bytes:
        """Give the certificate's bytes."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def subject(self) -> str:
        """Give the subject as RFC 4514 writes it."""
        return self.certificate.subject.rfc4514_string()

    def _written(self, kind: str, data: bytes) -> str:
        path = self.folder / f"{self.name}.{kind}"
        path.write_bytes(data)
        return str(path)

    def give(self, name: str, subject: str) -> "Certificate":
        """Give a certificate to a server (for localhost) or a client, signed by this one."""
        return _made(self.folder, name, subject, self)


def authority(folder: Path, name: str) -> Certificate:
    """Make a certificate authority."""
    return _made(folder, name, f"CN={name}", None)


def _made(folder: Path, name: str, subject: str, by: Certificate | None) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    own = x509.Name.from_rfc4514_string(subject)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    builder = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(by.certificate.subject if by else own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
    )
    # From 3.13 on Python wants both key identifiers and, of an authority, what its key is for.
    issuer = (by.key if by else key).public_key()
    for extension in (
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer),
    ):
        builder = builder.add_extension(extension, critical=False)
    builder = builder.add_extension(_usage(signs=by is None), critical=True)
    signed = builder.sign(by.key if by else key, hashes.SHA256())
    return Certificate(signed, key, folder, name)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )
