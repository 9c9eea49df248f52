"""How far an import came, in a file that is whole or not there.

https://annuaire.esante.gouv.fr/
"""

from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")


def read(path: Path, type: type[T]) -> T | None:
    """Give what was noted; None when nothing was."""
    return msgspec.json.decode(path.read_bytes(), type=type) if path.exists() else None


def write(path: Path, value: object) -> None:
    """Note how far it came."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_bytes(msgspec.json.encode(value))
    draft.replace(path)
