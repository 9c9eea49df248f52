"""The client of INSi: HTTPS with the structure's certificate, one message a call.

A call is never repeated by itself: whoever asked learns what went wrong, and asks again.

SEL-MP-043; https://www.rfc-editor.org/rfc/rfc8446
"""

from collections.abc import Callable
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import httpx

from cordee import __version__
from cordee.bridges.insi.envelope import ACTION, Sender, envelope
from cordee.bridges.insi.reply import reply
from cordee.bridges.tls import tls
from cordee.errors import Category, FhirError
from cordee.interactions.services import now
from cordee.operations.identity.teleservice import Question, Reply
from cordee.settings import Settings

ANSWERED = frozenset({200, 500})
"""SOAP gives its faults with 500."""


class InsiClient:
    """One teleservice."""

    def __init__(
        self,
        url: str,
        http: httpx.AsyncClient,
        sender: Sender,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """Take the address and what carries calls, which knows certificate and time limit."""
        self._url = url
        self._http = http
        self._sender = sender
        self._clock = clock

    @classmethod
    def of(cls, settings: Settings) -> "InsiClient | None":
        """Make the client that the settings describe; None without an address.

        Raises `FhirError` UNAVAILABLE when the certificate cannot be used.
        """
        if settings.insi_url is None:
            return None
        context = tls("INSi", settings.insi_authority, settings.insi_certificate, settings.insi_key)
        limits = httpx.Timeout(settings.insi_timeout)
        http = httpx.AsyncClient(verify=context, timeout=limits, trust_env=False)
        instance = uuid5(NAMESPACE_URL, f"{settings.insi_sender}/{settings.data.absolute()}")
        sender = Sender(settings.insi_licence, __version__, instance, settings.insi_sender)
        return cls(settings.insi_url, http, sender)

    async def search(self, question: Question) -> Reply:
        """Ask who has these traits. Raises UNAVAILABLE or TIMEOUT."""
        message: UUID = uuid4()
        content = envelope(question, self._sender, message, self._clock())
        # SOAP 1.2 names the action in the media type.
        headers = {"Content-Type": f'application/soap+xml; charset=utf-8; action="{ACTION}"'}
        try:
            answer = await self._http.post(self._url, content=content, headers=headers)
        except httpx.TimeoutException as error:
            raise FhirError(Category.TIMEOUT, "INSi did not answer in time") from error
        except httpx.HTTPError as error:
            raise FhirError(Category.UNAVAILABLE, f"INSi cannot be reached: {error}") from error
        if answer.status_code not in ANSWERED:
            raise FhirError(Category.UNAVAILABLE, f"INSi answers HTTP {answer.status_code}")
        return reply(answer.content)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
