"""Searches from a date on, in the order of that date: whole pages, and little else read."""

from typing import Any

import pytest
from pymongo import MongoClient

from cordee.search.filter import AllOf, Filter, Range, Token
from cordee.search.values import SortKey
from cordee.store import rows
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query
from store.conftest import Make, pages

HOUR = 3_600_000
DAY = 24 * HOUR
ASCENDING = (SortKey("date", "date"),)
DAYS = 60


def length(number: int) -> int:
    """Give how long something takes: most an hour or less, some a day, few weeks."""
    return 20 * DAY if number % 17 == 0 else DAY if number % 7 == 0 else HOUR * (number % 3)


@pytest.fixture
async def agenda(store: MongoStore, make: Make) -> MongoStore:
    """Ten dates a day; some have two, and some none."""
    rows = []
    for n in range(DAYS * 10):
        begin = n * 7 % DAYS * DAY + n * 7 // DAYS % 10 * HOUR
        dates = [{"lo": begin, "hi": begin + length(n) + 1}]
        if n % 23 == 0:
            dates.append({"lo": begin + 5 * DAY, "hi": begin + 5 * DAY + 1})
        values: dict[str, Any] = {"code": [{"v": "a" if n % 2 else "b"}], "date": dates}
        if n % 29 == 0:
            del values["date"]
        rows.append(make("Observation", f"o{n:03}", values))
    await store.create_many(rows)
    return store


def dated(operator: Any, day: int) -> Filter:
    return Range("date", operator, day * DAY, (day + 1) * DAY)


SEARCHES: dict[str, Filter] = {
    "from a day on": dated("ge", 40),
    "after a day": dated("gt", 40),
    "one day": dated("eq", 40),
    "about a day": dated("ap", 40),
    "two days": AllOf((dated("ge", 40), dated("lt", 42))),
    "of a code": AllOf((Token("code", None, "a"), dated("ge", 40))),
    "never": dated("ge", 4_000),
}


async def test_the_pages_are_those_of_one_query(
    agenda: MongoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long dates and short ones, in both directions, page by page."""
    for name, filter in SEARCHES.items():
        for sort in (ASCENDING, (*ASCENDING, SortKey("_lastUpdated", "date", descending=True))):
            query = Query(("Observation",), filter, sort=sort, count=13)
            with monkeypatch.context() as whole:
                whole.setattr(rows, "halves", lambda *_: None)
                expected = await pages(agenda, query)
            assert await pages(agenda, query) == expected, name
            assert (len(expected[0]) > 0) is (name != "never")


async def test_a_page_reads_no_more_than_its_dates(
    agenda: MongoStore, mongodb_uri: str, mongodb_database: str
) -> None:
    """Neither the years before nor all that is to come."""
    with MongoClient[Any](mongodb_uri) as client:
        database = client[mongodb_database]
        database.command("profile", 2)
        page = await agenda.search(Query(("Observation",), dated("ge", 30), ASCENDING, count=30))
        database.command("profile", 0)
        read = sum(row.get("docsExamined", 0) for row in database["system.profile"].find())
    assert len(page.matches) == 30
    assert read < 120


async def test_an_agenda_looks_at_the_last_hours_alone(
    store: MongoStore, make: Make, mongodb_uri: str, mongodb_database: str
) -> None:
    """What began hours before and lasts is found; what was over this morning is not looked at."""
    begins = [(n, n * HOUR // 4, HOUR // 4) for n in range(200)]
    begins += [(200, 0, 40 * HOUR), (201, 30 * HOUR, 5 * HOUR)]
    await store.create_many(
        [
            make("Appointment", f"{n:03}", {"date": [{"lo": begin, "hi": begin + lasts}]})
            for n, begin, lasts in begins
        ]
    )
    now = Range("date", "gt", 34 * HOUR, 34 * HOUR)
    query = Query(("Appointment",), now, ASCENDING, count=10)
    with MongoClient[Any](mongodb_uri) as client:
        database = client[mongodb_database]
        database.command("profile", 2)
        found = [one.id for one in (await store.search(query)).matches]
        database.command("profile", 0)
        read = sum(row.get("docsExamined", 0) for row in database["system.profile"].find())
    assert found[:4] == ["200", "201", "136", "137"]
    # Four hours have sixteen; the day before had a hundred.
    assert read <= 16 + 11 + 2
