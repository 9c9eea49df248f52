"""What bytes are, told by how they begin."""

import pytest

from cordee.resource.content_type import harm, mismatch

PDF, PNG, JPEG = b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n\x00", b"\xff\xd8\xff\xe0\x00"
ZIP, MP4, PROGRAM = b"PK\x03\x04\x14", b"\x00\x00\x00\x18ftypheic", b"MZ\x90\x00\x03"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("head", "declared"),
    [
        (PDF, "application/pdf"),
        (PDF, "application/octet-stream"),
        (PDF, ""),
        (JPEG, "image/jpg"),
        (ZIP, WORD),
        (ZIP, "application/xdm+zip"),
        (MP4, "image/heic"),
        (b"Bonjour", "text/plain"),
        (b"<ClinicalDocument", "application/xml"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"anything", "application/x-unheard-of"),
    ],
)
def test_content_that_is_what_it_says_passes(head: bytes, declared: str) -> None:
    """Also what no signature tells, and what begins alike."""
    assert mismatch(head, declared) is None
    assert harm(head, declared) is None


@pytest.mark.parametrize(
    ("head", "declared"),
    [
        (PNG, "image/jpeg"),
        (PDF, "text/plain"),
        (b"Bonjour", "application/pdf"),
        (b"", "image/png"),
        (ZIP, "application/pdf"),
        (PDF, WORD),
    ],
)
def test_content_that_is_something_else_is_noticed(head: bytes, declared: str) -> None:
    """Whether it begins like another format, or not like its own."""
    assert mismatch(head, declared) is not None


@pytest.mark.parametrize(
    ("head", "declared"),
    [
        (PROGRAM, "application/octet-stream"),
        (PROGRAM, "application/pdf"),
        (b"\x7fELF\x02", "image/png"),
        (b"#!/bin/sh\n", "text/plain"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html><script>", "text/plain"),
        (b"<SVG onload=", "image/png"),
        (b"anything", "text/html"),
        (b"anything", "image/svg+xml"),
        (b"alert(1)", "text/javascript"),
        (ZIP, "application/vnd.ms-word.document.macroenabled.12"),
    ],
)
def test_what_runs_is_dangerous(head: bytes, declared: str) -> None:
    """By how it begins, whatever it says it is; or by what it says it is."""
    assert harm(head, declared) is not None


def test_a_text_may_begin_with_the_letters_of_a_program() -> None:
    """Initials are no program."""
    assert harm(b"MZ a bien dormi.", "text/plain") is None
