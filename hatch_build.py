"""Build hook: a wheel of Cordée, editable or not, holds the compiled definitions: R4 and French."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DefinitionsHook(BuildHookInterface[Any]):
    """Compile the packs before the files of the wheel are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the packs under `definitions/data`; nothing to do when they are up to date.

        A wheel that is not editable also takes the guide's examples along.
        """
        if version == "standard":
            build_data["force_include"]["ig/examples"] = "cordee/console/examples"
        sys.path.insert(0, str(Path(self.root) / "server"))
        from cordee.definitions import build, shipped  # noqa: PLC0415 - not installed yet

        build.build()
        shipped.build(Path(self.root))
