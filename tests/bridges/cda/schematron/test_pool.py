"""The processes beside the server: what takes too long is ended, and the next caller served."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cordee.bridges.cda.rulebook import Ruleset
from cordee.bridges.cda.schematron.pool import Pool
from cordee.errors import Category, FhirError

SCHEMA = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:hl7-org:v3">'
    '<xs:element name="ClinicalDocument"/></xs:schema>'
)
SLOW = (
    '<schema xmlns="http://purl.oclc.org/dsdl/schematron"><ns prefix="c" uri="urn:hl7-org:v3"/>'
    "<pattern><rule context=\"c:ClinicalDocument[@classCode='SLOW']\">"
    '<assert test="count((1 to 900000000)[. mod 7 = 3]) = 0">slow</assert></rule>'
    '<rule context="c:ClinicalDocument"><assert test="false()">judged</assert></rule>'
    "</pattern></schema>"
)
QUICK_DOCUMENT = b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>'
SLOW_DOCUMENT = b'<ClinicalDocument xmlns="urn:hl7-org:v3" classCode="SLOW"/>'


@pytest.fixture
def ruleset(tmp_path: Path) -> Ruleset:
    """Rules that one document makes slow."""
    (tmp_path / "schema.xsd").write_text(SCHEMA)
    (tmp_path / "slow.sch").write_text(SLOW)
    return Ruleset(tmp_path / "schema.xsd", (tmp_path / "slow.sch",))


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    """A pool that gives documents two seconds."""
    made = Pool(timeout=2)
    yield made
    await made.close()


async def test_a_slow_document_is_given_up(pool: Pool, ruleset: Ruleset) -> None:
    """It ends with its process after the timeout; the next document gets a fresh one."""
    with pytest.raises(FhirError) as error:
        await pool.judge(ruleset, SLOW_DOCUMENT)
    assert error.value.category is Category.TIMEOUT
    pool.timeout = 30
    issues = await pool.judge(ruleset, QUICK_DOCUMENT)
    assert [issue.diagnostics for issue in issues] == ["judged"]


async def test_documents_wait_for_one_another(pool: Pool, ruleset: Ruleset) -> None:
    """Callers at the same time get their own answers."""
    pool.timeout = 30
    told = await asyncio.gather(*(pool.judge(ruleset, QUICK_DOCUMENT) for _ in range(3)))
    assert [len(issues) for issues in told] == [1, 1, 1]


async def test_a_caller_who_leaves_ends_the_work(pool: Pool, ruleset: Ruleset) -> None:
    """A cancelled call leaves no answer behind for the next one."""
    pool.timeout = 30
    await pool.judge(ruleset, QUICK_DOCUMENT)
    task = asyncio.create_task(pool.judge(ruleset, SLOW_DOCUMENT))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    issues = await pool.judge(ruleset, QUICK_DOCUMENT)
    assert [issue.diagnostics for issue in issues] == ["judged"]


async def test_rules_that_nobody_can_use_are_a_warning(pool: Pool, ruleset: Ruleset) -> None:
    """What is wrong with a rule file is not held against the document; the others still judge."""
    broken = ruleset.schema.with_name("broken.sch")
    broken.write_text("<schema")
    pool.timeout = 30
    both = Ruleset(ruleset.schema, (broken, *ruleset.schematrons))
    issues = await pool.judge(both, QUICK_DOCUMENT)
    assert [issue.severity.value for issue in issues] == ["warning", "error"]


async def test_what_is_broken_throughout_is_not_judged_further(
    pool: Pool, ruleset: Ruleset
) -> None:
    """Hundreds of faults of the schema are told, and keep the slower rules from running."""
    strict = ruleset.schema.with_name("strict.xsd")
    strict.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:hl7-org:v3"'
        ' elementFormDefault="qualified"><xs:element name="ClinicalDocument"><xs:complexType>'
        '<xs:sequence><xs:element name="id" maxOccurs="unbounded" type="xs:integer"/>'
        "</xs:sequence></xs:complexType></xs:element></xs:schema>"
    )
    document = b'<ClinicalDocument xmlns="urn:hl7-org:v3">%s</ClinicalDocument>'
    pool.timeout = 30
    issues = await pool.judge(
        Ruleset(strict, ruleset.schematrons), document % (b"<id>x</id>" * 600)
    )
    assert {issue.source for issue in issues} == {"xsd", None}
