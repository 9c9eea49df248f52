"""The structure's seal: the certificate and key that assertions and lots are signed with.

https://www.rfc-editor.org/rfc/rfc5280
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from cordee.errors import Category, FhirError

SMALLEST_KEY = 2_048
_SHORT = {
    NameOID.COUNTRY_NAME: "C",
    NameOID.STATE_OR_PROVINCE_NAME: "ST",
    NameOID.LOCALITY_NAME: "L",
    NameOID.ORGANIZATION_NAME: "O",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.TITLE: "T",
    NameOID.SURNAME: "SN",
    NameOID.GIVEN_NAME: "GN",
    NameOID.SERIAL_NUMBER: "SERIALNUMBER",
    NameOID.COMMON_NAME: "CN",
}


@dataclass(frozen=True, slots=True)
class Seal:
    """A certificate and its key; `repr` tells nothing of the key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @classmethod
    def read(cls, certificate: Path, key: Path | None) -> "Seal":
        """Read PEM files; the key may be in the certificate's.

        Raises `FhirError` UNAVAILABLE when they cannot be used, or are of another kind than RSA.
        """
        try:
            held = x509.load_pem_x509_certificate(certificate.read_bytes())
            secret = serialization.load_pem_private_key((key or certificate).read_bytes(), None)
        except (OSError, ValueError, TypeError) as error:
            text = f"The seal for the national record cannot be used: {error}"
            raise FhirError(Category.UNAVAILABLE, text) from None
        if not isinstance(secret, rsa.RSAPrivateKey) or secret.key_size < SMALLEST_KEY:
            text = f"The seal for the national record must be RSA of {SMALLEST_KEY} bits or more"
            raise FhirError(Category.UNAVAILABLE, text)
        if secret.public_key() != held.public_key():
            text = "The key of the seal for the national record is another certificate's"
            raise FhirError(Category.UNAVAILABLE, text)
        return cls(held, secret)

    @property
    def subject(self) -> str:
        """The subject's distinguished name, written forward: `C=FR, O=…, CN=…`."""
        return _forward(self.certificate.subject)

    @property
    def issuer(self) -> str:
        """The issuer's distinguished name, written forward."""
        return _forward(self.certificate.issuer)

    @property
    def der(self) -> bytes:
        """The certificate's bytes."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> str:
        """The certificate as text."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")

    def sign(self, data: bytes) -> bytes:
        """Give the RSA signature (PKCS #1 v1.5, SHA-256) of bytes."""
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def __repr__(self) -> str:
        digest = hashlib.sha256(self.der).hexdigest()
        return f"Seal({self.subject!r}, {digest[:16]})"


def _forward(name: x509.Name) -> str:
    return ", ".join(
        f"{_SHORT.get(part.oid, part.oid.dotted_string)}={part.value!s}" for part in name
    )
