"""Spans on their way to a collector, over OTLP/HTTP (https://opentelemetry.io/docs/specs/otlp/)."""

import gzip
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from system.conftest import Running, free_port

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Collector(ThreadingHTTPServer):
    """Takes what is exported: the path it came to, and its bytes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Intake)
        self.taken: queue.Queue[tuple[str, bytes]] = queue.Queue()

    def next_export(self) -> tuple[str, ExportTraceServiceRequest, bytes]:
        """Wait for an export; give its path, what it says, and its bytes."""
        path, data = self.taken.get(timeout=20)
        said = ExportTraceServiceRequest()
        said.ParseFromString(data)
        return path, said, data


class Intake(BaseHTTPRequestHandler):
    """One export."""

    server: Collector

    def do_POST(self) -> None:
        """Keep the body and say that it was taken."""
        data = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            data = gzip.decompress(data)
        self.server.taken.put((self.path, data))
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector that listens."""
    listening = Collector()
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    yield listening
    listening.shutdown()
    listening.server_close()
    thread.join(10)


def test_spans_arrive_without_health_data(collector: Collector, tmp_path: Path) -> None:
    """A create and a search reach the collector as spans of the caller's trace, and only that."""
    host, port = collector.server_address[:2]
    environment = {
        "CORDEE_OTLP_ENDPOINT": f"http://{host!s}:{port}",
        "CORDEE_MONGODB_CACHE_GB": "0.25",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    running = Running(tmp_path / "data", free_port(), environment).start()
    try:
        headers = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        body = {"resourceType": "Patient", "name": [{"family": "Zwetschgenbaum"}]}
        url = f"{running.base_url}/Patient"
        made = httpx.post(url, json=body, headers=headers, timeout=30)
        assert made.status_code == 201
        found = httpx.get(f"{url}?family=Zwetschgenbaum", headers=headers, timeout=30)
        assert found.json()["total"] == 1
        spans: dict[str, Span] = {}
        while not {"POST create", "GET search"} <= spans.keys():
            path, said, data = collector.next_export()
            assert path == "/v1/traces"
            for secret in (b"Zwetschgenbaum", b"zwetschgenbaum", made.json()["id"].encode()):
                assert secret not in data
            for group in said.resource_spans:
                attributes = {row.key: row.value.string_value for row in group.resource.attributes}
                assert attributes["service.name"] == "cordee"
                spans |= {span.name: span for scope in group.scope_spans for span in scope.spans}
    finally:
        running.stop()
    created = spans["POST create"]
    assert created.trace_id.hex() == spans["GET search"].trace_id.hex() == TRACE
    assert created.kind == Span.SPAN_KIND_SERVER
    assert {row.key for row in created.attributes} == {
        "http.request.method",
        "http.response.status_code",
    }
    assert created.end_time_unix_nano > created.start_time_unix_nano
