"""The software that may ask for tokens, from the file that `CORDEE_CLIENTS` names.

https://www.rfc-editor.org/rfc/rfc7591#section-2
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import msgspec
from cryptography import x509

from cordee.access import scopes
from cordee.access.authorization_server.oauth_error import OAuthError
from cordee.access.client_certificate import named
from cordee.errors import Category, FhirError

Grant = Literal["client_credentials", "token-exchange"]


class RegisteredClient(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One client.

    It proves who it is by a certificate whose subject is `certificate_subject` (RFC 4514 text), or
    by assertions signed with a key of `jwks` or of the set at `jwks_uri`. `scopes` is the most it
    may ask for.
    """

    client_id: str
    scopes: frozenset[str]
    grants: frozenset[Grant]
    name: str = ""
    certificate_subject: str | None = None
    jwks: dict[str, Any] | None = None
    jwks_uri: str | None = None

    def __post_init__(self) -> None:
        """Refuse a client that nothing could prove, or whose subject is no name."""
        if self.certificate_subject is None and self.jwks is None and self.jwks_uri is None:
            raise ValueError(f"{self.client_id} has neither certificate_subject nor jwks")
        _ = self.subject

    @property
    def subject(self) -> x509.Name | None:
        """Give the subject its certificate must have."""
        return named(self.certificate_subject) if self.certificate_subject else None

    def granted(self, asked: str | None) -> frozenset[str]:
        """Give the scopes asked for, all of which must be within those registered."""
        wanted = frozenset((asked or "").split())
        if not scopes.on_resources(wanted):
            raise OAuthError("invalid_scope", "scope must name what is asked for, as user/Task.rs")
        if any(not self._covers(each) for each in wanted):
            raise OAuthError("invalid_scope", "The client is not registered for one of the scopes")
        return wanted

    def _covers(self, wanted: str) -> bool:
        if wanted in self.scopes:
            return True
        return any(
            own.level == asked.level
            and own.covers(asked.type)
            and asked.permissions <= own.permissions
            and own.query in ((), asked.query)
            for asked in scopes.parse(frozenset({wanted}))
            for own in scopes.parse(self.scopes)
        )


class ClientRegistry:
    """The registered clients."""

    def __init__(self, clients: Iterable[RegisteredClient]) -> None:
        """Index them by id and by certificate subject. Raises `ValueError` if two are alike."""
        self._by_id: dict[str, RegisteredClient] = {}
        self._by_subject: dict[x509.Name, RegisteredClient] = {}
        for client in clients:
            if client.client_id in self._by_id or client.subject in self._by_subject:
                raise ValueError(f"{client.client_id}: its id or certificate is another's, too")
            self._by_id[client.client_id] = client
            if client.subject is not None:
                self._by_subject[client.subject] = client

    @classmethod
    def load(cls, path: Path | None) -> "ClientRegistry":
        """Read the file, a JSON list of clients. Raises `FhirError` INVALID saying why not."""
        if path is None:
            return cls(())
        try:
            return cls(msgspec.json.decode(path.read_bytes(), type=tuple[RegisteredClient, ...]))
        except (OSError, ValueError) as error:
            raise FhirError(Category.INVALID, f"CORDEE_CLIENTS, {path}: {error}") from error

    def __len__(self) -> int:
        """Count the clients."""
        return len(self._by_id)

    def by_id(self, id: str) -> RegisteredClient | None:
        """Find a client by its id."""
        return self._by_id.get(id)

    def by_subject(self, subject: x509.Name) -> RegisteredClient | None:
        """Find a client by the subject of its certificate."""
        return self._by_subject.get(subject)
