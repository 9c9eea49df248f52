"""What bytes are, told by how they begin, and which content nobody should be handed.

A short table of the formats that people attach to records; what no row knows may be anything.

https://hl7.org/fhir/R4/datatypes.html#Attachment
"""

from collections.abc import Mapping

HEAD = 1_024
"""Bytes that are enough to look at."""

_OFFICE = ("application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument")

SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftyp", "video/mp4"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
    (0, b"\x1f\x8b", "application/gzip"),
    (128, b"DICM", "application/dicom"),
)
"""(offset, bytes, content type)."""

HARMFUL_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x7fELF", "a Linux program"),
    (b"\xcf\xfa\xed\xfe", "a macOS program"),
    (b"\xce\xfa\xed\xfe", "a macOS program"),
    (b"\xca\xfe\xba\xbe", "a Java or macOS program"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "a Windows shortcut"),
    (b"#!", "a script"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<script", "a web page"),
    (b"<svg", "an image that can hold scripts"),
)
"""How content begins that runs on the machine of who opens it; letters in lower case."""

HARMFUL_TYPES: Mapping[str, str] = {
    **dict.fromkeys(("text/html", "application/xhtml+xml"), "web pages"),
    "image/svg+xml": "images that can hold scripts",
    **dict.fromkeys(
        (
            "application/bat",
            "application/ecmascript",
            "application/hta",
            "application/java-archive",
            "application/javascript",
            "application/vnd.microsoft.portable-executable",
            "application/x-bat",
            "application/x-csh",
            "application/x-dosexec",
            "application/x-elf",
            "application/x-executable",
            "application/x-javascript",
            "application/x-msdos-program",
            "application/x-msdownload",
            "application/x-msi",
            "application/x-powershell",
            "application/x-sh",
            "application/x-sharedlib",
            "application/x-shellscript",
            "text/ecmascript",
            "text/javascript",
            "text/vbscript",
            "text/x-shellscript",
        ),
        "programs",
    ),
}
"""Content types of what runs on the machine of who opens it → what they are."""

SAME: Mapping[str, tuple[str, ...]] = {
    "application/pdf": ("application/x-pdf",),
    "image/jpeg": ("image/jpg", "image/pjpeg"),
    "audio/wav": ("audio/x-wav", "audio/wave", "audio/vnd.wave"),
    "audio/ogg": ("video/ogg", "application/ogg", "audio/opus"),
    "audio/mpeg": ("audio/mp3",),
    "video/webm": ("audio/webm", "video/x-matroska"),
    "video/mp4": ("audio/mp4", "video/quicktime", "image/heic", "image/heif", "image/avif"),
    "application/rtf": ("text/rtf",),
    "application/zip": ("application/x-zip-compressed", "application/epub+zip", *_OFFICE),
    "application/gzip": ("application/x-gzip", "application/x-tgz"),
    "application/msword": (
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.ms-outlook",
    ),
    "application/dicom": ("image/dicom-rle",),
}
"""Content type of a signature → others that begin alike, or how such types begin."""

UNSAID = frozenset({"", "application/octet-stream"})
_BLANK = b" \t\r\n\xef\xbb\xbf"
_KNOWN = frozenset(type for _, _, type in SIGNATURES)
_UNSURE = frozenset({"audio/mpeg"})
"""Types that need not begin with their signature."""


def sniffed(head: bytes) -> str | None:
    """Give the content type that bytes begin like, None for one that no row knows."""
    for offset, start, type in SIGNATURES:
        if head[offset : offset + len(start)] == start:
            return type
    return None


def harm(head: bytes, declared: str) -> str | None:
    """Say what makes content dangerous: how it begins, or what it says it is."""
    begun = head.lstrip(_BLANK)[:16].lower()
    for start, what in HARMFUL_SIGNATURES:
        if (begun if start[:1] == b"<" else head).startswith(start):
            return what
    if head.startswith(b"MZ") and b"\0" in head:  # a text may begin with these letters
        return "a Windows program"
    if declared in HARMFUL_TYPES:
        return HARMFUL_TYPES[declared]
    return "an Office document with macros" if "macroenabled" in declared else None


def mismatch(head: bytes, declared: str) -> str | None:
    """Say what content begins like, where it is not what it is declared to be."""
    if declared in UNSAID:
        return None
    found = sniffed(head)
    if found is not None:
        return None if _is(declared, found) else found
    for type in _KNOWN - _UNSURE:
        if _is(declared, type):
            return "something else"
    return None


def _is(declared: str, type: str) -> bool:
    if type == "application/zip" and declared.endswith("+zip"):
        return True
    return declared == type or declared.startswith(SAME.get(type, ()))
