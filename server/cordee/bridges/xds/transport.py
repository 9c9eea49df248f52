"""HTTPS with the structure's certificate: one message a call, an answer of bounded length.

A call is never repeated here: only who knows what it did may make it again.

https://www.rfc-editor.org/rfc/rfc8446
"""

from dataclasses import dataclass

import httpx

from cordee.bridges.tls import tls
from cordee.errors import Category, FhirError
from cordee.settings import Settings

LONGEST_ANSWER = 60_000_000
"""Bytes; a document has 25 MB at most, and may be in base64."""
_ANSWERED = frozenset({200, 202, 400, 500})
"""SOAP 1.2 gives faults of the sender with 400, of the receiver with 500."""
_PASSING = frozenset({408, 425, 429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Transport:
    """What carries messages."""

    http: httpx.AsyncClient
    most_bytes: int = LONGEST_ANSWER

    @classmethod
    def of(cls, settings: Settings) -> "Transport":
        """Open connections as the settings say. Raises UNAVAILABLE for unusable certificates."""
        context = tls(
            "the national record",
            settings.dmp_authority,
            settings.dmp_certificate,
            settings.dmp_key,
        )
        limits = httpx.Timeout(settings.dmp_timeout)
        return cls(httpx.AsyncClient(verify=context, timeout=limits, trust_env=False))

    async def post(self, url: str, media_type: str, content: bytes) -> tuple[str, bytes]:
        """Send a message; give the media type and the bytes of its answer.

        Raises TIMEOUT, UNAVAILABLE for what may pass, FORBIDDEN or UNSUPPORTED for what will not.
        """
        headers = {"Content-Type": media_type, "Accept-Encoding": "identity"}
        try:
            async with self.http.stream("POST", url, content=content, headers=headers) as answer:
                data = await self._read(answer)
        except httpx.TimeoutException as error:
            text = "The national record did not answer in time"
            raise FhirError(Category.TIMEOUT, text) from error
        except httpx.HTTPError as error:
            text = f"The national record cannot be reached: {error}"
            raise FhirError(Category.UNAVAILABLE, text) from error
        kind = answer.headers.get("content-type", "")
        soap = kind.lower().startswith(("application/soap+xml", "multipart/related"))
        if answer.status_code not in _ANSWERED or not soap:
            raise _unusual(answer.status_code, kind)
        return kind, data

    async def _read(self, answer: httpx.Response) -> bytes:
        encoding = answer.headers.get("content-encoding", "identity")
        if encoding != "identity":
            text = f"The national record compresses its answer ({encoding[:20]}) unasked"
            raise FhirError(Category.UNAVAILABLE, text)
        data = bytearray()
        async for chunk in answer.aiter_raw():
            data += chunk
            if len(data) > self.most_bytes:
                text = f"The answer of the national record is longer than {self.most_bytes} bytes"
                raise FhirError(Category.TOO_LARGE, text)
        return bytes(data)

    async def close(self) -> None:
        """Close the connections."""
        await self.http.aclose()


def _unusual(status: int, kind: str) -> FhirError:
    text = f"The national record answers HTTP {status} ({kind[:60] or 'without a media type'})"
    if status in _PASSING or status >= 500:
        return FhirError(Category.UNAVAILABLE, text)
    return FhirError(Category.FORBIDDEN if status in {401, 403} else Category.UNSUPPORTED, text)
