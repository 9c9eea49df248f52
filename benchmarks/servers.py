"""Start and stop the processes a bench compares."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A server under load: its base URL and, when we started it, its process."""

    name: str
    base_url: str
    pid: int | None = None

    def cpu_seconds(self) -> float:
        """Give the CPU time its process has used, 0 when it is not ours."""
        return cpu_seconds(self.pid) if self.pid else 0.0


def cpu_seconds(pid: int) -> float:
    """Give user and system time of a process and its threads."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(
    name: str, command: list[str], base_url: str, probe: str, environment: dict[str, str]
) -> Iterator[Server]:
    """Run a server until the block ends; wait until `probe` answers."""
    process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL)
    try:
        _wait(probe, process)
        yield Server(name, base_url, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait(probe: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"{process.args!r} ended with {process.returncode}")
        try:
            with urllib.request.urlopen(probe, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{probe} does not answer")


@contextmanager
def cordee(mongodb_uri: str, data: Path, workers: int = 1) -> Iterator[Server]:
    """Start Cordée on a MongoDB."""
    port = free_port()
    environment = {
        "CORDEE_MONGODB_URI": mongodb_uri,
        "CORDEE_DATA": str(data),
        "CORDEE_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "cordee", "serve", "--port", str(port)]
    command += ["--workers", str(workers)]
    root = f"http://127.0.0.1:{port}"
    with started("cordee", command, f"{root}/fhir", f"{root}/health/ready", environment) as server:
        yield server


@contextmanager
def floor(mongodb_uri: str) -> Iterator[Server]:
    """Start the floor on the same MongoDB, under the same ASGI server."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.floor:app", "--port", str(port)]
    command += ["--no-access-log", "--log-level", "warning"]
    environment = {"FLOOR_MONGODB_URI": mongodb_uri}
    root = f"http://127.0.0.1:{port}"
    with started("floor", command, root, f"{root}/read/none", environment) as server:
        yield server
