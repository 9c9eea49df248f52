"""A multipart/related answer taken apart, within limits.

https://www.rfc-editor.org/rfc/rfc2046#section-5.1
https://www.rfc-editor.org/rfc/rfc2387
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message

from cordee.errors import Category, FhirError

MOST_PARTS = 101
"""The envelope, and a hundred documents."""
LONGEST_HEAD = 8_192
_PLAIN = frozenset({"binary", "8bit", "7bit", ""})
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")


@dataclass(frozen=True, slots=True)
class Package:
    """The root part, and the others by Content-ID without its brackets."""

    root: bytes
    parts: Mapping[str, bytes]


def is_package(media_type: str) -> bool:
    """Tell whether a body of this type has parts."""
    return _head(media_type).get_content_type() == "multipart/related"


def unpack(media_type: str, data: bytes) -> Package:
    """Take a body apart. Raises UNAVAILABLE for one that is broken or has too many parts."""
    head = _head(media_type)
    boundary = str(head.get_param("boundary") or "")
    if not _BOUNDARY.fullmatch(boundary):
        raise _broken("its boundary is missing")
    found = [_part(piece) for piece in _pieces(boundary.encode("ascii"), data)]
    if not found:
        raise _broken("it has no part")
    start = _bare(str(head.get_param("start") or ""))
    named = dict(found)
    if len(named) < len(found):
        raise _broken("two parts have one Content-ID")
    root = named.pop(start, None) if start else named.pop(found[0][0], None)
    if root is None:
        raise _broken("the part it starts with is missing")
    return Package(root, named)


def _pieces(boundary: bytes, data: bytes) -> list[bytes]:
    """Give what stands between the boundaries."""
    mark = b"\r\n--" + boundary
    # The first boundary may stand at the very beginning.
    pieces = (b"\r\n" + data).split(mark, MOST_PARTS + 2)
    if len(pieces) > MOST_PARTS + 2:
        raise _broken(f"it has more than {MOST_PARTS} parts")
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise _broken("its end is missing")
    return pieces[1:-1]


def _part(piece: bytes) -> tuple[str, bytes]:
    line, _, rest = piece.partition(b"\r\n")
    if line.strip(b" \t"):
        raise _broken("a boundary is followed by something")
    if rest.startswith(b"\r\n"):
        head, body = b"", rest[2:]
    else:
        end = rest.find(b"\r\n\r\n", 0, LONGEST_HEAD)
        if end < 0:
            raise _broken("a part has no end of its headers")
        head, body = rest[:end], rest[end + 4 :]
    headers = _headers(head)
    return _bare(headers.get("content-id", "")), _decoded(headers, body)


def _headers(head: bytes) -> dict[str, str]:
    unfolded = re.sub(r"\r\n[ \t]+", " ", head.decode("latin-1"))
    rows = (line.partition(":") for line in unfolded.split("\r\n") if line)
    return {key.strip().lower(): value.strip() for key, _, value in rows}


def _decoded(headers: Mapping[str, str], body: bytes) -> bytes:
    encoding = headers.get("content-transfer-encoding", "").lower()
    if encoding in _PLAIN:
        return body
    if encoding != "base64":
        raise _broken(f"a part is encoded as {encoding[:40]}")
    try:
        return base64.b64decode(b"".join(body.split()), validate=True)
    except (binascii.Error, ValueError):
        raise _broken("a part is not base64") from None


def _bare(content_id: str) -> str:
    return content_id.strip().removeprefix("<").removesuffix(">")


def _head(media_type: str) -> Message:
    head = Message()
    head["Content-Type"] = media_type
    return head


def _broken(why: str) -> FhirError:
    text = f"The answer of the national record cannot be read: {why}"
    return FhirError(Category.UNAVAILABLE, text)
