"""The official CDA examples: our verdict is the one that is documented for them.

https://github.com/ansforge/TestContenuCDA-3-0
"""

import os
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.cda.validator import CdaValidator
from cordee.definitions.repository import Repository
from cordee.validation.report import FAILING

pytestmark = pytest.mark.conformance

HERE = Path(__file__).parent
FAILURES = tomllib.loads((HERE / "cda_examples_failing.toml").read_text("utf-8"))
SUITE = Path(os.environ.get("CORDEE_TEST_MATERIAL", HERE.parents[2] / "shared")) / "cda-suite"
EXAMPLES = sorted(SUITE.glob("*/ExemplesCDA/*.xml"))
GENERATIONS = sorted({path.parents[1] for path in EXAMPLES})


@pytest.fixture(scope="module")
async def validators() -> AsyncIterator[dict[Path, CdaValidator]]:
    """A validator for each generation of rules."""
    tables = CodeTables(Repository.load([]))
    made = {path: CdaValidator(tables, path) for path in GENERATIONS}
    yield made
    for validator in made.values():
        await validator.close()


@pytest.mark.skipif(not EXAMPLES, reason=f"the official CDA examples are not at {SUITE}")
@pytest.mark.parametrize("generation", GENERATIONS, ids=lambda path: path.name)
async def test_the_verdict_is_the_documented_one(
    generation: Path, validators: dict[Path, CdaValidator]
) -> None:
    """Every example passes, but those that are known to fail, each for its known reason."""
    known = FAILURES.get(generation.name, {})
    for path in EXAMPLES:
        if path.parents[1] != generation:
            continue
        issues = await validators[generation].validate(path.read_bytes())
        faults = [issue.diagnostics for issue in issues if issue.severity in FAILING]
        reason = next((text for start, text in known.items() if path.name.startswith(start)), None)
        if reason is None:
            assert faults == [], path.name
        else:
            assert any(reason in fault for fault in faults), path.name
