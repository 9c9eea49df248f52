"""Write the guide as static HTML: what the server serves at `/ig/`, in both languages.

    python ig/build.py [FOLDER]

The pages link to each other from the root of a site, so that any web server can serve the folder.
"""

import re
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import httpx

from benchmarks.servers import cordee
from cordee.store.embedded import EmbeddedMongo

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r'(?:href|src)="(/(?:ig/|console/)[^"?#]*)"')


def main() -> None:
    """Start a server, follow the guide's links from its index, and write each page."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "ig"
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        embedded = EmbeddedMongo(Path(folder) / "data", cache_gb=0.25)
        uri = embedded.start()
        stack.callback(embedded.stop)
        server = stack.enter_context(cordee(uri, Path(folder) / "data"))
        client = stack.enter_context(httpx.Client(base_url=server.base_url.removesuffix("/fhir")))
        for language in ("fr", "en"):
            count = _write(client, target / language, language)
            print(f"{target / language}: {count} files")  # noqa: T201 - a script that tells


def _write(client: httpx.Client, target: Path, language: str) -> int:
    open, seen = ["/ig/"], {"/ig/"}
    while open:
        path = open.pop()
        answer = client.get(path, headers={"Accept-Language": language})
        answer.raise_for_status()
        file = target / (path.lstrip("/") + ("index.html" if path.endswith("/") else ""))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(answer.content)
        if answer.headers["content-type"].startswith("text/html"):
            found = set(LINK.findall(answer.text)) - seen
            open += sorted(link for link in found if "login" not in link)
            seen |= found
    return len(seen)


if __name__ == "__main__":
    main()
