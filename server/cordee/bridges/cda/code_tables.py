"""The CI-SIS value sets as CDA speaks them: code systems by OID.

https://mos.esante.gouv.fr/NOS/
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cordee.definitions.repository import Repository

_SYSTEMS = Path(__file__).with_name("systems.toml")


@dataclass(frozen=True, slots=True)
class Code:
    """A code with its system's OID and its label."""

    code: str
    system: str
    display: str


class CodeTables:
    """Value sets by OID, read from the packages when first asked for."""

    def __init__(self, repository: Repository) -> None:
        """Know the packages of `repository`."""
        self._repository = repository
        self._read: dict[str, Mapping[tuple[str, str], Code] | None] = {}

    def table(self, value_set: str) -> Mapping[tuple[str, str], Code] | None:
        """Give a value set by its OID: (code, system OID) → code; None if it is not known."""
        if value_set not in self._read:
            found = self._repository.identified(f"urn:oid:{value_set}", "ValueSet")
            self._read[value_set] = None if found is None else dict(_codes(found))
        return self._read[value_set]

    def code(self, value_set: str, code: str) -> Code | None:
        """Find a code whatever its system."""
        table = self.table(value_set) or {}
        return next((row for (value, _), row in table.items() if value == code), None)


@cache
def oids() -> Mapping[str, str]:
    """Give the OID of code systems by canonical URL."""
    return dict(tomllib.loads(_SYSTEMS.read_text("utf-8"))["systems"])


@cache
def canonicals() -> Mapping[str, str]:
    """Give the canonical URL of code systems by OID."""
    return {oid: url for url, oid in reversed(list(oids().items()))}


def oid_of(system: str) -> str | None:
    """Give the OID of a code system named by URL or `urn:oid:`."""
    if system.startswith("urn:oid:"):
        return system.removeprefix("urn:oid:")
    return oids().get(system)


def _codes(value_set: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Code]]:
    for include in value_set.get("compose", {}).get("include", ()):
        system = oid_of(include.get("system", ""))
        for concept in include.get("concept", ()) if system else ():
            row = Code(concept["code"], system or "", concept.get("display", ""))
            yield (row.code, row.system), row
