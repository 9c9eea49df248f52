"""The other servers, from the file that `CORDEE_FEDERATION_PEERS` names.

    {"server": "hopital-nord", "url": "https://nord.example",
     "peers": [{"name": "dac-sud", "url": "https://sud.example/fhir", "client": "dac-sud",
                "client_id": "hopital-nord", "key": "nord.pem"}]}

`server` is the name our edits are counted under, the same for ever; `url` our public address, where
peers tell of news. Files are found beside this one.

https://www.rfc-editor.org/rfc/rfc6749#section-4.4
"""

import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from cordee.errors import Category, FhirError
from cordee.settings import Settings

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Peer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One peer: its name and FHIR base, who it is to us, and how we prove who we are to it.

    `client` is the client id in the peer's tokens for us. We get tokens at `token_url` (by default
    `/oauth/token` beside the base) as `client_id`, by an assertion signed with `key` (PEM or JWK),
    a client `certificate` (PEM, with its key inside or in `key`), or a `secret`; or we send the
    token in the file `bearer`. `authority` are certificates trusted beside the system's. `kind` is
    "fhir" for a server that is not Cordée.
    """

    name: str
    url: str
    kind: Literal["cordee", "fhir"] = "cordee"
    client: str | None = None
    client_id: str | None = None
    token_url: str | None = None
    key: Path | None = None
    certificate: Path | None = None
    secret: Path | None = None
    bearer: Path | None = None
    authority: Path | None = None
    scopes: str | None = None

    def __post_init__(self) -> None:
        """Refuse names that could be taken for another's."""
        if not NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name of a server: a-z, 0-9 and -")

    @property
    def base(self) -> str:
        """Give the FHIR base without a trailing slash."""
        return self.url.rstrip("/")


class Federation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """This server among its peers."""

    server: str
    url: str
    peers: tuple[Peer, ...]
    folder: Path = Path()
    """Where the file lies."""
    secret: Path | None = None
    """File of the secret that peers' notifications are known by; unset means a key kept in the data
    directory."""

    def __post_init__(self) -> None:
        """Refuse a file in which two servers have one name."""
        names = [self.server, *(peer.name for peer in self.peers)]
        if not NAME.fullmatch(self.server):
            raise ValueError(f"{self.server!r} is no name of a server: a-z, 0-9 and -")
        if len(set(names)) != len(names):
            raise ValueError("Two servers have the same name")

    @classmethod
    def of(cls, settings: Settings) -> "Federation | None":
        """Read the file; None where none is named. Raises `FhirError` INVALID saying why not."""
        path = settings.federation_peers
        if path is None:
            return None
        try:
            found = msgspec.json.decode(path.read_bytes(), type=cls, dec_hook=_path)
            found = msgspec.structs.replace(found, folder=path.parent)
            for url in (found.url, *(peer.url for peer in found.peers)):
                _check_url(url, allow_http=settings.federation_allow_http)
        except (OSError, ValueError) as error:
            text = f"CORDEE_FEDERATION_PEERS, {path}: {error}"
            raise FhirError(Category.INVALID, text) from error
        return found

    def peer(self, name: str) -> Peer | None:
        """Find a peer by its name."""
        return next((peer for peer in self.peers if peer.name == name), None)

    def file(self, path: Path) -> Path:
        """Give where a file lies that the settings name."""
        return self.folder / path


def _path(type: type, value: object) -> Path:
    if type is not Path or not isinstance(value, str):
        raise ValueError(f"{value!r} is no path")
    return Path(value)


def _check_url(url: str, *, allow_http: bool) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query:
        raise ValueError(f"{url!r} is not an https URL")
    if parts.username is not None:
        raise ValueError("A URL must not carry a user name or a password")
    if parts.scheme == "http" and not allow_http:
        raise ValueError(f"{url}: https only, or CORDEE_FEDERATION_ALLOW_HTTP true")
