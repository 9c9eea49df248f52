"""What a command does to the whole database, told to the audit: who ran it, and what came of it.

Two lines: one before anything is done, so that nothing happens without a trace, one at the end.
"""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from cordee.access.audit.act import Act, Audit
from cordee.access.operator import operator

MOST = 1_000
"""Characters of one detail."""


@dataclass(slots=True)
class Run:
    """A run of a command; `counts` are filled while it works."""

    counts: dict[str, int] = field(default_factory=dict)


@asynccontextmanager
async def recorded(audit: Audit, name: str, about: Mapping[str, str]) -> AsyncIterator[Run]:
    """Tell the audit that a job ("$export") begins, and how it ended, with its counts.

    Raises `FhirError` UNAVAILABLE before anything is done if the audit cannot be written.
    """
    begun, run = time.time(), Run()
    told = tuple((key, text[:MOST]) for key, text in about.items())
    await audit.record(_act(name, begun, 202, told))
    status = 500
    try:
        yield run
        status = 200
    finally:
        counted = tuple((key, str(count)) for key, count in run.counts.items())
        await audit.record(_act(name, begun, status, told + counted))


def _act(name: str, begun: float, status: int, details: tuple[tuple[str, str], ...]) -> Act:
    return Act(
        name=name,
        status=status,
        begun=begun,
        ended=time.time(),
        caller=operator(),
        details=details,
        affects_state=True,
    )
