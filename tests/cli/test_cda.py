"""`cordee cda validate`: documents from files, formats, exit codes."""

import json
from pathlib import Path

from typer.testing import CliRunner

from cordee.cli import main

DOCUMENT = (
    '<ClinicalDocument xmlns="urn:hl7-org:v3">\n  <realmCode code="US"/>\n</ClinicalDocument>'
)


def run(*arguments: object) -> tuple[int, str]:
    """Run the command and give exit code and output."""
    result = CliRunner().invoke(main, ["cda", "validate", *map(str, arguments)])
    return result.exit_code, result.stdout


def test_findings_are_told_with_file_and_line(tmp_path: Path) -> None:
    """Text output has a line for each finding, and the exit code is 1."""
    path = tmp_path / "letter.xml"
    path.write_text(DOCUMENT)
    code, output = run(tmp_path)
    assert code == 1
    assert f"{path}:2: error: ClinicalDocument.realmCode:" in output


def test_json_is_the_outcome(tmp_path: Path) -> None:
    """One file makes an OperationOutcome, several an array."""
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_text(DOCUMENT)
    _, output = run(tmp_path / "a.xml", "--format", "json")
    assert json.loads(output)["resourceType"] == "OperationOutcome"
    _, output = run(tmp_path, "--format", "json")
    assert len(json.loads(output)) == 2


def test_wrong_use_exits_with_two(tmp_path: Path) -> None:
    """A path where nothing is, and a folder without rules, are wrong usage."""
    assert run(tmp_path / "nothing.xml")[0] == 2
    (tmp_path / "a.xml").write_text(DOCUMENT)
    assert run(tmp_path / "a.xml", "--rules", tmp_path)[0] == 2
