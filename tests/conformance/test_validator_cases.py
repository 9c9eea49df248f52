"""HL7's validator test cases: the same verdict as the reference validator.

Each case has legs (as is; against a profile). Known gaps, each with its reason, stand in
`validator_known_gaps.toml`: a gap that no longer is one fails, so that the list stays true.

https://github.com/FHIR/fhir-test-cases
"""

import json
import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from cordee.definitions import package
from cordee.definitions.pack import Pack
from cordee.definitions.repository import Repository, core
from cordee.errors import FhirError, Issue, Severity
from cordee.outcome import issues as issues_of
from cordee.resource import json as fhir_json
from cordee.resource import xml as fhir_xml
from cordee.resource.types import Resource
from cordee.terminology import Terminology
from cordee.validation.options import STRICT, Options
from cordee.validation.validator import Validator

pytestmark = pytest.mark.conformance

FAILING = {Severity.ERROR, Severity.FATAL}
REFERENCES = {
    "IGNORE": "ignore",
    "CHECK_TYPE_IF_EXISTS": "type",
    "CHECK_EXISTS_AND_TYPE": "exists",
    "CHECK_VALID": "valid",
}


@dataclass(frozen=True)
class Suite:
    """The cases, and the definitions that all of them share."""

    folder: Path
    cases: dict[str, dict[str, Any]]
    core: Pack
    plain: Validator

    def legs(self) -> list[tuple[str, str]]:
        """Give every leg as (case, leg)."""
        return [(name, leg) for name, case in self.cases.items() for leg in case["legs"]]

    def expected(self, name: str, leg: str) -> dict[str, Any]:
        """Give what the reference validator answered."""
        found: dict[str, Any] = self.cases[name]["legs"][leg]
        return found

    def run(self, name: str, leg: str) -> tuple[Issue, ...]:
        """Validate a leg and give our issues."""
        case, row = self.cases[name], self.cases[name]["legs"][leg]
        validator, canonicals = self._validator(case, row)
        options = _options(case)
        try:
            resource, issues = self._read(self.folder / case["file"], validator.repository)
        except FhirError as error:
            return issues_of(error)
        return issues + validator.validate(resource, canonicals, options).issues

    def _validator(
        self, case: dict[str, Any], row: dict[str, Any]
    ) -> tuple[Validator, tuple[str, ...]]:
        names = [*(case.get("profiles") or ()), *(case.get("supporting") or ())]
        names += row.get("supporting") or ()
        packages = [*(case.get("packages") or ()), *(case.get("package-map") or {}).values()]
        packages += row.get("packages") or ()
        source = row.get("source")
        if not (names or packages or source):
            return self.plain, ()
        packs = [package.read(self.folder / name).pack() for name in packages]
        repository = Repository([self.core, *packs])
        canonicals: tuple[str, ...] = ()
        for name in [*names, *([source] if source else [])]:
            loaded, _ = self._read(self.folder / name, repository)
            _add(repository, loaded)
            if name == source:
                canonicals = (str(loaded.get("url")),)
        return Validator(repository, Terminology(repository)), canonicals

    def _read(self, path: Path, repository: Any) -> tuple[Resource, tuple[Issue, ...]]:
        data = path.read_bytes()
        if path.suffix == ".xml":
            return fhir_xml.read(data, repository)
        return fhir_json.parse(data), ()


def _add(repository: Repository, loaded: Resource) -> None:
    rows = [loaded]
    if loaded["resourceType"] == "Bundle":
        rows = [entry["resource"] for entry in loaded.get("entry", [])]
    for resource in rows:
        if "url" in resource:
            repository.add(resource)


def _options(case: dict[str, Any]) -> Options:
    """Translate a case's options; unknown extensions are refused, as the suite's runner does."""
    domains = case.get("allowed-extension-domain")
    return replace(
        STRICT,
        references=REFERENCES[case.get("validateReference", "IGNORE")],  # type: ignore[arg-type]
        rest_references=case.get("assumeValidRestReferences", False),
        contained=case.get("validateContains") != "IGNORE",
        example_urls=case.get("examples", True),
        security=case.get("security-checks", False),
        best_practice=Severity.WARNING if case.get("best-practice") else None,
        extension_domains=(*STRICT.extension_domains, *((domains,) if domains else ())),
        codings=Severity(case.get("wrong-displays", "error")),
    )


@pytest.fixture(scope="module")
def suite(material: Path) -> Suite:
    """Load the manifest."""
    return load(material / "fhir-test-cases")


def load(folder: Path) -> Suite:
    """Load the suite from its folder."""
    manifest = json.loads((folder / "manifest.json").read_text())
    repository = Repository([core()])
    plain = Validator(repository, Terminology(repository))
    return Suite(folder, {case["name"]: case for case in manifest["cases"]}, core(), plain)


def errors(issues: tuple[Issue, ...]) -> list[Issue]:
    """Give the issues that are errors."""
    return [issue for issue in issues if issue.severity in FAILING]


def paths(issues: list[Issue]) -> set[str]:
    """Give the paths of errors as the manifest writes them, without indices."""
    return {re.sub(r"\[\d+\]", "", issue.expression or "") for issue in issues}


def known_gaps() -> dict[str, dict[str, str]]:
    """Read the gaps: kind of gap → leg → reason."""
    return tomllib.loads(Path(__file__).with_name("validator_known_gaps.toml").read_text())


@pytest.fixture(scope="module")
def answers(suite: Suite) -> dict[str, list[Issue]]:
    """Run every leg once: leg → our errors."""
    return {f"{name}:{leg}": errors(suite.run(name, leg)) for name, leg in suite.legs()}


def test_the_verdict_agrees_but_for_the_known_gaps(
    suite: Suite, answers: dict[str, list[Issue]]
) -> None:
    """Each leg has errors exactly when the reference validator finds some, gaps excepted."""
    known = {leg for gaps in known_gaps().values() for leg in gaps}
    differing = {
        f"{name}:{leg}"
        for name, leg in suite.legs()
        if bool(answers[f"{name}:{leg}"]) != (suite.expected(name, leg)["errors"] > 0)
    }
    assert differing == known


UNSUPPORTED = ("needs-terminology", "material")
"""Kinds of gaps that the definitions of a larger terminology, or a missing file, would close."""


def supported(suite: Suite) -> list[tuple[str, str]]:
    """Give the legs that can be judged with what is here."""
    gaps = known_gaps()
    left_out = {leg for kind in UNSUPPORTED for leg in gaps[kind]}
    return [(name, leg) for name, leg in suite.legs() if f"{name}:{leg}" not in left_out]


def test_nearly_all_verdicts_agree(suite: Suite, answers: dict[str, list[Issue]]) -> None:
    """At least 98 of 100 supported legs have the verdict of the reference validator."""
    legs = supported(suite)
    same = sum(
        bool(answers[f"{name}:{leg}"]) == (suite.expected(name, leg)["errors"] > 0)
        for name, leg in legs
    )
    assert len(legs) >= 0.95 * len(suite.legs())
    assert same >= 0.98 * len(legs)


def test_the_number_of_errors_mostly_agrees(suite: Suite, answers: dict[str, list[Issue]]) -> None:
    """At least 85 of 100 supported legs have as many errors as the reference validator counts."""
    legs = supported(suite)
    same = sum(
        len(answers[f"{name}:{leg}"]) == suite.expected(name, leg)["errors"] for name, leg in legs
    )
    assert same >= 0.85 * len(legs)
