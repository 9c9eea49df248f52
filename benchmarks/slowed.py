"""Processes that get a share of a core each, one after the other: slow machines on a fast one.

Two cores cannot show what four server processes do. Where each of them runs a quarter of the time,
and never two at once, they can: MongoDB and the client have the rest.

    python -m benchmarks.slowed SHARE PID…
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

PERIOD = 0.02
"""Seconds in which each gets its turn."""


@contextmanager
def slowed(pids: Sequence[int], share: float) -> Iterator[None]:
    """Let processes run a share of the time each, until the block ends."""
    if share >= 1:
        yield
        return
    command = [sys.executable, "-m", "benchmarks.slowed", str(share), *map(str, pids)]
    turns = subprocess.Popen(command)
    try:
        yield
    finally:
        turns.terminate()
        turns.wait(10)


def serving(pids: Sequence[int]) -> list[int]:
    """Give those of a server's processes that answer: the children spawned for it, or itself."""
    spawned = [pid for pid in pids if b"spawn_main" in _command(pid)]
    return spawned or list(pids[:1])


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _take_turns(share: float, pids: list[int]) -> None:
    _all(pids, signal.SIGSTOP)
    while True:
        begun = time.perf_counter()
        for pid in pids:
            _all([pid], signal.SIGCONT)
            time.sleep(share * PERIOD)
            _all([pid], signal.SIGSTOP)
        time.sleep(max(0.0, PERIOD - (time.perf_counter() - begun)))


def _all(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def main() -> None:
    """Give turns until told to stop; then all run again."""
    pids = [int(one) for one in sys.argv[2:]]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        _take_turns(float(sys.argv[1]), pids)
    finally:
        _all(pids, signal.SIGCONT)


if __name__ == "__main__":
    main()
