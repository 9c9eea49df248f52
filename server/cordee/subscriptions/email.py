"""The email channel: a message to the address of a `mailto:` endpoint, by the operator's server.

A subscription without payload gets words without health data; one with a payload gets it attached.

https://hl7.org/fhir/R4/subscription.html#email
"""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import SplitResult, unquote, urlsplit

from cordee.interactions.services import Services
from cordee.operations.subscription_notification import notification
from cordee.operations.subscription_terms import Terms
from cordee.subscriptions.channel import Parcel, UndeliveredError, formatted

AT_ONCE = 8
PORTS = {"smtp": 587, "smtps": 465}
LASTING = 500
"""Replies from here on say that trying again is in vain; those below, as of greylists, "later"."""


class Email:
    """Sends mail through one server."""

    handshakes = False

    def __init__(self, services: Services, base: str) -> None:
        """Take the server and the sender from the settings."""
        self._services = services
        self._base = base
        self._free = asyncio.Semaphore(AT_ONCE)

    def endpoint(self, terms: Terms) -> str:
        """Name the mail server: it is what fails, or the one address."""
        return f"smtp {recipient(terms)}"

    async def send(self, terms: Terms, parcel: Parcel) -> None:
        """Hand a message over to the mail server."""
        url = urlsplit(self._services.settings.subscriptions_smtp or "")
        if not url.hostname:
            raise UndeliveredError("no mail server is set: CORDEE_SUBSCRIPTIONS_SMTP")
        message = self._message(terms, parcel)
        seconds = float(terms.timeout or self._services.settings.subscriptions_timeout)
        try:
            async with self._free:
                await asyncio.to_thread(_hand_over, url, message, seconds)
        except smtplib.SMTPRecipientsRefused as error:
            lasting = all(code >= LASTING for code, _ in error.recipients.values())
            text = "the mail server refused the recipient"
            raise UndeliveredError(text, refused=lasting) from error
        except smtplib.SMTPDataError as error:
            text = "the mail server refused the message"
            raise UndeliveredError(text, refused=error.smtp_code >= LASTING) from error
        except (smtplib.SMTPException, OSError) as error:
            raise UndeliveredError(f"mail: {type(error).__name__}") from error

    def _message(self, terms: Terms, parcel: Parcel) -> EmailMessage:
        made = EmailMessage()
        made["From"] = self._services.settings.subscriptions_mail_from
        made["To"] = recipient(terms)
        made["Subject"] = "Notification"
        made["Date"] = formatdate()
        # Repeated deliveries have the same id, so that mailboxes can leave them out.
        name = parcel.name(terms).replace("/", ".")
        made["Message-ID"] = f"<{name}@cordee.invalid>"
        made["X-Cordee-Subscription"] = f"{self._base}/Subscription/{terms.id}"
        numbers = [str(told.event.number) for told in parcel.events]
        if numbers:
            made["X-Cordee-Event-Number"] = ",".join(numbers)
        said = (
            f"There is news for your subscription: {len(numbers)} event(s), number "
            f"{', '.join(numbers)}."
        )
        url = f"{self._base}/Subscription/{terms.id}"
        made.set_content(f"{said if numbers else 'Your subscription is alive.'}\n{url}\n")
        if terms.payload:
            form = "xml" if "xml" in terms.payload else "json"
            for body in self._attached(terms, parcel):
                made.add_attachment(
                    formatted(self._services, terms, body),
                    maintype="application",
                    subtype=f"fhir+{form}",
                    filename=f"notification.{form}",
                )
        return made

    def _attached(self, terms: Terms, parcel: Parcel) -> list[bytes]:
        if terms.topic is None:
            return [told.body for told in parcel.events if told.visible and told.body]
        moment = self._services.clock()
        return [
            notification(
                self._base, terms, parcel.kind, parcel.since_start, parcel.events, moment=moment
            )
        ]


def recipient(terms: Terms) -> str:
    """Give the address of a `mailto:` endpoint."""
    return unquote(urlsplit(terms.endpoint).path)


def _hand_over(url: SplitResult, message: EmailMessage, seconds: float) -> None:
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port, timeout=seconds, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=seconds)
    with server:
        server.ehlo()
        if url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)
