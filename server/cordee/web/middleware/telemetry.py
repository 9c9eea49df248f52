"""OpenTelemetry: one server span for each request, continuing the caller's trace.

Only imported when `CORDEE_OTLP_ENDPOINT` is set. Attributes hold no path and no query: see
`access_log`.
"""

from opentelemetry import propagate
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind, StatusCode
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cordee.web.call import header_map


class Telemetry:
    """Wraps an ASGI application in spans."""

    def __init__(self, app: ASGIApp, provider: TracerProvider) -> None:
        """Keep the wrapped application; `provider` sends the spans."""
        self._app = app
        self._tracer = provider.get_tracer("cordee")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on inside a span."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context = propagate.extract(header_map(scope["headers"]))
        method = scope["method"]
        with self._tracer.start_as_current_span(
            method, context, SpanKind.SERVER, attributes={"http.request.method": method}
        ) as span:

            async def traced(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= 500:
                        span.set_status(StatusCode.ERROR)
                await send(message)

            await self._app(scope, receive, traced)
            span.update_name(f"{method} {scope.get('cordee.interaction', 'other')}")


def otlp_provider(endpoint: str) -> TracerProvider:
    """Make a provider that sends spans to an OTLP collector over HTTP, in batches."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - slow
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - slow
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - slow

    provider = TracerProvider(resource=Resource.create({"service.name": "cordee"}))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
