"""`cordee validate`: files and folders, formats, exit codes."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from cordee.cli import main

GOOD = '{"resourceType": "Patient",\n "birthDate": "1980-01-01"}'
BAD = '{"resourceType": "Patient",\n "birthdate": "1980-01-01"}'
XML = '<Patient xmlns="http://hl7.org/fhir"><gender value="x"/></Patient>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a good and two bad resources."""
    (tmp_path / "good.json").write_text(GOOD)
    (tmp_path / "bad.json").write_text(BAD)
    (tmp_path / "bad.xml").write_text(XML)
    return tmp_path


def run(*arguments: object) -> tuple[int, str]:
    """Run the command and give exit code and output."""
    result = CliRunner().invoke(main, ["validate", *map(str, arguments)])
    return result.exit_code, result.stdout


def test_a_good_resource_exits_with_zero(folder: Path) -> None:
    """Exit code 0 says that all is good."""
    code, output = run(folder / "good.json")
    assert code == 0
    assert "1 resources, 0 with errors" in output


def test_a_fault_is_told_with_its_line(folder: Path) -> None:
    """A fault names file, line and element, and the exit code is 1."""
    code, output = run(folder / "bad.json")
    assert code == 1
    assert f"{folder / 'bad.json'}:2:2: error: Patient: 'birthdate'" in output


def test_several_files_give_an_array_of_outcomes(folder: Path) -> None:
    """JSON is an OperationOutcome, an array of them for several files."""
    code, output = run(folder, "--format", "json")
    outcomes = json.loads(output)
    assert code == 1
    assert [row["resourceType"] for row in outcomes] == ["OperationOutcome"] * 3
    assert json.loads(run(folder / "good.json", "--format", "json")[1])["issue"]


def test_sarif_names_places(folder: Path) -> None:
    """SARIF has one result for each finding, with its place."""
    log = json.loads(run(folder / "bad.json", "--format", "sarif")[1])
    (result,) = log["runs"][0]["results"]
    assert result["ruleId"] == "element-unknown"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 2


def test_junit_counts_failures(folder: Path) -> None:
    """JUnit has a case for each file."""
    suite = ET.fromstring(run(folder, "--format", "junit")[1])
    assert (suite.get("tests"), suite.get("failures")) == ("3", "2")


def test_any_name_and_any_character_can_be_written(tmp_path: Path) -> None:
    """Names are URIs in SARIF; characters that XML excludes are marked."""
    path = tmp_path / "a b é.json"
    path.write_text('{"resourceType": "Patient", "gender": "\\u0001\\u001b<"}')
    log = json.loads(run(path, "--format", "sarif")[1])
    (place,) = log["runs"][0]["results"][0]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == path.as_uri()
    named = {row["id"] for row in log["runs"][0]["tool"]["driver"]["rules"]}
    assert named == {row["ruleId"] for row in log["runs"][0]["results"]}
    (case,) = ET.fromstring(run(path, "--format", "junit")[1])
    assert case.get("name") == str(path)
    assert "\u001b" not in run(path)[1]


def test_messages_are_french_on_request(folder: Path) -> None:
    """The language of the messages is the caller's choice."""
    assert "n'est pas un élément" in run(folder / "bad.json", "--language", "fr")[1]


def test_broken_text_is_a_finding(tmp_path: Path) -> None:
    """A file that is no resource is bad, not an error of the command."""
    (tmp_path / "x.json").write_text("{")
    assert run(tmp_path / "x.json")[0] == 1


def test_a_missing_path_is_wrong_usage(tmp_path: Path) -> None:
    """Exit code 2 says that the command was used wrongly."""
    assert run(tmp_path / "absent")[0] == 2


def test_an_unknown_package_is_wrong_usage(folder: Path) -> None:
    """A package that cannot be had is not the resource's fault."""
    assert run(folder / "good.json", "--package", folder / "absent.tgz")[0] == 2


def test_many_files_are_shared_among_processes(tmp_path: Path) -> None:
    """A large folder is validated by several processes, in order."""
    for number in range(45):
        (tmp_path / f"{number:02}.json").write_text(BAD if number == 30 else GOOD)
    code, output = run(tmp_path, "--workers", 2)
    assert code == 1
    assert "45 resources, 1 with errors, 1 findings" in output
