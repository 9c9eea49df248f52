"""One signature under a resource: who, when, in which role, and the seal itself where it can be.

The seal is a detached JSON Web Signature over the canonical JSON of the version signed. It is
verified when its key is among those of the setting `signature_keys`; else who signed, when and as
what is all there is to check.

https://hl7.org/fhir/R4/datatypes.html#Signature
https://hl7.org/fhir/R4/json.html#canonical
https://www.rfc-editor.org/rfc/rfc7515#appendix-F
"""

import base64
import binascii
import json as plain_json
import warnings
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning

from cordee.access.tokens.algorithms import ALGORITHMS, fits, public_key
from cordee.errors import Category, FhirError
from cordee.resource import json
from cordee.resource.date_interval import interval
from cordee.resource.types import Resource

Element = dict[str, Any]
Key = dict[str, Any]

PURPOSES = frozenset(
    ("urn:iso-astm:E1762-95:2013", f"1.2.840.10065.1.12.1.{number}") for number in (1, 2, 5, 6)
)
"""Author's, coauthor's, verification and validation signatures: those that stand for a content."""

CANONICAL = "http://hl7.org/fhir/canonicalization/json"
LEFT_OUT = {CANONICAL: (), f"{CANONICAL}#data": ("text",), f"{CANONICAL}#static": ("text", "meta")}
"""How a version may be made canonical: name → elements that are not signed."""

JOSE = "application/jose"
AHEAD = timedelta(minutes=5)
"""How far the clock of who signs may be ahead."""


def check_purpose(signature: Element, now: datetime) -> None:
    """Raise UNPROCESSABLE for a signature of another kind, or from the future."""
    codings = {(each.get("system"), each.get("code")) for each in signature.get("type", ())}
    if not codings & PURPOSES:
        raise _wrong("is no author's, verification or validation signature", "type")
    made = interval(signature.get("when", ""))
    if made is None or made[0] > (now + AHEAD).timestamp() * 1000:
        raise _wrong(f"was made in the future ({signature.get('when')})", "when")


def sealed(
    signature: Element, signed: Resource, holders: Iterable[str], keys: tuple[Key, ...]
) -> bool:
    """Tell whether the seal was verified; False where there is none, or none that is known here.

    `signed` is the version, `holders` the national identifiers of who signs. Raises UNPROCESSABLE
    for a seal that is broken, over something else, or somebody else's.
    """
    data, form = signature.get("data"), signature.get("sigFormat", "").partition(";")[0]
    if not data or form != JOSE:
        return False
    header, body, seal = _parts(data)
    found = next((key for key in keys if key.get("kid") == header.get("kid")), None)
    if found is None or "kid" not in header:
        return False
    if found.get("sub") not in set(holders):
        raise _wrong("is sealed with the key of somebody else", "who")
    payload = base64.urlsafe_b64encode(_canonical(signature, signed)).decode().rstrip("=")
    if body not in ("", payload):
        raise _wrong("is over another content than the version it names", "data")
    if not _verified(f"{_encoded(data)[0]}.{payload}.{seal}", found, header):
        raise _wrong("has a broken seal: it is not over this version, or was altered", "data")
    return True


def known_keys(path: Path | None) -> tuple[Key, ...]:
    """Read a JSON Web Key Set; each key names its holder's national identifier as `sub`.

    A file that changed is read anew. Raises UNAVAILABLE for one that cannot be read.
    """
    if path is None:
        return ()
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError) as error:
        text = f"The keys of signatures cannot be read: {error}"
        raise FhirError(Category.UNAVAILABLE, text) from error


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> tuple[Key, ...]:
    del changed  # it is what makes another file of the same name
    return tuple(plain_json.loads(path.read_bytes())["keys"])


def _verified(token: str, key: Key, header: Element) -> bool:
    algorithm = header.get("alg")
    ready = public_key(key)
    if algorithm not in ALGORITHMS or ready is None or not fits(key, algorithm):
        return False
    try:
        with warnings.catch_warnings():
            # The name EdDSA is deprecated, and still the one that software writes.
            warnings.simplefilter("ignore", SecurityWarning)
            jws.deserialize_compact(token, ready, algorithms=[algorithm])
    except (JoseError, ValueError):
        return False
    return True


def _canonical(signature: Element, signed: Resource) -> bytes:
    parameters = signature.get("targetFormat", "").partition("canonicalization=")[2]
    way = parameters.partition(";")[0].strip('" ') or f"{CANONICAL}#static"
    if way not in LEFT_OUT:
        raise _wrong(f"is over a form of JSON that is not known here ({way})", "targetFormat")
    return json.canonical({n: value for n, value in signed.items() if n not in LEFT_OUT[way]})


def _parts(data: str) -> tuple[Element, str, str]:
    """Give the header, the payload (empty if detached) and the seal of a signature's data."""
    written, body, seal = _encoded(data)
    try:
        header = plain_json.loads(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict) or "crit" in header or "b64" in header:
        raise _wrong("has a header that is not understood here", "data")
    return header, body, seal


def _encoded(data: str) -> tuple[str, str, str]:
    try:
        header, body, seal = base64.b64decode(data).decode("ascii").split(".")
    except (binascii.Error, ValueError):
        raise _wrong("is no JSON Web Signature in its compact form", "data") from None
    return header, body, seal


def _wrong(text: str, element: str) -> FhirError:
    return FhirError(
        Category.UNPROCESSABLE,
        f"The signature {text}",
        expression=f"Provenance.signature.{element}",
    )
