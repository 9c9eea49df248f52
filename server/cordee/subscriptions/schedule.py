"""Kindness to people: events gathered into digests, and hours without notifications."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from cordee.operations.subscription_terms import QuietHours, Terms

LOOK = 60.0
"""Seconds after which a wait is thought over."""


def wait(terms: Terms, events: int, oldest: datetime, now: datetime) -> float:
    """Give the seconds until some events should be told; 0 for now.

    A digest goes out when it is full, or when its oldest event has waited long enough; in quiet
    hours nothing does.
    """
    until = now
    if terms.digest and events < terms.max_count:
        until = max(until, oldest + timedelta(seconds=terms.digest))
    if terms.quiet is not None:
        until = max(until, _after(terms.quiet, until))
    return (until - now).total_seconds()


def _after(quiet: QuietHours, moment: datetime) -> datetime:
    """Give the moment, or the end of the quiet hours that it is in."""
    local = moment.astimezone(ZoneInfo(quiet.zone))
    start, end = time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)
    clock = local.time()
    over_midnight = start > end
    inside = clock >= start or clock < end if over_midnight else start <= clock < end
    if not inside:
        return moment
    day = local.date() + timedelta(days=1 if over_midnight and clock >= start else 0)
    return datetime.combine(day, end, local.tzinfo).astimezone(moment.tzinfo)
