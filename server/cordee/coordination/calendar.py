"""A professional's appointments as an iCalendar feed, for the calendar they already use.

Whoever has the link reads the feed, so it tells when, where and what, never about whom.

RFC 5545; https://hl7.org/fhir/R4/appointment.html
"""

import hashlib
import secrets
from datetime import timedelta
from zoneinfo import ZoneInfo

from cordee.coordination.question import found
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant

PAST = timedelta(days=31)
MOST = 1_000


def new_secret() -> str:
    """Make the secret part of a link: 256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Give what is kept of a secret; it is long and random, so a plain hash keeps it."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def feed(services: Services, owner: str) -> bytes:
    """Write the calendar of a PractitionerRole: from a month ago on, and all that is planned.

    What is still free in their agendas is shown too, as time that is not taken.
    """
    from cordee.coordination.icalendar_feed import calendar  # noqa: PLC0415 - slow to import

    now = services.clock()
    since = instant(now - PAST)
    appointments = await found(
        services,
        services.store,
        "Appointment",
        f"actor={owner}&status:not=entered-in-error&date=ge{since}&_sort=date",
        count=MOST,
    )
    zone = ZoneInfo(services.settings.timezone)
    schedules = await found(services, services.store, "Schedule", f"actor={owner}", count=MOST)
    open = ",".join(f"Schedule/{each['id']}" for each in schedules if each.get("active", True))
    query = f"schedule={open}&status=free&start=ge{instant(now)}&_sort=start"
    free = await found(services, services.store, "Slot", query, count=MOST) if open else []
    return calendar(appointments, zone, free)
