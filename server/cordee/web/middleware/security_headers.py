"""Headers that keep browsers from guessing, framing and leaking.

URLs of a FHIR server hold health data (a search by name, a patient's id): they must never travel on
in a `Referer`.

https://hl7.org/fhir/R4/security.html#http
"""

ALWAYS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)

OVER_TLS: tuple[tuple[bytes, bytes], ...] = (
    *ALWAYS,
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
)


def security_headers(scheme: str) -> tuple[tuple[bytes, bytes], ...]:
    """Give the headers for answers over this scheme."""
    return OVER_TLS if scheme == "https" else ALWAYS
