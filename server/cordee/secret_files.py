"""Settings read from files: `CORDEE_X_FILE` names a file that holds the value of `CORDEE_X`.

What secret stores of orchestrators mount as files need not go into the environment.

https://docs.pydantic.dev/latest/concepts/pydantic_settings/#customise-settings-sources
"""

import os
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

SUFFIX = "_FILE"


class SecretFiles(PydanticBaseSettingsSource):
    """Reads, for each setting, the file that the environment names for it."""

    def __init__(self, settings: type[BaseSettings]) -> None:
        """Take the settings whose files are looked for."""
        super().__init__(settings)
        self._prefix = settings.model_config.get("env_prefix", "")

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - the port's shape
        """Give the content of a setting's file without the line end; None when none is named.

        Raises `ValueError` naming the variable when the file cannot be read.
        """
        variable = f"{self._prefix}{field_name}".upper() + SUFFIX
        named = os.environ.get(variable)
        if not named:
            return None, field_name, False
        try:
            return Path(named).read_text("utf-8").rstrip("\r\n"), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"{variable} names {named}, which cannot be read: {error}") from error

    def __call__(self) -> dict[str, Any]:
        """Give all settings that have files."""
        found = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, _ = self.get_field_value(field, name)
            if value is not None:
                found[key] = value
        return found
