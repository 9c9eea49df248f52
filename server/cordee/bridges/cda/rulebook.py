"""Which official rules judge a document: schema, header, content models, the document's own model.

The folder that `CORDEE_CDA_RULES` names is a generation of the official test material, with
`schematrons` and `infrastructure` inside, or holds several of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cordee.bridges.cda.document import Document
from cordee.bridges.cda.models import Model, model_of
from cordee.errors import Category, FhirError

SCHEMA = "infrastructure/cda/CDA_extended.xsd"
HEADERS = (
    "profils/structurationMinimale/ASIP-STRUCT-MIN-StrucMin.sch",
    "profils/CI-SIS_StructurationMinimale.sch",
)
"""Where the header's rules stand: in generation 3, before it."""
SHARED = ("profils/CI-SIS_ModelesDeContenusCDA.sch", "profils/CI-SIS_Modeles_ANS.sch")


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The files that judge a document; `model` is None where it has none of its own."""

    schema: Path
    schematrons: tuple[Path, ...]
    model: Path | None = None
    wanted: str | None = None
    """The model whose rules the folder does not have."""


@dataclass(slots=True)
class Rulebook:
    """The generations of a rules folder, newest first."""

    folder: Path
    generations: tuple[Path, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Find them. Raises `FhirError` UNPROCESSABLE when there is none."""
        candidates = [self.folder, *sorted(self.folder.glob("*"), key=_version, reverse=True)]
        self.generations = tuple(path for path in candidates if (path / SCHEMA).is_file())
        if not self.generations:
            raise FhirError(
                Category.UNPROCESSABLE,
                f"CORDEE_CDA_RULES: {self.folder} holds no {SCHEMA}, nor does a folder in it",
            )

    def choose(self, document: Document) -> Ruleset:
        """Give the rules for a document, of the newest generation that has its model."""
        claimed = model_of(document)
        if claimed is None:
            return self._ruleset(self.generations[0])
        for generation in self.generations:
            for path in _files(generation, *claimed):
                return self._ruleset(generation, path)
        model, version = claimed
        wanted = f"{model.root} {version or ''}".strip()
        return self._ruleset(self.generations[0], wanted=wanted)

    def _ruleset(
        self, generation: Path, model: Path | None = None, wanted: str | None = None
    ) -> Ruleset:
        rules = generation / "schematrons"
        header = next((rules / name for name in HEADERS if (rules / name).is_file()), None)
        shared = [rules / name for name in SHARED if (rules / name).is_file()]
        files = [path for path in (header, *shared, model) if path is not None]
        return Ruleset(generation / SCHEMA, tuple(files), model, wanted)


def _files(generation: Path, model: Model, version: str | None) -> Iterator[Path]:
    for name in model.file_names(version):
        # Without a version a template means the model as it was before it had versions.
        yield from sorted((generation / "schematrons").glob(name))


def _version(path: Path) -> tuple[int, ...]:
    parts = path.name.lstrip("v").split(".")
    return tuple(int(part) for part in parts if part.isdecimal())
