"""Imports are followed: how far they are, how they ended, and which of them were killed."""

from datetime import UTC, datetime, timedelta

from pymongo import AsyncMongoClient

from cordee.store.import_runs import GONE, Counts, ImportRuns


async def test_an_import_taken_up_again_stays_one(mongodb_uri: str, mongodb_database: str) -> None:
    """What did not end well goes on under its key and adds up; what ended well begins anew."""
    async with AsyncMongoClient[dict[str, object]](mongodb_uri, tz_aware=True) as client:
        runs = ImportRuns(client[mongodb_database])
        first = await runs.begin("key", "import", "$territory", "somebody")
        await runs.tell(first.id, Counts({"Patient": 3}, 1, 2, 40, 100), "failed", "UNAVAILABLE")
        (shown,) = await runs.list()
        assert (shown.state, shown.failure) == ("failed", "UNAVAILABLE")
        again = await runs.begin("key", "import", "$territory", "somebody else")
        assert (again.id, again.runs, again.state, again.failure) == (first.id, 2, "running", "")
        now = Counts({"Patient": 2, "Task": 1}, size=100, done=100).after(again.counts)
        await runs.tell(first.id, now, "done")
        (shown,) = await runs.list()
        assert shown.counts == Counts({"Patient": 5, "Task": 1}, 1, 2, 100, 100)
        assert (shown.begun, shown.source) == (first.begun, "$territory")
        assert (await runs.begin("key", "import", "$territory", "somebody")).id != first.id


async def test_a_killed_import_has_stopped(mongodb_uri: str, mongodb_database: str) -> None:
    """Without a sign of life for long an import does not run any more; one that ended has ended."""
    async with AsyncMongoClient[dict[str, object]](mongodb_uri, tz_aware=True) as client:
        database = client[mongodb_database]
        runs = ImportRuns(database)
        killed = await runs.begin("one", "import", "", "somebody")
        ended = await runs.begin("two", "import", "", "somebody")
        await runs.tell(ended.id, Counts(), "done")
        assert {one.id: one.state for one in await runs.list()}[killed.id] == "running"
        long_ago = datetime.now(UTC) - timedelta(seconds=2 * GONE)
        await database["import_runs"].update_many({}, {"$set": {"heard": long_ago}})
        states = {one.id: one.state for one in await runs.list()}
        assert states == {killed.id: "stopped", ended.id: "done"}
