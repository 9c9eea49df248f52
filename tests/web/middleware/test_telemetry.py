"""Traces."""

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from starlette.types import Message, Receive, Scope, Send

from cordee.web.middleware.telemetry import Telemetry

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


async def traced(status: int, headers: list[tuple[bytes, bytes]]) -> ReadableSpan:
    """Pass a read through the layer and give its span."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        scope["cordee.interaction"] = "read"
        await send({"type": "http.response.start", "status": status, "headers": []})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(_message: Message) -> None:
        """Send nowhere."""

    scope = {"type": "http", "method": "GET", "path": "/fhir/Patient/secret", "headers": headers}
    await Telemetry(app, provider)(scope, receive, send)
    (span,) = exporter.get_finished_spans()
    return span


async def test_a_request_is_a_span_without_health_data() -> None:
    """The span has the interaction, method and status; never the path."""
    span = await traced(200, [])
    assert (span.name, span.kind) == ("GET read", SpanKind.SERVER)
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
    }


async def test_the_callers_trace_goes_on() -> None:
    """A traceparent header makes the span part of that trace."""
    span = await traced(200, [(b"traceparent", f"00-{TRACE}-00f067aa0ba902b7-01".encode())])
    assert span.context is not None
    assert f"{span.context.trace_id:032x}" == TRACE


@pytest.mark.parametrize(("status", "ok"), [(404, True), (500, False)])
async def test_only_the_servers_own_failures_are_errors(status: int, ok: bool) -> None:
    """A refusal is no failure of the server."""
    assert (await traced(status, [])).status.is_ok is ok
