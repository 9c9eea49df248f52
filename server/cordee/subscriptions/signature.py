"""Signatures of notifications, so that a receiver knows who sent them, and when.

Three headers after the Standard Webhooks specification: `webhook-id` (the same when a delivery is
repeated), `webhook-timestamp`, and `webhook-signature`: `v1,` and the HMAC-SHA256 of
`id.timestamp.body` in base64.

https://www.standardwebhooks.com/
"""

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """Give the key that a secret stands for: base64 after `whsec_`, else its own bytes."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            return secret.encode()
    return secret.encode()


def signed(secret: str, name: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Give the headers of a message."""
    content = f"{name}.{timestamp}.".encode() + body
    digest = hmac.new(key_of(secret), content, hashlib.sha256).digest()
    return {
        "webhook-id": name,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
