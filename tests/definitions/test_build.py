import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from cordee.definitions import build
from cordee.definitions.pack import Pack
from cordee.definitions.repository import core

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = """
import sys
before = set(sys.modules)
import cordee.definitions.build
names = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(names - sys.stdlib_module_names - {"cordee"}))
"""


def test_the_build_needs_only_build_requirements() -> None:
    """The wheel's hook runs where nothing but the build requirements is installed."""
    command = [sys.executable, "-c", FOREIGN]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    required = {name.partition(">")[0] for name in project["build-system"]["requires"]}
    # jsonpatch needs the one; msgspec looks for the other and does without.
    assert set(loaded) <= required | {"jsonpointer", "typing_extensions"}


def test_a_current_pack_is_left_alone(tmp_path: Path) -> None:
    """Nothing is fetched or compiled when the pack is made of the same parts."""
    target = tmp_path / "r4.pack"
    shutil.copy(build.TARGET, target)
    assert build.build(target) == target
    assert target.read_bytes() == build.TARGET.read_bytes()


def test_the_pack_holds_what_it_says() -> None:
    """The pack inside the product is R4 core with every kind of definition, without narratives."""
    pack = core()
    assert (pack.manifest.id, pack.manifest.version) == ("hl7.fhir.r4.core", "4.0.1")
    counts: dict[str, int] = {}
    for entry in pack.entries:
        counts[entry.resource_type] = counts.get(entry.resource_type, 0) + 1
    assert counts["StructureDefinition"] == 655
    assert counts["CodeSystem"] == 1062
    assert counts["ValueSet"] == 1316
    assert counts["ConceptMap"] == 80
    assert all("text" not in pack.resource(entry) for entry in pack.entries[::100])


def test_the_pack_can_be_opened_from_a_path() -> None:
    """The build's target is where the product looks."""
    assert Pack.open(build.TARGET).manifest == core().manifest
