"""One HTTP request to the FHIR base, with its headers and parameters read."""

import re
import time
from functools import lru_cache

from starlette.types import Scope

from cordee.access.caller import ANONYMOUS, Caller
from cordee.errors import Category, FhirError
from cordee.web import body
from cordee.web.body import Pairs
from cordee.web.negotiation import JSON, Format, negotiate
from cordee.web.place import Place
from cordee.web.routes import Endpoint

BASE_PATH = "/fhir"

_HOST = re.compile(r"[A-Za-z0-9._\-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")


class Call:
    """A request as the endpoints see it.

    Making one never fails, so that there is always something to answer with; `open` reads what
    can be wrong. What it asks for (`place`, `endpoint`) and who asks is filled in as it is known,
    and that something may be `changing` from now on.
    `headers` has lower-case names; a repeated header is joined by commas.
    """

    __slots__ = (
        "begun",
        "caller",
        "changing",
        "deadline",
        "endpoint",
        "format",
        "headers",
        "method",
        "path",
        "place",
        "query",
        "request_id",
        "scope",
    )

    def __init__(self, scope: Scope) -> None:
        """Take what cannot be wrong from the ASGI scope."""
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"][len(BASE_PATH) :]
        self.headers = header_map(scope["headers"])
        self.request_id: str = scope.get("cordee.request_id", "")
        self.begun = time.time()
        self.deadline: float | None = None
        self.place: Place | None = None
        self.endpoint: Endpoint | None = None
        self.caller: Caller = ANONYMOUS
        self.changing = False
        self.query: Pairs = ()
        self.format: Format = JSON

    def open(self, *, any_type: bool = False) -> None:
        """Read the parameters and settle the format, so that later errors are told in it.

        `any_type` lets `Accept` ask for other things than FHIR. Raises `FhirError`: INVALID for
        broken parameters, NOT_ACCEPTABLE for an unknown format.
        """
        raw = self.scope["query_string"]
        if raw:
            self.query = body.pairs(raw)
        self._settle(any_type=any_type)

    def take(self, form: Pairs) -> None:
        """Add the parameters of a form, which count as much as the URL's."""
        self.query += form
        self._settle(any_type=False)

    def _settle(self, *, any_type: bool) -> None:
        query = self.query
        format, pretty = (self.last("_format"), self.last("_pretty")) if query else (None, None)
        try:
            self.format = negotiate(self.headers.get("accept"), format, pretty)
        except FhirError:
            if not any_type or format:
                raise

    def last(self, name: str) -> str | None:
        """Give a parameter's last value, or None."""
        return next((value for key, value in reversed(self.query) if key == name), None)

    @property
    def address(self) -> str | None:
        """The network address of the caller, as the ASGI server knows it."""
        client = self.scope.get("client")
        return client[0] if client else None

    @property
    def base_url(self) -> str:
        """The FHIR base as this caller addressed it, without a trailing slash."""
        return _base_url(self.scope["scheme"], self.headers.get("host", ""))


def header_map(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Make ASGI headers a mapping, joining repetitions by commas (RFC 9110 §5.3)."""
    found: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


@lru_cache(maxsize=256)
def _base_url(scheme: str, host: str) -> str:
    # The host goes into links that other people follow: nothing but a host may stand there.
    if not _HOST.fullmatch(host):
        raise FhirError(Category.INVALID, "The Host header is missing or malformed")
    return f"{scheme}://{host}{BASE_PATH}"
