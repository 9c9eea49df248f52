"""The CI-SIS document models by the template that names them.

https://esante.gouv.fr/volet-structuration-minimale-de-documents-de-sante
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cordee.bridges.cda.document import Document
from cordee.bridges.cda.namespaces import FRENCH

_VERSION = re.compile(r"\d[0-9A-Za-z.\-]{0,20}")
_TABLE = Path(__file__).with_name("models.toml")


@dataclass(frozen=True, slots=True)
class Model:
    """A document model; `format` is its XDS formatCode.

    `rules` are the names its rule files may carry, newest first; `versions` leads from a template's
    extension to the version in a file's name where these differ.
    """

    root: str
    rules: tuple[str, ...] = ()
    format: str | None = None
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def file_names(self, version: str | None) -> tuple[str, ...]:
        """Give the rule files that may judge a version, first choice first."""
        # The version comes out of a document: only what is one may become part of a file's name.
        own = (version,) if version and _VERSION.fullmatch(version) else ()
        versions = self.versions.get(version or "", own if version else ("*",))
        return tuple(f"CI-SIS_{name}_{one}.sch" for name in self.rules for one in versions)


@cache
def models() -> Mapping[str, Model]:
    """Give all models, by root."""
    rows = tomllib.loads(_TABLE.read_text("utf-8"))["model"]
    return {row["root"]: _model(row) for row in rows}


def _model(row: dict[str, object]) -> Model:
    rules, versions = row["rules"], row.get("versions", {})
    assert isinstance(rules, list)
    assert isinstance(versions, dict)
    return Model(
        root=str(row["root"]),
        rules=tuple(rules),
        format=str(row["format"]) if "format" in row else None,
        versions={version: tuple(files) for version, files in versions.items()},
    )


def model_of(document: Document) -> tuple[Model, str | None] | None:
    """Give the most specific model a document claims, with its version; None for level 1."""
    known = models()
    claimed = [(known[root], version) for root, version in document.templates if root in known]
    # A French template says more than the international one it builds upon.
    return max(
        claimed, key=lambda row: (row[0].root.startswith(FRENCH), len(row[0].root)), default=None
    )
