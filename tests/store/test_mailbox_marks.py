"""Mailboxes are looked into by one server at a time, and each mail is queued once."""

from pymongo import AsyncMongoClient

from cordee.store.mailbox_marks import MailboxMarks, Mark


async def test_one_looks_at_a_time(mongodb_uri: str, mongodb_database: str) -> None:
    """Who holds a folder may hold it again; others wait until it is released or time is up."""
    async with AsyncMongoClient[dict[str, object]](mongodb_uri) as client:
        marks = MailboxMarks(client[mongodb_database])
        assert await marks.hold("a/INBOX", "one", 60) == Mark(0, 0)
        assert await marks.hold("a/INBOX", "one", 60) == Mark(0, 0)
        assert await marks.hold("a/INBOX", "two", 60) is None
        assert await marks.hold("b/INBOX", "two", 60) == Mark(0, 0)
        assert not await marks.advance("a/INBOX", "two", Mark(7, 9))
        assert await marks.advance("a/INBOX", "one", Mark(7, 3))
        await marks.release("a/INBOX", "one")
        assert await marks.hold("a/INBOX", "two", -1) == Mark(7, 3)
        assert await marks.hold("a/INBOX", "one", 60) == Mark(7, 3)
