"""Request heads that cannot be read (https://hl7.org/fhir/R4/http.html#Status-Codes)."""

import pytest
from fhir.resources.R4B.operationoutcome import OperationOutcome

from cordee.web.unreadable import LONGEST_URL, answer


@pytest.mark.parametrize(
    ("url", "line", "code"),
    [
        (b"/fhir/Patient?name=" + b"a" * LONGEST_URL, b"HTTP/1.1 414 ", "too-long"),
        (b"", b"HTTP/1.1 400 Bad Request", "structure"),
        (b"http://[", b"HTTP/1.1 400 Bad Request", "structure"),
    ],
)
def test_the_answer_is_an_outcome(url: bytes, line: bytes, code: str) -> None:
    """Whatever was sent, the answer is whole, an OperationOutcome, and the last one."""
    head, _, body = answer(url, [(b"date", b"today")]).partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0].startswith(line)
    assert {b"date: today", b"connection: close"} <= set(lines)
    assert b"content-length: " + str(len(body)).encode() in lines
    outcome = OperationOutcome.model_validate_json(body)
    assert [issue.code for issue in outcome.issue] == [code]
