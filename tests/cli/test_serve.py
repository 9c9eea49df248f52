"""`cordee serve` as a process: what it refuses, how it starts, how it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

COMMAND = (sys.executable, "-m", "cordee", "serve")
BASE = re.compile(r"FHIR base +(http://\S+)/fhir")


@contextmanager
def serving(*options: str, **environment: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Start a server on a free port; gives the process and its root URL once it is ready."""
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *options],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process, _ready(process)
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)


def _ready(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := BASE.search(line):
            return _answering(found[1])
    pytest.fail("the server ended without a banner")


def _answering(root: str) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{root}/health/ready").status_code == 200:
                return root
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail("the server does not become ready")


def refused(*options: str, **environment: str) -> str:
    """Run a server that must not start; gives what it said."""
    done = subprocess.run(
        [*COMMAND, *options],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_an_open_door_is_refused(host: str, tmp_path: Path) -> None:
    """Without authentication only loopback is listened on, and the refusal is loud."""
    assert "REFUSED" in refused("--host", host, "--port", "0", "--data", str(tmp_path))


def test_settings_that_do_not_fit_together_are_told(tmp_path: Path) -> None:
    """All of them at once: what authentication lacks, files and addresses that are none."""
    said = refused(
        "--data",
        str(tmp_path),
        CORDEE_AUTH="oidc",
        CORDEE_TRUSTED_PROXIES="nginx",
        CORDEE_TLS_CERTIFICATE=str(tmp_path / "none.pem"),
    )
    for word in ("OIDC_ISSUER", "OIDC_AUDIENCE", "TRUSTED_PROXIES", "TLS"):
        assert f"CORDEE_{word}" in said


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    """A setting out of range is told by name."""
    assert "page_size" in refused("--data", str(tmp_path), CORDEE_PAGE_SIZE="0")


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    """A port in use ends the start at once, with the port's number."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"127.0.0.1:{port}" in refused("--port", str(port), "--data", str(tmp_path))


def test_a_database_that_does_not_answer_is_told(tmp_path: Path) -> None:
    """A URI where nothing answers ends the start with exit code 2."""
    uri = "mongodb://%2Fnowhere.sock/?serverSelectionTimeoutMS=200"
    said = refused("--port", "0", "--data", str(tmp_path), CORDEE_MONGODB_URI=uri)
    assert "database" in said


def test_one_server_a_data_directory(tmp_path: Path) -> None:
    """A second server on the same data directory is refused; the first goes on."""
    data = str(tmp_path / "data")
    with serving("--data", data) as (_, root):
        assert "in use" in refused("--port", "0", "--data", data)
        assert httpx.get(f"{root}/fhir/Patient/1").status_code == 404


def test_answers_are_sound_over_a_socket(tmp_path: Path) -> None:
    """Answers without content keep the connection usable: HEAD, 304, 204, a refused body."""
    with serving("--data", str(tmp_path / "data")) as (_, root), httpx.Client() as client:
        made = client.post(f"{root}/fhir/Patient", json={"resourceType": "Patient"})
        url = f"{root}/fhir/Patient/{made.json()['id']}"
        for _ in range(2):
            assert client.head(url).headers["ETag"] == 'W/"1"'
            assert client.get(url, headers={"If-None-Match": 'W/"1"'}).status_code == 304
            refused_body = client.post(f"{root}/fhir/Patient", content=b"x" * 100_000)
            assert refused_body.status_code == 415
            assert client.get(url).json() == made.json()
        assert client.delete(url).status_code in {200, 204}
        assert client.get(url).status_code == 410


def test_stored_resources_outlive_the_server(tmp_path: Path) -> None:
    """What was acknowledged is there after a stop and a new start; stopping is clean.

    Each start says that nobody is authenticated.
    """
    data = str(tmp_path / "data")
    with serving("--data", data) as (process, root):
        made = httpx.post(f"{root}/fhir/Patient", json={"resourceType": "Patient"})
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert process.stdout is not None
        assert "AUTHENTICATION IS OFF" in process.stdout.read()
    with serving("--data", data) as (_, root):
        assert httpx.get(f"{root}/fhir/Patient/{made.json()['id']}").json() == made.json()


def test_several_processes_serve_one_base(mongodb_uri: str, tmp_path: Path) -> None:
    """With workers the metrics of all processes are added up, and the signal ends them all."""
    options = ("--workers", "2", "--data", str(tmp_path))
    database = {"CORDEE_MONGODB_URI": mongodb_uri, "CORDEE_MONGODB_DATABASE": "test_workers"}
    with serving(*options, **database) as (process, root):
        for _ in range(20):
            assert httpx.get(f"{root}/fhir/Patient/1").status_code == 404
        counted = 'cordee_request_duration_seconds_count{interaction="read",status="404"} 20.0'
        assert counted in httpx.get(f"{root}/metrics").text
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
