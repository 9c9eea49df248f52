"""Conditional headers: https://hl7.org/fhir/R4/http.html#concurrency."""

from datetime import UTC, datetime

import pytest

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Conditions
from cordee.web.conditional import conditions


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, Conditions()),
        ({"accept": "*/*"}, Conditions()),
        ({"if-match": 'W/"3"'}, Conditions(if_match="3")),
        ({"if-match": '"3"'}, Conditions(if_match="3")),
        ({"if-match": "*"}, Conditions(if_match="*")),
        ({"if-none-match": ' W/"12" '}, Conditions(if_none_match=("12",))),
        ({"if-none-match": "*"}, Conditions(if_none_match=("*",))),
        ({"if-none-match": 'W/"1", W/"2"'}, Conditions(if_none_match=("1", "2"))),
        ({"if-modified-since": "yesterday"}, Conditions()),
        (
            {"if-modified-since": "Sun, 22 Nov 2026 10:00:00 GMT"},
            Conditions(if_modified_since=datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ),
        ({"if-none-exist": "?identifier=a|1"}, Conditions(if_none_exist="?identifier=a|1")),
        ({"if-none-exist": "identifier=a|1&b=2"}, Conditions(if_none_exist="identifier=a|1&b=2")),
    ],
)
def test_headers_become_conditions(headers: dict[str, str], expected: Conditions) -> None:
    """Each header fills its condition; without any there is none."""
    assert conditions(headers) == expected


@pytest.mark.parametrize(
    "headers",
    [
        {"if-match": "3"},
        {"if-match": 'W/"3'},
        {"if-match": 'W/"1", W/"2"'},
        {"if-none-match": 'W/""'},
        {"if-none-exist": ""},
        {"if-none-exist": "Patient"},
    ],
)
def test_malformed_conditions_are_refused(headers: dict[str, str]) -> None:
    """A condition that cannot be read must not be dropped: the write would go unprotected."""
    with pytest.raises(FhirError) as caught:
        conditions(headers)
    assert caught.value.category is Category.INVALID
