"""An MTOM package: the envelope, and each document as a part beside it, byte for byte.

https://www.w3.org/TR/soap12-mtom/
https://www.w3.org/TR/xop10/
https://www.rfc-editor.org/rfc/rfc2387
"""

from collections.abc import Iterator, Mapping
from uuid import uuid4

from cordee.bridges.metadata.namespaces import XOP, Element, element
from cordee.bridges.xds.soap.envelope import Call

_ROOT = "root@cordee"
_LINE = b"\r\n"


def include(content_id: str) -> Element:
    """Make what stands for the bytes of a part."""
    return element(XOP, "Include", href=f"cid:{content_id}")


def package(call: Call, envelope: bytes, parts: Mapping[str, bytes]) -> tuple[bytes, str]:
    """Give the body of a request and its media type; `parts` are by Content-ID."""
    boundary = f"cordee-{uuid4().hex}"
    root_type = (
        f'application/xop+xml; charset=UTF-8; type="application/soap+xml"; action="{call.action}"'
    )
    pieces = [*_part(boundary, _ROOT, root_type, envelope)]
    for content_id, data in parts.items():
        pieces += _part(boundary, content_id, "application/octet-stream", data)
    pieces.append(f"--{boundary}--\r\n".encode())
    media_type = (
        f'multipart/related; type="application/xop+xml"; boundary="{boundary}"; '
        f'start="<{_ROOT}>"; start-info="application/soap+xml"; action="{call.action}"'
    )
    return b"".join(pieces), media_type


def _part(boundary: str, content_id: str, kind: str, data: bytes) -> Iterator[bytes]:
    head = (
        f"--{boundary}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\n"
        f"Content-ID: <{content_id}>\r\n\r\n"
    )
    yield from (head.encode("ascii"), data, _LINE)
