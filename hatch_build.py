"""Build hook: a wheel of Cordée, editable or not, holds the compiled R4 definitions."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DefinitionsHook(BuildHookInterface[Any]):
    """Compile the pack before the files of the wheel are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Make `definitions/data/r4.pack`; nothing to do when it is already up to date."""
        sys.path.insert(0, str(Path(self.root) / "server"))
        from cordee.definitions.build import build  # noqa: PLC0415 - not installed yet

        build()
