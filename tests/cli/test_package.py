import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cordee.cli.package import app


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An unpacked package with a dependency that is nowhere and a file that is broken."""
    folder = tmp_path / "source"
    folder.mkdir()
    described = {"name": "a", "version": "1.0.0", "dependencies": {"absent.package": "1.0.0"}}
    (folder / "package.json").write_text(json.dumps(described))
    (folder / "v.json").write_text('{"resourceType": "ValueSet", "url": "urn:a"}')
    (folder / "broken.json").write_text("{")
    return folder


def run(tmp_path: Path, *arguments: str) -> Result:
    """Call the command on a data directory of its own."""
    return CliRunner().invoke(app, [*arguments, "--data", str(tmp_path / "data")])


def test_install_list_remove(tmp_path: Path, source: Path) -> None:
    """A package is installed, listed for people and machines, and removed."""
    installed = run(tmp_path, "install", str(source))
    assert installed.exit_code == 0
    assert "installed a@1.0.0 (1 resources)" in installed.stdout
    assert "missing absent.package@1.0.0" in installed.stderr
    assert "left out a: broken.json" in installed.stderr
    assert run(tmp_path, "list").stdout == "a@1.0.0 (1 resources)\n"
    listed = json.loads(run(tmp_path, "list", "--format", "json").stdout)
    assert listed == [{"id": "a", "version": "1.0.0", "resources": 1}]
    assert run(tmp_path, "remove", "a@1.0.0").stdout == "removed a@1.0.0\n"
    assert run(tmp_path, "list").stdout == ""


def test_wrong_usage_ends_with_2(tmp_path: Path) -> None:
    """What cannot be found or named is wrong usage, and said on stderr."""
    absent = run(tmp_path, "install", str(tmp_path / "absent.tgz"))
    assert absent.exit_code == 2
    assert "absent.tgz" in absent.stderr
    assert run(tmp_path, "remove", "../a").exit_code == 2


def test_removing_what_is_not_installed_ends_with_1(tmp_path: Path) -> None:
    """Nothing to remove is a failure of the thing examined, not of usage."""
    result = run(tmp_path, "remove", "a")
    assert result.exit_code == 1
    assert "a is not installed" in result.stderr
