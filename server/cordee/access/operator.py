"""Who runs commands on the machine: known by the machine's own user, and allowed everything."""

import getpass
import os
import socket

from cordee.access.caller import Caller


def operator() -> Caller:
    """Give the caller that stands for whoever runs a command here."""
    user, host = _user(), socket.gethostname()
    issuer, name = f"urn:host:{host}", f"{user} on {host}"
    return Caller(
        subject=user,
        issuer=issuer,
        client="cordee",
        name=name,
        kind="system",
        scopes=frozenset({"system/*.cruds"}),
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have no name for its user
        return f"user {os.getuid()}"
