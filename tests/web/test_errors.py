"""The one handler of errors: https://hl7.org/fhir/R4/http.html#Status-Codes."""

import json

import pytest
import structlog

from cordee.errors import Category, FhirError
from cordee.outcome import CATEGORIES
from cordee.web.errors import response


@pytest.mark.parametrize("category", list(Category))
def test_each_category_has_its_status_and_code(category: Category) -> None:
    """The status and the issue code of a refusal follow from its category."""
    answer = response(FhirError(category, "Reason", expression="Patient.name"), "r1")
    code, status = CATEGORIES[category]
    assert answer.status == status
    assert answer.resource is not None
    assert answer.resource["issue"] == [
        {
            "severity": "error",
            "code": code,
            "diagnostics": "Reason",
            "expression": ["Patient.name"],
        }
    ]


def test_headers_of_a_refusal_are_sent() -> None:
    """Allow, Retry-After and their like come with the error."""
    error = FhirError(Category.THROTTLED, "Slower", headers={"Retry-After": "3"})
    assert response(error, "r1").headers == {"Retry-After": "3"}


def test_a_bug_tells_the_caller_nothing_but_the_request_id() -> None:
    """Neither the answer nor the log holds an unexpected error's message; the log has the place."""
    with structlog.testing.capture_logs() as lines:
        try:
            _ = dict[str, str]()["Madame Martin"]
        except KeyError as error:
            answer = response(error, "r1")
    assert answer.status == 500
    assert "r1" in json.dumps(answer.resource)
    assert "Martin" not in json.dumps(answer.resource) + json.dumps(lines)
    (line,) = lines
    assert (line["event"], line["error"], line["request_id"]) == ("bug", "KeyError", "r1")
    assert "test_errors.py" in line["at"][0]
