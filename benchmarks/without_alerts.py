"""`cordee` as it is, but for the alerts of late tasks, which nobody looks for.

    python -m benchmarks.without_alerts serve --port 8000

A generated territory is full of tasks that are late by the time it is measured: 7,500 among 10,000
patients, 150,000 among 200,000. A server that raises alerts of all of them is busy in the larger
record when it has done so in the smaller one, and the record grows meanwhile.
"""

import asyncio

from cordee.cli import main
from cordee.coordination import lateness
from cordee.interactions.services import Services


async def watch(services: Services, seconds: float = lateness.EVERY) -> None:  # noqa: ARG001
    """Wait until the server ends."""
    await asyncio.Event().wait()


if __name__ == "__main__":
    lateness.watch = watch
    main()
