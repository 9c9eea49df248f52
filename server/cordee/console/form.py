"""What a form of a page sends: fields and files.

RFC 7578 (multipart/form-data), read with the standard library's parser of MIME.
"""

from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

from starlette.requests import Request

from cordee.console.api import RefusedError


@dataclass(slots=True)
class Form:
    """The last value of each field, and the files that were chosen."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[tuple[str, bytes]] = field(default_factory=list)


async def read(request: Request, limit: int) -> Form:
    """Read a form. Raises `RefusedError` for one larger than `limit` bytes."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            text = f"The form is larger than {limit} bytes"
            raise RefusedError(413, {"issue": [{"diagnostics": text}]})
        chunks.append(chunk)
    body, kind = b"".join(chunks), request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        return Form(dict(parse_qsl(body.decode("utf-8", "replace"))))
    return _multipart(kind, body)


def _multipart(kind: str, body: bytes) -> Form:
    head = f"Content-Type: {kind}\r\n\r\n".encode("latin-1", "replace")
    form = Form()
    for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(data, bytes):
            continue
        file = part.get_filename()
        if file is None:
            form.fields[name] = data.decode("utf-8", "replace")
        elif data:
            form.files.append((file, data))
    return form


def same_origin(request: Request) -> bool:
    """Tell whether a form was sent by a page of ours, as browsers vouch."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "")
    return origin.partition("://")[2] == request.headers.get("host")
