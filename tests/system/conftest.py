"""A real server, as a user starts it: `cordee serve` with its embedded MongoDB."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from certificates import Authority
from system.fhir_client import FhirClient
from system.mail_servers import MailServers, mail_servers


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Running:
    """A `cordee serve` process over a data directory; it can be killed and started again."""

    data: Path
    port: int
    environment: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def root(self) -> str:
        """Give the server's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """Give the FHIR base URL."""
        return f"{self.root}/fhir"

    def start(self, *options: str) -> "Running":
        """Start the server and wait until it is ready."""
        command = [sys.executable, "-m", "cordee", "serve", "--port", str(self.port)]
        log = (self.data.parent / "server.log").open("ab")
        self.process = subprocess.Popen(
            [*command, "--data", str(self.data), *options],
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        self.wait()
        return self

    def wait(self, seconds: float = 60) -> None:
        """Wait until `/health/ready` says yes."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                pytest.fail(f"the server ended: {self.log()[-3000:]}")
            try:
                if httpx.get(f"{self.root}/health/ready", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        pytest.fail(f"the server is not ready: {self.log()[-3000:]}")

    def log(self) -> str:
        """Give what the server wrote."""
        return (self.data.parent / "server.log").read_text("utf-8", "replace")

    def kill(self) -> None:
        """Kill the server at once, as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def stop(self) -> int:
        """Ask the server to end; give its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(60)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running server with an empty database, for the tests of one module."""
    folder = tmp_path_factory.mktemp("cordee")
    running = Running(folder / "data", free_port(), {"CORDEE_MONGODB_CACHE_GB": "0.25"})
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def fhir(server: Running) -> Iterator[FhirClient]:
    """A client of the running server."""
    client = FhirClient(server.base_url)
    yield client
    client.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who vouches for the servers and the clients of one module."""
    return Authority.make(tmp_path_factory.mktemp("tls"), "authority")


@pytest.fixture(scope="module")
def mail(authority: Authority) -> Iterator[MailServers]:
    """Mail servers for the tests of one module."""
    with mail_servers(authority, free_port) as servers:
        yield servers


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with the demo territory, which may tell subscribers on this machine.

    Tests that use it are of the group `bricks`, so that one worker has it.
    """
    with demo_server(tmp_path_factory.mktemp("bricks")) as running:
        yield running


@contextmanager
def demo_server(folder: Path) -> Iterator[Running]:
    """Run a server with the demo territory, which may tell subscribers on this machine."""
    allowed = {
        "CORDEE_MONGODB_CACHE_GB": "0.25",
        "CORDEE_SUBSCRIPTIONS_ALLOW_HTTP": "1",
        "CORDEE_SUBSCRIPTIONS_ALLOWED_HOSTS": "127.0.0.1",
    }
    running = Running(folder / "data", free_port(), allowed)
    running.start("--demo")
    try:
        yield running
    finally:
        running.stop()
