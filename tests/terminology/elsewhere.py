"""A terminology server of another make, on a real socket: it can be slow, wrong, or broken."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

SYSTEM = "http://elsewhere.example/CodeSystem/paints"
VALUE_SET = "http://elsewhere.example/ValueSet/paints"
CODES = {"P1": "Cadmium red", "P2": "Ultramarine"}


@dataclass
class Elsewhere:
    """What the server does, and what it was asked (path, name → value)."""

    url: str = ""
    mode: str = "good"
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answered: int = 0
    ended: Event = field(default_factory=Event)
    released: Event = field(default_factory=Event)
    """Set when a server that is "held" may answer."""

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, bytes]:
        """Give status and content for a call."""
        rows = {row["name"]: _value(row) for row in body["parameter"]}
        self.asked.append((path, rows))
        canned = CANNED.get(self.mode)
        if canned is not None:
            return canned
        if path.endswith("$expand"):
            return self._expand(rows)
        if not path.endswith("$validate-code"):
            return self._tell(path, rows)
        return self._validate(path, rows)

    def _expand(self, rows: dict[str, Any]) -> tuple[int, bytes]:
        if rows.get("url") != VALUE_SET and "valueSet" not in rows:
            return 404, b"{}"
        contains = [{"system": SYSTEM, "code": code, "display": CODES[code]} for code in CODES]
        expansion = {"timestamp": "2026-11-22", "contains": contains[: rows.get("count")]}
        return 200, json.dumps(
            {"resourceType": "ValueSet", "status": "active", "expansion": expansion}
        ).encode()

    def _tell(self, path: str, rows: dict[str, Any]) -> tuple[int, bytes]:
        if rows.get("system") != SYSTEM:
            return 404, b"{}"
        told = {
            "/CodeSystem/$lookup": {"display": CODES.get(rows.get("code", ""), "none")},
            "/CodeSystem/$subsumes": {"outcome": "not-subsumed"},
            "/ConceptMap/$translate": {"message": f"as {rows.get('url')} says"},
        }
        return 200, _verdict(True, **told[path])

    def _validate(self, path: str, rows: dict[str, Any]) -> tuple[int, bytes]:
        if path == "/ValueSet/$validate-code":
            if rows.get("url") not in {None, VALUE_SET}:
                return 404, b"{}"
            system = rows.get("system", SYSTEM)
        else:
            system = rows["url"]
        if system != SYSTEM:
            return 200, _verdict(False, **{"x-unknown-system": system})
        display = CODES.get(rows["code"])
        good = display is not None and rows.get("display", display) == display
        return 200, _verdict(good, display=display or "none", system=SYSTEM)


def _value(row: dict[str, Any]) -> Any:
    return next(value for key, value in row.items() if key != "name")


def _verdict(result: bool, **texts: str) -> bytes:
    rows: list[dict[str, Any]] = [{"name": "result", "valueBoolean": result}]
    rows += [{"name": name, "valueString": text} for name, text in texts.items()]
    return json.dumps({"resourceType": "Parameters", "parameter": rows}).encode()


_ISSUES = {
    "resourceType": "OperationOutcome",
    "issue": [{"severity": "error", "code": "not-found"}],
}
_MISSING = {
    "resourceType": "Parameters",
    "parameter": [
        {"name": "result", "valueBoolean": False},
        {"name": "issues", "resource": _ISSUES},
    ],
}
CANNED: dict[str, tuple[int, bytes]] = {
    "broken": (500, b"{}"),
    "busy": (429, b"{}"),
    "moved": (302, b""),
    "html": (200, b"<html>welcome</html>"),
    "list": (200, b"[]"),
    "other": (200, b'{"resourceType": "Patient"}'),
    "odd": (200, b'{"resourceType": "Parameters", "parameter": ["result"]}'),
    "missing": (200, json.dumps(_MISSING).encode()),
}
"""Answers that are the same whatever is asked."""
SLOW = 8.0
"""Seconds that a slow server takes."""


@contextmanager
def running() -> Iterator[Elsewhere]:
    """Run the server."""
    state = Elsewhere()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, content = state.answer(self.path, body)
            if state.mode == "slow":
                state.ended.wait(SLOW)
            if state.mode == "held":
                state.released.wait()
            state.answered += 1
            self.send_response(status)
            self.send_header("Content-Type", "application/fhir+json")
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self._write(content)

        def _write(self, content: bytes) -> None:
            pause = SLOW / len(content) if state.mode == "trickling" and content else 0
            try:
                for start in range(0, len(content), 1 if pause else max(len(content), 1)):
                    self.wfile.write(content[start : start + (1 if pause else len(content))])
                    time.sleep(pause)
            except OSError:
                self.close_connection = True  # the caller has gone

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        state.ended.set()
        state.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
