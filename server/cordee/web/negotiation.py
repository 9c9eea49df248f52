"""Which format a caller wants, and which format it sent.

`_format` overrides `Accept`; both take the media types of FHIR, the general ones, and the short
names. Browsers, which ask for HTML, get indented JSON.

https://hl7.org/fhir/R4/http.html#mime-type
https://hl7.org/fhir/R4/http.html#parameters
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from cordee.errors import Category, FhirError

Syntax = Literal["json", "xml"]

FHIR_JSON = "application/fhir+json"
FHIR_XML = "application/fhir+xml"

SYNTAXES: dict[str, Syntax] = {
    FHIR_JSON: "json",
    "application/json": "json",
    "application/json+fhir": "json",
    "text/json": "json",
    "json": "json",
    FHIR_XML: "xml",
    "application/xml": "xml",
    "application/xml+fhir": "xml",
    "text/xml": "xml",
    "xml": "xml",
    "application/*": "json",
    "*/*": "json",
}
BROWSER = frozenset({"text/html", "application/xhtml+xml", "html"})
WILDCARDS = frozenset({"*/*", "application/*", "text/*"})
FHIR_VERSIONS = frozenset({"4.0", "4.0.1"})


@dataclass(frozen=True, slots=True)
class Format:
    """How an answer is written; `content_type` is the whole header value."""

    syntax: Syntax
    content_type: str
    pretty: bool = False


JSON = Format("json", f"{FHIR_JSON}; charset=utf-8")


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type with its parameters, lower-cased; `quality` is the `q` of `Accept`."""

    name: str
    parameters: tuple[tuple[str, str], ...] = ()
    quality: float = 1.0

    def parameter(self, name: str) -> str | None:
        """Give a parameter's value, or None."""
        return dict(self.parameters).get(name)

    @property
    def speaks_r4(self) -> bool:
        """Tell whether `fhirVersion` is absent or R4 (https://hl7.org/fhir/R4/versioning.html)."""
        return self.parameter("fhirversion") in FHIR_VERSIONS | {None}


@lru_cache(maxsize=1024)
def media_type(text: str) -> MediaType:
    """Read one media type; a `+` that a URL turned into a space is put back."""
    name, *rest = text.split(";")
    pairs = [part.partition("=") for part in rest]
    parameters = tuple(
        (key.strip().lower(), value.strip().strip('"').lower()) for key, _, value in pairs
    )
    return MediaType(
        name.strip().lower().replace(" ", "+"), parameters, _quality(dict(parameters).get("q"))
    )


def _quality(text: str | None) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def accepted(header: str) -> Iterator[MediaType]:
    """Iterate over the media types of an `Accept` header, the most wanted first."""
    found = [media_type(part) for part in header.split(",") if part.strip()]
    wanted = [each for each in found if each.quality > 0]
    return iter(sorted(wanted, key=lambda each: (-each.quality, each.name in WILDCARDS)))


@lru_cache(maxsize=1024)
def negotiate(accept: str | None, format: str | None, pretty: str | None) -> Format:
    """Choose the answer's format from `Accept`, `_format` and `_pretty`.

    Raises `FhirError` NOT_ACCEPTABLE when nothing offered here was asked for.
    """
    candidates = [media_type(format)] if format else accepted(accept or "*/*")
    for candidate in candidates:
        if candidate.speaks_r4 and (chosen := _format(candidate.name, pretty)):
            return chosen
    raise FhirError(
        Category.NOT_ACCEPTABLE,
        f"{'_format' if format else 'Accept'}: nothing here can be sent as {format or accept!r};"
        f" ask for {FHIR_JSON} or {FHIR_XML} (fhirVersion 4.0)",
    )


def _format(name: str, pretty: str | None) -> Format | None:
    if name in BROWSER or name == "text/*":
        return Format("json", "application/json; charset=utf-8", pretty != "false")
    syntax = SYNTAXES.get(name)
    if syntax is None:
        return None
    kind = FHIR_JSON if syntax == "json" else FHIR_XML
    return Format(syntax, f"{kind}; charset=utf-8", pretty == "true")


def sent_syntax(content_type: str) -> Syntax | None:
    """Tell the syntax of a request body, or None when it is not FHIR JSON or XML.

    Raises `FhirError` MEDIA_TYPE for another FHIR version or another charset than UTF-8.
    """
    sent = media_type(content_type)
    if sent.name in WILDCARDS:
        return None
    if not sent.speaks_r4:
        raise FhirError(
            Category.MEDIA_TYPE, f"This server speaks FHIR R4 (4.0), not {content_type!r}"
        )
    if sent.parameter("charset") not in {None, "utf-8", "utf8", "us-ascii"}:
        raise FhirError(Category.MEDIA_TYPE, f"The charset must be UTF-8, not {content_type!r}")
    return SYNTAXES.get(sent.name)
