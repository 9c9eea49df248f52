"""What errors of the driver mean to a caller."""

import pytest
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WriteError,
)

from cordee.errors import Category
from cordee.store.unavailable import UNKNOWN, as_fhir, transient


@pytest.mark.parametrize(
    ("error", "category", "again"),
    [
        (OperationFailure("write conflict", 112), Category.CONFLICT, True),
        (ConfigurationError("Sessions are not supported"), Category.UNAVAILABLE, True),
        (AutoReconnect("closed"), Category.UNAVAILABLE, False),
        (OperationFailure("bad value", 2), Category.BUG, False),
        (WriteError("too large for the cache", 388), Category.TOO_LARGE, False),
        (BulkWriteError({"writeErrors": [{"code": 388}]}), Category.TOO_LARGE, False),
    ],
    ids=["race", "member starting again", "cut", "bug", "too much", "too much of many"],
)
def test_errors_say_whether_it_helps_to_try_again(
    error: PyMongoError, category: Category, again: bool
) -> None:
    """A transaction is run again where that may help; a client is told what it can do."""
    assert as_fhir(error).category is category
    assert transient(error) is again
    assert "bad value" not in str(as_fhir(error))


@pytest.mark.parametrize(
    "error", [AutoReconnect("closed"), ExecutionTimeout("too long")], ids=["cut", "too long"]
)
def test_what_may_be_stored_is_not_asked_to_be_sent_again(error: PyMongoError) -> None:
    """A commit whose answer was lost says so; a client that tries again by itself stores twice."""
    error._add_error_label(UNKNOWN)
    told = as_fhir(error)
    assert told.category is Category.UNAVAILABLE
    assert "not known" in str(told)
    assert "Retry-After" not in told.headers
