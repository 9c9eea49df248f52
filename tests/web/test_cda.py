"""`POST /cda/$validate` beside the FHIR base."""

from collections.abc import AsyncIterator

import httpx
import pytest

from cordee.app import services
from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.cda.validator import CdaValidator
from cordee.settings import Settings
from cordee.web import cda
from cordee.web.application import build

HEADER = '<ClinicalDocument xmlns="urn:hl7-org:v3">\n  <realmCode code="US"/>\n</ClinicalDocument>'


@pytest.fixture(scope="module")
async def web(
    mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole application, what stands beside the FHIR base included."""
    settings = Settings(
        mongodb_uri=mongodb_uri,
        mongodb_database="test_web_cda",
        data=tmp_path_factory.mktemp("cda"),
        max_body_bytes=2_000,
    )
    async with services(settings) as opened:
        judge = CdaValidator(CodeTables(opened.repository))
        transport = httpx.ASGITransport(build(opened, None, cda.routes(opened, judge)))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


async def test_the_answer_is_an_outcome_with_lines(web: httpx.AsyncClient) -> None:
    """It is 200 whatever was found; issues have the line of their element."""
    answer = await web.post("/cda/$validate", content=HEADER)
    assert answer.status_code == 200
    issues = answer.json()["issue"]
    realm = next(row for row in issues if "realmCode" in row["diagnostics"])
    lines = [row["valueInteger"] for row in realm["extension"] if row["url"].endswith("-line")]
    assert lines == [2]
    assert realm["expression"] == ["ClinicalDocument.realmCode"]


async def test_the_answer_may_be_xml(web: httpx.AsyncClient) -> None:
    """The format is negotiated as on the FHIR base."""
    accept = {"Accept": "application/fhir+xml"}
    answer = await web.post("/cda/$validate", content=HEADER, headers=accept)
    assert answer.text.startswith("<?xml")


@pytest.mark.parametrize(
    ("method", "content", "status"),
    [("GET", b"", 405), ("POST", b"", 400), ("POST", b"x" * 3_000, 413)],
)
async def test_what_cannot_be_examined_is_refused(
    method: str, content: bytes, status: int, web: httpx.AsyncClient
) -> None:
    """Other methods, nothing, and too much are refused with an OperationOutcome."""
    answer = await web.request(method, "/cda/$validate", content=content)
    assert answer.status_code == status
    assert answer.json()["resourceType"] == "OperationOutcome"
