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
    command: list[str], probe: str, environment: dict[str, str], log: Path
) -> Iterator[int]:
    """Run a server until the block ends, its lines going to `log`; give its pid once it answers."""
    with log.open("wb") as lines:
        process = subprocess.Popen(
            command, env=os.environ | environment, stdout=lines, stderr=lines
        )
        try:
            _wait(probe, process)
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


def _wait(probe: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 240
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
    """Start Cordée on a MongoDB, with the settings it has when nobody sets any."""
    port = free_port()
    environment = {
        "CORDEE_MONGODB_URI": mongodb_uri,
        "CORDEE_DATA": str(data),
    }
    command = [sys.executable, "-m", "cordee", "serve", "--port", str(port)]
    command += ["--workers", str(workers)]
    root = f"http://127.0.0.1:{port}"
    data.mkdir(parents=True, exist_ok=True)
    probe, log = f"{root}/health/ready", data / "server.log"
    with started(command, probe, environment, log) as pid:
        yield Server("cordee", f"{root}/fhir", pid)


@contextmanager
def floor(mongodb_uri: str, folder: Path) -> Iterator[Server]:
    """Start the floor on the same MongoDB, under the same ASGI server."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.floor:app", "--port", str(port)]
    command += ["--loop", "uvloop", "--http", "httptools"]
    command += ["--no-access-log", "--log-level", "warning"]
    environment = {"FLOOR_MONGODB_URI": mongodb_uri}
    root = f"http://127.0.0.1:{port}"
    probe, log = f"{root}/read/none", folder / "floor.log"
    with started(command, probe, environment, log) as pid:
        yield Server("floor", root, pid)
