"""Reproducible chance: the same seed and name give the same draws, in any order of generation."""

from datetime import date, datetime, time, timedelta, timezone
from random import Random
from uuid import UUID

PARIS_WINTER = timezone(timedelta(hours=1))


def draws(seed: int, name: str) -> Random:
    """Open the stream of draws of one thing, such as "patient 12"."""
    return Random(f"{seed}/{name}")  # noqa: S311 - reproducible data, no secret


def identifier(chance: Random) -> str:
    """Draw a logical id, a UUID."""
    return str(UUID(int=chance.getrandbits(128), version=4))


def digits(chance: Random, count: int) -> str:
    """Draw a string of digits."""
    return "".join(chance.choices("0123456789", k=count))


def instant(day: date, chance: Random) -> str:
    """Draw a working-hours moment of a day, with a time zone."""
    moment = time(chance.randrange(8, 19), chance.randrange(0, 60, 5), tzinfo=PARIS_WINTER)
    return datetime.combine(day, moment).isoformat()


def days_before(day: date, chance: Random, most: int, least: int = 0) -> date:
    """Draw a day between `least` and `most` days before `day`."""
    return day - timedelta(days=chance.randint(least, most))
