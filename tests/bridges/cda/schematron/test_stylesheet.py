"""Schematron to XSLT: what each construct of a rule file comes to."""

from pathlib import Path

import pytest

from cordee.bridges.cda.schematron.sheet import Finding, Sheets
from cordee.errors import FhirError

HEAD = (
    '<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2" defaultPhase="p">'
    '<ns prefix="c" uri="urn:c"/>'
)
DOCUMENT = b'<doc xmlns="urn:c"><item size="3">one</item><item size="9">two</item></doc>'


@pytest.fixture(scope="module")
def sheets() -> Sheets:
    """Saxon, started once."""
    return Sheets()


def judge(sheets: Sheets, folder: Path, rules: str) -> tuple[Finding, ...]:
    """Run rules over the document."""
    path = folder / "rules.sch"
    path.write_text(f"{HEAD}{rules}</schema>", "utf-8")
    return sheets.run(path, sheets.read(DOCUMENT))


def test_a_failed_assertion_is_a_finding(sheets: Sheets, tmp_path: Path) -> None:
    """It has the place of its node, the role, the id, and what it quotes."""
    found = judge(
        sheets,
        tmp_path,
        '<pattern><rule context="c:item"><assert id="a1" role="warning" test="@size &lt; 5">'
        '<name/> is <value-of select="@size"/></assert></rule></pattern>',
    )
    assert found == (
        Finding("/Q{urn:c}doc[1]/Q{urn:c}item[2]", "item is 9", role="warning", rule="a1"),
    )


def test_a_report_tells_what_holds(sheets: Sheets, tmp_path: Path) -> None:
    """A report is a finding when its test holds."""
    rules = '<pattern><rule context="c:doc"><report test="c:item">full</report></rule></pattern>'
    assert [row.text for row in judge(sheets, tmp_path, rules)] == ["full"]


def test_the_first_rule_of_a_pattern_judges_a_node(sheets: Sheets, tmp_path: Path) -> None:
    """A node that two rules of a pattern match is judged by the first alone."""
    rules = (
        '<pattern><rule context="c:item[1]"><assert test="false()">first</assert></rule>'
        '<rule context="c:item"><assert test="false()">other</assert></rule></pattern>'
    )
    assert [row.text for row in judge(sheets, tmp_path, rules)] == ["first", "other"]


def test_abstract_rules_and_patterns_are_filled_in(sheets: Sheets, tmp_path: Path) -> None:
    """Parameters replace whole names only; an abstract rule knows its own variables."""
    rules = (
        '<pattern abstract="true" id="t"><rule context="$where"><extends rule="r"/>'
        '<assert test="@size &gt; $min">small</assert></rule></pattern>'
        '<pattern is-a="t" id="one"><param name="where" value="c:item"/>'
        '<param name="min" value="5"/></pattern>'
        '<pattern><rule abstract="true" id="r"><let name="most" value="8"/>'
        '<assert test="@size &lt; $most">large</assert></rule></pattern>'
    )
    assert [row.text for row in judge(sheets, tmp_path, rules)] == ["small", "large"]


def test_a_phase_chooses_patterns(sheets: Sheets, tmp_path: Path) -> None:
    """Patterns that the default phase does not name stay silent."""
    rules = (
        '<phase id="p"><active pattern="yes"/></phase>'
        '<pattern id="yes"><rule context="c:doc"><assert test="false()">y</assert></rule></pattern>'
        '<pattern id="no"><rule context="c:doc"><assert test="false()">n</assert></rule></pattern>'
    )
    assert [row.text for row in judge(sheets, tmp_path, rules)] == ["y"]


def test_inclusions_and_documents_are_beside_the_rules(sheets: Sheets, tmp_path: Path) -> None:
    """A file that is included, and one that a rule reads, are found from the rules' own place."""
    (tmp_path / "codes.xml").write_text("<codes><code>3</code></codes>")
    (tmp_path / "part.sch").write_text(
        '<pattern xmlns="http://purl.oclc.org/dsdl/schematron"><rule context="c:item">'
        "<assert test=\"@size = doc('codes.xml')//code\">unknown</assert></rule></pattern>"
    )
    found = judge(sheets, tmp_path, '<include href="part.sch"/>')
    assert [row.text for row in found] == ["unknown"]


UNUSABLE = {
    "missing file": '<include href="missing.sch"/>',
    "unknown pattern": '<pattern is-a="nothing" id="x"/>',
    "broken test": '<pattern><rule context="c:doc"><assert test="((">x</assert></rule></pattern>',
    "network": (
        '<pattern><rule context="c:doc">'
        "<assert test=\"doc('http://127.0.0.1:9/x')//a = 1\">x</assert></rule></pattern>"
    ),
}


@pytest.mark.parametrize("rules", UNUSABLE.values(), ids=UNUSABLE)
def test_rules_that_cannot_be_used_are_refused(sheets: Sheets, tmp_path: Path, rules: str) -> None:
    """Unusable rules, and rules that reach for the network, are an error that names them."""
    with pytest.raises(FhirError):
        judge(sheets, tmp_path, rules)
