"""The mailbox at the operator, over IMAP: what is new, one mail, and a place for what is poison.

Every visit is a connection of its own, in a thread; nothing is marked as read.

https://www.rfc-editor.org/rfc/rfc3501, https://www.rfc-editor.org/rfc/rfc6851
"""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from cordee.bridges.mssante.mail import MOST_BYTES
from cordee.bridges.mssante.transport import context
from cordee.errors import Category, FhirError
from cordee.settings import Settings
from cordee.store.mailbox_marks import Mark

MOST_AT_ONCE = 500
"""Mails of one look; the next look goes on."""
_SIZE, _DATE, _BODY = b"RFC822.SIZE", b"INTERNALDATE", b"BODY[]"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail lies; the validity says that the folder is still the same one."""

    folder: str
    validity: int
    uid: int

    def json(self) -> dict[str, Any]:
        """Write it into an exchange."""
        return asdict(self)


class Mailbox:
    """The mailbox that the settings name."""

    def __init__(self, settings: Settings) -> None:
        """Take the server and the account; nothing is opened yet."""
        self._settings = settings
        self._url = urlsplit(settings.mssante_imap or "")

    def news(self, mark: Mark) -> list[Place]:
        """Give the mails after the last one queued, the oldest first."""
        folder = self._settings.mssante_folder
        with self._visit() as client:
            validity = _select(client, folder)
            last = mark.uid if mark.validity == validity else 0
            # A range that begins beyond the end still gives the last mail.
            found = sorted(uid for uid in client.search(["UID", f"{last + 1}:*"]) if uid > last)
            return [Place(folder, validity, uid) for uid in found[:MOST_AT_ONCE]]

    def fetch(self, place: Place) -> bytes | None:
        """Give a mail; None when it is no longer there.

        Raises TOO_LARGE, without having fetched it.
        """
        with self._visit() as client:
            if _select(client, place.folder) != place.validity:
                return None
            told = client.fetch([place.uid], [_SIZE]).get(place.uid)
            if told is None:
                return None
            if told[_SIZE] > MOST_BYTES:
                text = f"The mail has {told[_SIZE]} bytes; {MOST_BYTES} are taken at most"
                raise FhirError(Category.TOO_LARGE, text)
            body = client.fetch([place.uid], [b"BODY.PEEK[]"]).get(place.uid) or {}
            found = body.get(_BODY)
            return bytes(found) if found is not None else None

    def quarantine(self, place: Place) -> Place | None:
        """Move a mail out of the way; give where it is, None when it was gone already."""
        aside = self._settings.mssante_quarantine
        if place.folder == aside:
            return place
        with self._visit() as client:
            if not client.folder_exists(aside):
                client.create_folder(aside)
            if _select(client, place.folder, readonly=False) != place.validity:
                return None
            told = client.fetch([place.uid], [_SIZE, _DATE]).get(place.uid)
            if told is None:
                return None
            before = client.folder_status(aside, ["UIDNEXT"])[b"UIDNEXT"]
            _move(client, place.uid, aside)
            return _arrived(client, aside, before, (told[_SIZE], told[_DATE]))

    @contextmanager
    def _visit(self) -> Iterator[Any]:
        """Open the mailbox. Raises `FhirError` UNAVAILABLE for whatever goes wrong there."""
        settings, direct = self._settings, self._url.scheme == "imaps"
        try:
            trust = context(settings)
            with IMAPClient(
                self._url.hostname,
                self._url.port or (993 if direct else 143),
                ssl=direct,
                ssl_context=trust if direct else None,
                timeout=settings.mssante_timeout,
            ) as client:
                if not direct:  # required: neither password nor mails go in clear
                    client.starttls(trust)
                _log_in(client, settings)
                yield client
        except (IMAPClientError, OSError, ssl.SSLError) as error:
            text = f"The mailbox cannot be used: {type(error).__name__}"
            raise FhirError(Category.UNAVAILABLE, text) from error


def _log_in(client: Any, settings: Settings) -> None:
    user = settings.mssante_user or settings.mssante_mailbox
    if settings.mssante_password:
        client.login(user, settings.mssante_password)
    else:  # the certificate has said who we are
        client.sasl_login("EXTERNAL", lambda _: str(user).encode())


def _select(client: Any, folder: str, *, readonly: bool = True) -> int:
    return int(client.select_folder(folder, readonly=readonly)[b"UIDVALIDITY"])


def _move(client: Any, uid: int, aside: str) -> None:
    if client.has_capability("MOVE"):
        client.move([uid], aside)
        return
    client.copy([uid], aside)
    client.delete_messages([uid])
    if client.has_capability("UIDPLUS"):
        client.uid_expunge([uid])


def _arrived(client: Any, aside: str, since: int, marks: Sequence[Any]) -> Place | None:
    """Find a mail that was moved: the one of that size and date among the newest."""
    validity = _select(client, aside)
    new = [uid for uid in client.search(["UID", f"{since}:*"]) if uid >= since]
    told = client.fetch(new, [_SIZE, _DATE]) if new else {}
    same = [uid for uid, row in told.items() if (row[_SIZE], row[_DATE]) == tuple(marks)]
    return Place(aside, validity, max(same)) if same else None


def place_of(content: Any) -> Place | None:
    """Read a place out of an exchange."""
    with suppress(KeyError, TypeError, ValueError):
        return Place(str(content["folder"]), int(content["validity"]), int(content["uid"]))
    return None
