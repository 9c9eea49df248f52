"""What a Subscription asks for, read once from the resource.

https://hl7.org/fhir/R4/subscription.html
http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from cordee.errors import Category, FhirError
from cordee.resource.date_interval import interval
from cordee.resource.types import Resource

BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-"
OWN = "https://cordee.example/fhir/StructureDefinition/subscription-"
OWNER = f"{OWN}owner"
"""The caller who made the subscription, sealed; written by the server alone."""
SECRET = f"{OWN}signing-secret"
"""The secret that notifications are signed with, sealed."""
DIGEST = f"{OWN}digest-delay"
"""Seconds that events are gathered for before they are told together."""
QUIET = f"{OWN}quiet-hours"
"""Daily hours without notifications: `start`, `end` (time) and `timezone` (code)."""

NDE = "https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/"
START = f"{NDE}start"
"""When a subscription of the French notification guide begins to be valid."""

GATHERING = ("email", "message")
"""Channels whose messages can carry several events also without a topic."""
LONGEST = 300
"""Seconds that an answer is waited for at most, whatever a subscription asks for."""
MOST = 500
"""Events of one message at most, whatever a subscription asks for."""
CONTENTS = ("empty", "id-only", "full-resource")
_TOPIC = re.compile(r"(https?://|urn:)\S+")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` every day ("22:00:00" to "07:00:00"), on the clocks of `zone`."""

    start: str
    end: str
    zone: str


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of a Subscription.

    `topic` is None for R4's own criteria; `filters` and `content` are of topics alone. `headers`,
    `secret` and `owner` are sealed. Times are in seconds.
    """

    id: str
    version: int
    status: str
    criteria: str
    channel: str
    endpoint: str = ""
    payload: str = ""
    headers: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    topic: str | None = None
    filters: tuple[str, ...] = ()
    content: str = "full-resource"
    heartbeat: int | None = None
    timeout: int | None = None
    max_count: int = 1
    digest: int = 0
    quiet: QuietHours | None = None
    secret: str | None = None
    owner: str | None = None
    of_nde: bool = False
    """Whether it is one of the French guide on notifications of events."""
    about: tuple[str, ...] = ()
    """Identifiers, `system|value`, of the one person that a subscription of that guide is about."""


def terms_of(resource: Resource) -> Terms:
    """Read a valid Subscription. Raises UNPROCESSABLE, naming the element, for what has no sense.

    https://hl7.org/fhir/R4/subscription.html#resource
    """
    channel = resource["channel"]
    criteria = resource["criteria"].strip()
    topic = criteria if _TOPIC.fullmatch(criteria) else None
    asked = channel.get("extension", ())
    digest = number(asked, DIGEST) or 0
    most = number(asked, f"{BACKPORT}max-count")
    return Terms(
        id=resource.get("id", ""),
        version=int(resource.get("meta", {}).get("versionId", 0)),
        status=resource["status"],
        criteria=criteria,
        channel=channel["type"],
        endpoint=channel.get("endpoint", ""),
        payload=channel.get("payload", ""),
        headers=tuple(channel.get("header", ())),
        start=_instant(next(iter(values(resource, START)), None)),
        end=_instant(resource.get("end")),
        topic=topic,
        filters=tuple(values(resource.get("_criteria", {}), f"{BACKPORT}filter-criteria")),
        content=_content(channel) if topic else "full-resource",
        heartbeat=number(asked, f"{BACKPORT}heartbeat-period"),
        timeout=_at_most(number(asked, f"{BACKPORT}timeout"), LONGEST),
        max_count=_together(most, digest) if topic or channel["type"] in GATHERING else 1,
        digest=digest,
        quiet=_quiet(asked),
        secret=_secret(asked),
        owner=next(iter(values(resource, OWNER)), None),
        of_nde=f"{NDE}nde-subscription" in _profiles(resource),
        about=_about(resource),
    )


def _profiles(resource: Resource) -> set[str]:
    return {url.partition("|")[0] for url in resource.get("meta", {}).get("profile", ())}


def _about(resource: Resource) -> tuple[str, ...]:
    """Read the identifiers of the contained patient that the extension `subject` points to."""
    for reference in values(resource, f"{NDE}subject"):
        name = str(reference.get("reference", "")).removeprefix("#")
        for inside in resource.get("contained", ()):
            if inside.get("id") == name:
                rows = inside.get("identifier", ())
                return tuple(
                    f"{row.get('system', '')}|{row['value']}" for row in rows if row.get("value")
                )
    return ()


def values(element: Any, url: str) -> Iterable[Any]:
    """Give the values of an element's extensions with this URL."""
    for extension in element.get("extension", ()) if isinstance(element, dict) else ():
        if extension.get("url") == url:
            for name, value in extension.items():
                if name.startswith("value"):
                    yield value


def number(extensions: Iterable[Any], url: str) -> int | None:
    """Give the number that an extension says, or None. Raises UNPROCESSABLE for what is none."""
    found = next(iter(values({"extension": extensions}, url)), None)
    if found is not None and (type(found) is not int or found < 0):
        raise _channel(f"{url.rpartition('/')[2]} is a whole number, not {found!r}")
    return found


def _at_most(asked: int | None, most: int) -> int | None:
    return asked and min(asked, most)


def _together(asked: int | None, digest: int) -> int:
    return _at_most(asked, MOST) or (100 if digest else 1)


def _secret(extensions: Iterable[Any]) -> str | None:
    rows = [row for row in extensions if row.get("url") == SECRET]
    if len(rows) > 1 or any(not isinstance(row.get("valueString"), str) for row in rows):
        raise _channel("A signing secret is one valueString")
    return rows[0]["valueString"] if rows else None


def _content(channel: Any) -> str:
    found = next(iter(values(channel.get("_payload"), f"{BACKPORT}payload-content")), "empty")
    if found not in CONTENTS:
        raise FhirError(
            Category.UNPROCESSABLE,
            f"The content of the payload is one of {', '.join(CONTENTS)}, not {found!r}",
            expression="Subscription.channel.payload.extension",
        )
    return str(found)


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    bounds = interval(text)
    if bounds is None:
        return None
    return datetime.fromtimestamp(bounds[0] / 1000, UTC)


def _quiet(extensions: Iterable[Any]) -> QuietHours | None:
    for extension in extensions:
        if extension.get("url") == QUIET:
            parts = {
                part["url"]: next((v for k, v in part.items() if k.startswith("value")), None)
                for part in extension.get("extension", ())
            }
            if _time(parts.get("start")) and _time(parts.get("end")):
                zone = str(parts.get("timezone") or "Europe/Paris")
                if not _known(zone):
                    raise _channel(f"{zone!r} is not a time zone (Europe/Paris is one)")
                return QuietHours(str(parts["start"]), str(parts["end"]), zone)
            raise _channel("Quiet hours need a start and an end (valueTime)")
    return None


def _known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        return False
    return True


def _time(text: Any) -> bool:
    try:
        return bool(time.fromisoformat(text))
    except (TypeError, ValueError):
        return False


def _channel(text: str) -> FhirError:
    return FhirError(Category.UNPROCESSABLE, text, expression="Subscription.channel.extension")
