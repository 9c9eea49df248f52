"""Keys that a server makes for itself and keeps in its data directory."""

import os
from pathlib import Path


def kept_key(path: Path) -> bytes:
    """Give the 32 random bytes kept at `path`, made when missing; only their owner may read them.

    Of several processes that start at once, the first decides.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.part")
    if not path.exists():
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(os.urandom(32))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
