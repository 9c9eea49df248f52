"""Mail handed over to the operator of the mailbox, encrypted, by whom the certificate names.

https://www.rfc-editor.org/rfc/rfc6409, https://www.rfc-editor.org/rfc/rfc3461
"""

import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiosmtplib

from cordee.bridges.mssante.transport import context
from cordee.errors import Category, FhirError
from cordee.settings import Settings

PORTS = {"smtp": 587, "smtps": 465}
_PERMANENT = 500
_OURS = frozenset((530, 534, 535, 538))
"""Refusals of who we are, which an operator mends: the mail waits."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The mail was taken; `reports` tells whether word of its delivery is to come."""

    answer: str
    reports: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """The mail will never be taken as it is."""

    reason: str


class Submission:
    """The operator's server for submission."""

    def __init__(self, settings: Settings) -> None:
        """Take the server, the certificate and the account from the settings."""
        self._settings = settings
        self._url = urlsplit(settings.mssante_smtp or "")

    async def send(self, address: str, mail: bytes, envelope: str | None) -> Accepted | Refusal:
        """Hand a mail over; `envelope` is the name that reports of it carry.

        Without one there are no reports: the mail is itself an answer, and has no sender that
        anything could be sent back to (RFC 8098, section 3).

        Raises `FhirError` UNAVAILABLE where it may be taken later.
        """
        try:
            async with self._server() as server:
                if not server.esmtp_extensions:
                    # TLS makes the server's capabilities be asked for again; only a login asks.
                    await server.ehlo()
                reports = envelope is not None and server.supports_extension("dsn")
                failed, answer = await server.sendmail(
                    str(self._settings.mssante_mailbox) if envelope is not None else "",
                    [address],
                    mail,
                    mail_options=["RET=HDRS", f"ENVID={envelope}"] if reports else [],
                    rcpt_options=[f"ORCPT=rfc822;{address}", "NOTIFY=SUCCESS,FAILURE,DELAY"]
                    if reports
                    else [],
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = error.recipients[0]
            return _refused(refused.code, refused.message)
        except aiosmtplib.SMTPResponseException as error:
            return _refused(error.code, error.message)
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError, TimeoutError) as error:
            text = f"The mail server cannot be used: {type(error).__name__}"
            raise FhirError(Category.UNAVAILABLE, text) from error
        del failed  # with one recipient, a failure is raised
        return Accepted(answer[:200], reports)

    def _server(self) -> aiosmtplib.SMTP:
        settings, direct = self._settings, self._url.scheme == "smtps"
        password = settings.mssante_password
        return aiosmtplib.SMTP(
            hostname=self._url.hostname,
            port=self._url.port or PORTS[self._url.scheme],
            use_tls=direct,
            # Required, not only tried: health data never go in clear.
            start_tls=None if direct else True,
            tls_context=context(settings),
            timeout=settings.mssante_timeout,
            username=(settings.mssante_user or settings.mssante_mailbox) if password else None,
            password=password,
        )


def _refused(code: int, message: str) -> Refusal:
    """Tell a refusal for good from one that passes, which is raised."""
    text = " ".join(f"{code} {message}".split())[:300]
    if code < _PERMANENT or code in _OURS:
        raise FhirError(Category.UNAVAILABLE, f"The mail server does not take it now: {text}")
    return Refusal(text)
