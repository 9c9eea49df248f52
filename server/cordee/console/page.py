"""A page: a template filled for one reader, sent under a policy that lets no foreign code run.

https://www.w3.org/TR/CSP3/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property, partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from cordee.console import assets, words
from cordee.console.api import Api, RefusedError

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "cache-control": "private, no-store",
    "vary": "Accept-Language, Cookie",
    "cross-origin-opener-policy": "same-origin",
}
YEAR = 365 * 24 * 3600

templates = Environment(
    loader=PackageLoader("cordee.console"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.globals["asset"] = assets.address


@dataclass
class Reader:
    """Who asks for a page: their request, their language, and the API as they may use it."""

    request: Request
    api: Api
    language: str
    can_log_in: bool = False
    zone: tzinfo | None = None
    """Where the server stands: moments are written as clocks show them there."""
    refusal: str = ""
    """Why their login was refused just now."""

    @cached_property
    def say(self) -> words.Say:
        """Say things in the reader's language."""
        return words.speaker(self.language)

    def show(self, template: str, status: int = 200, **given: Any) -> Response:
        """Fill a template and send it."""
        text = templates.get_template(template).render(
            {
                "say": self.say,
                "language": self.language,
                "day": partial(words.day, language=self.language),
                "moment": partial(words.moment, language=self.language, zone=self.zone),
                "number": partial(words.number, language=self.language),
                "size": partial(words.size, language=self.language),
                "path": self.request.url.path,
                "other_language": self._other(),
                "calls": self.api.calls,
                "can_log_in": self.can_log_in,
                "logged_in": self.api.token is not None,
                **given,
            }
        )
        answer = HTMLResponse(text, status, headers=HEADERS)
        if self.request.query_params.get("lang") in words.LANGUAGES:
            answer.set_cookie(
                words.COOKIE, self.language, max_age=YEAR, httponly=True, samesite="lax"
            )
        return answer

    def refuse(self, error: RefusedError) -> Response:
        """Say why there is nothing to show."""
        status = error.status if error.status in {400, 401, 403, 404, 410, 429} else 502
        answer = self.show("refusal.html", status, code=status, reasons=error.reasons)
        if status == 401:
            answer.headers["www-authenticate"] = "Bearer"
        return answer

    def _other(self) -> str:
        """Give the address of this page in the other language."""
        other = next(name for name in words.LANGUAGES if name != self.language)
        return str(self.request.url.include_query_params(lang=other).replace(scheme="", netloc=""))


def text_of(concept: Mapping[str, Any] | None) -> str:
    """Give what a CodeableConcept says to people: its text, else a display, else a code."""
    if not concept:
        return ""
    if concept.get("text"):
        return str(concept["text"])
    codings = concept.get("coding", ())
    said = next((row["display"] for row in codings if row.get("display")), None)
    return str(said or next((row["code"] for row in codings if row.get("code")), ""))
