"""Preferences: https://hl7.org/fhir/R4/http.html#ops."""

import pytest

from cordee.errors import Issue, Severity
from cordee.interactions.exchange import Preferences, Response
from cordee.web.preferences import apply, preferences

STORED = Response(201, body=b"{}", version=1, issues=(Issue(Severity.WARNING, "value", "Odd"),))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, Preferences()),
        ("", Preferences()),
        ("return=minimal", Preferences(returns="minimal")),
        ('return="representation"', Preferences(returns="representation")),
        ("RETURN=OperationOutcome", Preferences(returns="OperationOutcome")),
        ("handling=strict, return=minimal", Preferences(returns="minimal", handling="strict")),
        ("respond-async", Preferences(respond_async=True)),
        ("respond-async; handling=lenient", Preferences(handling="lenient", respond_async=True)),
        ("return=minimal, return=representation", Preferences(returns="minimal")),
        ("wait=10, return=everything", Preferences()),
    ],
)
def test_prefer_is_read(header: str | None, expected: Preferences) -> None:
    """Known preferences are kept, the first of each; others are ignored."""
    assert preferences(header) == expected


def test_a_write_answers_with_what_is_preferred() -> None:
    """Nothing, the resource, or an OperationOutcome with the warnings."""
    assert apply(STORED, Preferences()).body == b"{}"
    assert apply(STORED, Preferences(returns="representation")).body == b"{}"
    minimal = apply(STORED, Preferences(returns="minimal"))
    assert (minimal.body, minimal.resource, minimal.version) == (None, None, 1)
    outcome = apply(STORED, Preferences(returns="OperationOutcome"))
    assert outcome.body is None
    assert outcome.resource is not None
    assert outcome.resource["issue"][0]["diagnostics"] == "Odd"
