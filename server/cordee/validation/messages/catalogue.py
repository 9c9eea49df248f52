"""The catalogue of messages: id → issue code, usual severity, English and French templates.

The texts are data (`*.toml` beside this module); a rule names a message and gives its arguments.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from cordee.errors import Severity

LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True)
class Message:
    """One message: what an OperationOutcome calls it and how it reads in each language."""

    id: str
    code: str
    severity: Severity
    texts: Mapping[str, str]

    def text(self, language: str, arguments: Mapping[str, Any]) -> str:
        """Fill the template of `language`, or the English one where that language is not kept."""
        template = self.texts.get(language.partition("-")[0].lower(), self.texts["en"])
        return template.format_map(arguments)


@cache
def messages() -> Mapping[str, Message]:
    """Read the whole catalogue once."""
    found = {}
    for file in files(__package__).iterdir():
        if file.name.endswith(".toml"):
            for key, row in tomllib.loads(file.read_text(encoding="utf-8")).items():
                texts = {language: row[language] for language in LANGUAGES}
                found[key] = Message(key, row["code"], Severity(row["severity"]), texts)
    return found


def find(message_id: str) -> Message:
    """Give a message by id.

    Raises:
        KeyError: no such message; a test holds every id used in the code against the catalogue.
    """
    return messages()[message_id]
