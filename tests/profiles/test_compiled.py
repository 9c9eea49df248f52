"""`structuredefinitions/` is what `profiles/` compiles to."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def check(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the check of a checkout."""
    command = [sys.executable, "profiles/compile.py", "--check"]
    inherited = {key: value for key, value in os.environ.items() if key != "CI"}
    return subprocess.run(
        command, cwd=root, env=inherited | environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the sources and of what they compile to."""
    skipped = shutil.ignore_patterns("node_modules")
    for folder in ("profiles", "structuredefinitions"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=skipped)
    return tmp_path


def test_sources_and_results_changed_together() -> None:
    """The digests of both are those of the last compilation."""
    ran = check(ROOT)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("pattern", ["profiles/**/*.fsh", "structuredefinitions/**/S*.json"])
def test_a_change_of_one_alone_is_noticed(checkout: Path, pattern: str) -> None:
    """An edited source that nobody compiled, or an edited result, fails the check."""
    changed = min(checkout.glob(pattern))
    changed.write_text(changed.read_text() + "\n")
    ran = check(checkout)
    assert ran.returncode == 1
    assert "make profiles" in ran.stdout


@pytest.mark.timeout(900)
def test_sushi_compiles_the_sources_to_what_is_committed() -> None:
    """SUSHI gives the committed files, byte for byte."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not on PATH: SUSHI cannot compile the profiles")
    if not os.environ.get("CI"):
        pytest.skip("takes two minutes: set CI to compile all profiles again")
    ran = check(ROOT, CI="true")
    assert ran.returncode == 0, ran.stdout + ran.stderr
