"""Begin anew without losing a request: SIGHUP, and sockets that a process finds open.

A server of one process ends its requests, closes what it has open and becomes a fresh process of
the same number (`exec`): new code, new certificates, new packages. Its listening socket stays open
meanwhile, so that who connects waits instead of being refused. It is handed over as systemd hands
over sockets, which therefore works as well.

https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html
"""

import os
import signal
import socket
import sys
from collections.abc import Mapping
from types import FrameType
from typing import NoReturn

import uvicorn

FIRST = 3
"""The number of the first descriptor that is handed over."""


def inherited() -> socket.socket | None:
    """Give the listening socket that this process was started with, if it was."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or not os.environ.get("LISTEN_FDS"):
        return None
    del os.environ["LISTEN_PID"], os.environ["LISTEN_FDS"]
    return socket.socket(fileno=FIRST)


def terminal() -> bool:
    """Tell whether somebody sits before this process: then a hang-up means the end."""
    return sys.stdin is not None and sys.stdin.isatty()


class Reload:
    """What SIGHUP asks for: that the server stops, and the process begins anew."""

    def __init__(self, server: uvicorn.Server) -> None:
        """Listen for the signal."""
        self.asked = False
        self._server = server
        if not terminal():
            signal.signal(signal.SIGHUP, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True
        self._server.should_exit = True


def again(listening: int, environment: Mapping[str, str]) -> NoReturn:
    """Become a fresh process with the same arguments; `listening` is a descriptor to hand over."""
    # A signal that comes before the new process can understand it must not end it.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.dup2(listening, FIRST)  # and open for the process to come
    handed = {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
    os.execve(sys.executable, sys.orig_argv, {**environment, **handed})  # noqa: S606
