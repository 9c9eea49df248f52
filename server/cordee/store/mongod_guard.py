"""The process that stands between the server and its private `mongod`.

Run as a script, with the standard library only. It starts the command in its arguments and ends it
when its standard input closes, which happens when the server ends, however it ends. Should this
process itself be killed, Linux kills `mongod`: acknowledged writes are in the journal.
"""

import ctypes
import os
import select
import signal
import sys
import time

PR_SET_PDEATHSIG = 1
POLL = 0.1
PATIENCE = 30.0
"""Seconds that `mongod` has for a clean shutdown before it is killed."""


def main(command: list[str]) -> int:
    """Run `command` for as long as standard input is open; give its exit code."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    guard = os.getpid()
    child = os.fork()
    if child == 0:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != guard:
            os._exit(1)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    return _watch(child)


def _watch(child: int) -> int:
    deadline: float | None = None
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) & 0xFF
        if deadline is None:
            readable, _, _ = select.select([0], [], [], POLL)
            if readable and not os.read(0, 1):
                os.kill(child, signal.SIGTERM)
                deadline = time.monotonic() + PATIENCE
            continue
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.02)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
