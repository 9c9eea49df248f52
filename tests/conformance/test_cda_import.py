"""The official CDA examples taken in: none fails, and all that is made of them is valid FHIR.

A sample in CI; `CORDEE_CDA_IMPORT=all` takes all of them.

https://github.com/ansforge/TestContenuCDA-3-0
"""

import os
from pathlib import Path

import pytest

from cordee.bridges.cda import document
from cordee.bridges.cda.reading.concepts import Systems
from cordee.bridges.cda.reading.reader import read
from cordee.bridges.cda.reading.reading import Known
from cordee.definitions.repository import Repository
from cordee.terminology import Terminology
from cordee.validation.report import FAILING
from cordee.validation.validator import Validator

pytestmark = pytest.mark.conformance

HERE = Path(__file__).parent
SUITE = Path(os.environ.get("CORDEE_TEST_MATERIAL", HERE.parents[2] / "shared")) / "cda-suite"
EXAMPLES = sorted(SUITE.glob("*/ExemplesCDA/*.xml"))
STEP = 1 if os.environ.get("CORDEE_CDA_IMPORT") == "all" else 4
# A national number of an example may be wrong: that is looked after when it is stored.
NATIONAL = frozenset(("french-number", "ins-trait-missing"))
RECORDED = {"recorded": "2026-11-22T12:00:00Z"}


@pytest.fixture(scope="module")
def repository() -> Repository:
    """The shipped packages."""
    return Repository.load([])


@pytest.fixture(scope="module")
def validator(repository: Repository) -> Validator:
    """The validator of a server."""
    return Validator(repository, Terminology(repository))


@pytest.mark.skipif(not EXAMPLES, reason=f"the official CDA examples are not at {SUITE}")
def test_every_resource_made_of_an_example_is_valid(
    repository: Repository, validator: Validator
) -> None:
    """Each example becomes one document with its bytes, and resources of the base definitions."""
    systems = Systems(repository)
    for path in EXAMPLES[::STEP]:
        found = read(document.read(path.read_bytes()), systems, Known())
        assert found.main["reference"] in found.made, path.name
        for made in found.made.values():
            recorded = RECORDED if made.type == "Provenance" else {}
            whole = made.resource | recorded
            faults = [
                f"{issue.expression}: {issue.diagnostics}"
                for issue in validator.validate(whole).render("en")
                if issue.severity in FAILING and issue.message_id not in NATIONAL
            ]
            assert faults == [], f"{path.name}:{made.line}"
