"""Formats: https://hl7.org/fhir/R4/http.html#mime-type."""

import pytest

from cordee.errors import Category, FhirError
from cordee.web.negotiation import negotiate, sent_syntax

JSON = "application/fhir+json; charset=utf-8"
XML = "application/fhir+xml; charset=utf-8"
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("text/json", JSON),
        ("application/fhir+json; fhirVersion=4.0", JSON),
        ("application/fhir+xml", XML),
        ("application/xml", XML),
        ("text/xml", XML),
        ("APPLICATION/FHIR+XML", XML),
        ("application/fhir+json;q=0.5, application/fhir+xml;q=0.9", XML),
        ("*/*, application/fhir+xml", XML),
        ("application/fhir+xml;q=0, application/fhir+json", JSON),
        ("image/png, application/fhir+xml;q=0.1", XML),
        ("application/fhir+xml; fhirVersion=3.0, application/fhir+json; fhirVersion=4.0", JSON),
    ],
)
def test_accept_chooses_the_most_wanted_format(accept: str | None, content_type: str) -> None:
    """The media type of highest quality that is offered wins; a wildcard comes last."""
    assert negotiate(accept, None, None).content_type == content_type


@pytest.mark.parametrize(
    ("format", "syntax"),
    [
        ("json", "json"),
        ("xml", "xml"),
        ("application/fhir xml", "xml"),
        ("application/fhir+xml", "xml"),
        ("text/xml", "xml"),
        ("application/fhir json; fhirVersion=4.0", "json"),
    ],
)
def test_format_parameter_overrides_accept(format: str, syntax: str) -> None:
    """`_format` wins over Accept, also when its plus sign arrived as a space."""
    other = "application/fhir+xml" if syntax == "json" else "application/fhir+json"
    assert negotiate(other, format, None).syntax == syntax


@pytest.mark.parametrize("accept", [CHROME, "text/html"])
def test_browsers_get_indented_json(accept: str) -> None:
    """Who asks for HTML reads with eyes: plain JSON type, indented."""
    chosen = negotiate(accept, None, None)
    assert (chosen.syntax, chosen.content_type, chosen.pretty) == (
        "json",
        "application/json; charset=utf-8",
        True,
    )


@pytest.mark.parametrize(
    ("accept", "format"),
    [
        ("image/png", None),
        ("application/fhir+turtle", None),
        ("application/fhir+json; fhirVersion=3.0", None),
        ("application/fhir+json;q=0", None),
        ("*/*", "turtle"),
    ],
)
def test_other_formats_are_not_acceptable(accept: str, format: str | None) -> None:
    """What cannot be sent is refused, never replaced by something else."""
    with pytest.raises(FhirError) as caught:
        negotiate(accept, format, None)
    assert caught.value.category is Category.NOT_ACCEPTABLE


def test_pretty_indents_only_when_asked() -> None:
    """`_pretty=true` indents, anything else does not."""
    assert negotiate(None, None, "true").pretty
    assert not negotiate(None, None, "false").pretty
    assert not negotiate(None, None, None).pretty


@pytest.mark.parametrize(
    ("content_type", "syntax"),
    [
        ("application/fhir+json", "json"),
        ("application/json; charset=UTF-8", "json"),
        ("text/xml", "xml"),
        ("application/fhir+xml; fhirVersion=4.0", "xml"),
        ("text/plain", None),
        ("*/*", None),
        ("", None),
    ],
)
def test_sent_syntax_is_read_from_the_content_type(content_type: str, syntax: str | None) -> None:
    """A body's syntax follows from its media type."""
    assert sent_syntax(content_type) == syntax


@pytest.mark.parametrize(
    "content_type",
    ["application/fhir+json; fhirVersion=5.0", "application/fhir+json; charset=latin-1"],
)
def test_other_versions_and_charsets_are_unsupported(content_type: str) -> None:
    """Another FHIR version or charset is refused as an unsupported media type."""
    with pytest.raises(FhirError) as caught:
        sent_syntax(content_type)
    assert caught.value.category is Category.MEDIA_TYPE
