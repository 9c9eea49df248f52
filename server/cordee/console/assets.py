"""The static files of the pages: named after their content, so that browsers keep them for ever."""

import hashlib
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

PATH = "/console/static/"
KEPT = {"cache-control": "public, max-age=31536000, immutable"}
MEDIA_TYPES = MappingProxyType(
    {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"},
)
"""Ending of a file's name → what it is."""


@cache
def contents() -> dict[str, bytes]:
    """Read all files: the name with its hash → the bytes."""
    folder = files(__package__) / "static"
    read = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    # Modules import one another by plain name; one hash for all keeps them together.
    whole = hashlib.sha256(b"".join(read[name] for name in sorted(read))).hexdigest()[:12]
    return {f"{whole}/{name}": data for name, data in read.items()}


def address(name: str) -> str:
    """Give the URL of a file. Raises `KeyError` where there is none of that name."""
    found = next((key for key in contents() if key.endswith(f"/{name}")), None)
    if found is None:
        raise KeyError(name)
    return PATH + found


async def static(request: Request) -> Response:
    """Send one file."""
    request.scope["cordee.interaction"] = "console-static"
    name = request.path_params["name"]
    data = contents().get(name)
    if data is None:
        return PlainTextResponse("There is no such file.\n", 404)
    ending = name.rpartition(".")[2]
    return Response(data, media_type=MEDIA_TYPES.get(ending, "text/plain"), headers=KEPT)
