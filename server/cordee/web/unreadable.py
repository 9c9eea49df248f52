"""The answer to a request whose head cannot be read, made before any application sees it.

https://hl7.org/fhir/R4/http.html#Status-Codes
"""

from collections.abc import Iterable
from http import HTTPStatus

from cordee.errors import Category, FhirError
from cordee.outcome import issues, operation_outcome, status
from cordee.resource import json

LONGEST_URL = 65_535
"""Bytes of a URL that the parser can measure."""


def answer(url: bytes, headers: Iterable[tuple[bytes, bytes]] = ()) -> bytes:
    """Give a whole answer, head and body; `url` is what had been read of the request's."""
    error = _reason(url)
    body = json.serialize(operation_outcome(issues(error)))
    code = HTTPStatus(status(error))
    lines = [
        f"HTTP/1.1 {code.value} {code.phrase}".encode(),
        *(name + b": " + value for name, value in headers),
        b"content-type: application/fhir+json; charset=utf-8",
        b"content-length: " + str(len(body)).encode(),
        b"connection: close",
        b"",
        body,
    ]
    return b"\r\n".join(lines)


def _reason(url: bytes) -> FhirError:
    if len(url) > LONGEST_URL:
        return FhirError(
            Category.URL_TOO_LONG,
            f"The URL has more than {LONGEST_URL:,} bytes; send a long search by POST to "
            "[type]/_search, as a form",
        )
    return FhirError(Category.MALFORMED, "This is not an HTTP/1.1 request that can be read")
