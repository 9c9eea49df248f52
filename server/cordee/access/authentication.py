"""Who a request comes from: the port that turns what a call carries into a caller."""

from dataclasses import dataclass
from typing import Any, Protocol

from cordee.access.caller import ANONYMOUS, Caller


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request carries to prove who sends it.

    `certificate` is the client certificate (DER) that the TLS layer or a trusted proxy vouches
    for. `practice` is the activity chosen among several, `emergency` the reason for breaking the
    glass.
    """

    authorization: str | None = None
    certificate: bytes | None = None
    practice: str | None = None
    emergency: str | None = None


class Authentication(Protocol):
    """One way to know callers."""

    async def caller(self, credentials: Credentials) -> Caller:
        """Tell who calls. Raises `FhirError` UNAUTHENTICATED or FORBIDDEN, never less."""
        ...

    async def still(self, caller: Caller) -> Caller:
        """Give a caller who was known earlier, as far as they are known now.

        For work that goes on while nobody calls: who has left stands for nobody any more.
        """
        ...

    async def configuration(self) -> dict[str, Any] | None:
        """Give what clients are told of how to get tokens (RFC 8414); None where none are needed.

        Raises `FhirError` UNAVAILABLE when it must be asked elsewhere and nobody answers.
        """
        ...


class NoAuthentication:
    """Everyone is nobody in particular: `CORDEE_AUTH=off`, which binds to loopback only."""

    async def caller(self, credentials: Credentials) -> Caller:  # noqa: ARG002 - the port's shape
        """Give the anonymous caller."""
        return ANONYMOUS

    async def still(self, caller: Caller) -> Caller:
        """Give the caller: nobody is known, and nobody leaves."""
        return caller

    async def configuration(self) -> dict[str, Any] | None:
        """Tell nothing."""
        return None
