"""Packages of npm, installed once although several test processes want them."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest


def installed(folder: Path) -> Path:
    """Install what a folder's package-lock.json names, and give the folder; skip without npm."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # npm writes this file last.
        if not (folder / "node_modules" / ".package-lock.json").is_file():
            subprocess.run(["npm", "ci", "--silent", "--no-fund"], cwd=folder, check=True)
    return folder
