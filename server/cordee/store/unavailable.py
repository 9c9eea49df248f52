"""Driver errors → `FhirError`: no caller of the store ever sees one of the driver's."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    DocumentTooLarge,
    DuplicateKeyError,
    ExecutionTimeout,
    PyMongoError,
    WTimeoutError,
)

from cordee.errors import Category, FhirError

WRITE_CONFLICT = 112
TOO_LARGE_FOR_CACHE = 388
"""What MongoDB says to a transaction that its cache cannot hold."""
RETRY_AFTER = {"Retry-After": "2"}
UNKNOWN = "UnknownTransactionCommitResult"
"""The label of errors of a commit that may have been done."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise what the driver raises inside as the `FhirError` it means."""
    try:
        yield
    except PyMongoError as error:
        failure = as_fhir(error)
        raise failure from (None if failure.category is Category.BUG else error)


def as_fhir(error: PyMongoError) -> FhirError:
    """Say what a driver error means to the caller."""
    if error.has_error_label(UNKNOWN):
        # Who is told to try again would store it twice.
        return FhirError(
            Category.UNAVAILABLE,
            "The database was lost while it committed the change: whether it is stored is not "
            "known. Look at the history before it is sent again.",
        )
    if isinstance(error, ExecutionTimeout):
        return FhirError(
            Category.TOO_COSTLY, "The search took too long; narrow it with more parameters."
        )
    codes = [getattr(error, "code", None), *_row_codes(error)]
    if isinstance(error, DocumentTooLarge) or TOO_LARGE_FOR_CACHE in codes:
        return FhirError(Category.TOO_LARGE, "The resource is larger than the store can keep.")
    if isinstance(error, ConnectionFailure | WTimeoutError | ConfigurationError):
        return FhirError(
            Category.UNAVAILABLE, "The database cannot be reached.", headers=RETRY_AFTER
        )
    if isinstance(error, DuplicateKeyError) or transient(error):
        return FhirError(
            Category.CONFLICT, "Others changed the same resource at the same time; try again."
        )
    # The driver's own message may quote the resource, which belongs in no log.
    known = ", ".join(str(code) for code in codes if code is not None)
    return FhirError(
        Category.BUG, f"The database refused a command ({type(error).__name__} {known})."
    )


def _row_codes(error: PyMongoError) -> list[int]:
    if not isinstance(error, BulkWriteError):
        return []
    return sorted({row["code"] for row in error.details.get("writeErrors", ())})


def transient(error: PyMongoError) -> bool:
    """Tell whether a transaction that failed so may succeed when it is run again."""
    # What was open as a member that could hold sessions, and is none, is just starting again.
    return (
        isinstance(error, ConfigurationError)
        or error.has_error_label("TransientTransactionError")
        or getattr(error, "code", None) == WRITE_CONFLICT
    )
