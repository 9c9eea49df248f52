"""A FHIR package registry over HTTP: the NPM protocol with FHIR packages in it.

`GET {base}/{id}` lists versions, `GET {base}/{id}/{version}` gives the archive.
"""

from typing import Any

import msgspec

from cordee.errors import Category, FhirError

MAX_BYTES = 256 << 20
"""Largest archive accepted from a registry."""
TIMEOUT = 30.0


def versions(base: str, id: str) -> tuple[str, ...]:
    """Give the versions a registry offers of a package; none when it does not know it.

    Raises FhirError(UNAVAILABLE) when the registry does not answer as one.
    """
    answer = _get(f"{base.rstrip('/')}/{id}")
    if answer is None:
        return ()
    try:
        listed: dict[str, Any] = msgspec.json.decode(answer)["versions"]
        return tuple(listed)
    except (msgspec.DecodeError, KeyError, TypeError) as error:
        raise FhirError(
            Category.UNAVAILABLE, f"{base} does not list {id} as a package registry does"
        ) from error


def archive(base: str, id: str, version: str) -> bytes | None:
    """Give the `.tgz` of a package, None when the registry does not have it.

    Raises FhirError: UNAVAILABLE when the registry fails, TOO_LARGE beyond `MAX_BYTES`.
    """
    return _get(f"{base.rstrip('/')}/{id}/{version}")


def _get(url: str) -> bytes | None:
    import httpx  # noqa: PLC0415 - slow to import, and most servers never ask a registry

    data = bytearray()
    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=TIMEOUT) as response:
            if response.status_code in {404, 410}:
                return None
            response.raise_for_status()
            for part in response.iter_bytes():
                data += part
                if len(data) > MAX_BYTES:
                    raise FhirError(Category.TOO_LARGE, f"{url} is larger than {MAX_BYTES} bytes")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise FhirError(Category.UNAVAILABLE, f"{url} does not answer: {error}") from error
    return bytes(data)
