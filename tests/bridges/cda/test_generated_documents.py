"""Documents of 200 generated territories under the official schema and rules.

Each territory gives the document whose turn it is; with `CORDEE_CDA_DOCUMENTS=all` each gives one
of every type, 3,200 in all, which take some five minutes.
"""

import os

import pytest

from bridges.cda.conftest import Write, focus_of, people
from bridges.cda.rich_record import clinical
from cordee.bridges.cda.documents.registry import TYPES
from cordee.bridges.cda.validator import CdaValidator
from cordee.validation.report import FAILING

pytestmark = [pytest.mark.conformance, pytest.mark.xdist_group("official CDA rules")]

TERRITORIES = 200
STEP = 1 if os.environ.get("CORDEE_CDA_DOCUMENTS") == "all" else len(TYPES)
ANSWERS = {
    "resourceType": "QuestionnaireResponse",
    "id": "bsi",
    "status": "completed",
    "item": [
        {
            "linkId": "1",
            "text": "Autonomie",
            "item": [
                {"linkId": "1.1", "text": "Se lave seul", "answer": [{"valueBoolean": False}]},
                {"linkId": "1.2", "text": "Poids", "answer": [{"valueDecimal": 62.5}]},
            ],
        }
    ],
}
PDF = "JVBERi0xLjQKJcOkw7zDtsOfCg=="
SCAN = {
    "resourceType": "DocumentReference",
    "id": "scan",
    "status": "current",
    "type": {"coding": [{"system": "http://loinc.org", "code": "11488-4"}]},
    "date": "2026-11-02T10:00:00+01:00",
    "content": [{"attachment": {"contentType": "application/pdf", "data": PDF}}],
}


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("turn", "key"), tuple(enumerate(TYPES)))
async def test_a_generated_document_has_no_error(
    turn: int, key: str, written: Write, official: CdaValidator
) -> None:
    """Every type of document, of any territory, passes schema, header, model and document rules."""
    for seed in range(turn % STEP, TERRITORIES, STEP):
        told = people(seed)
        patient = focus_of(told, None)
        assert patient is not None
        about = {"reference": f"Patient/{patient['id']}"}
        told = (*told, ANSWERS | {"subject": about}, SCAN | {"subject": about})
        focus = {"bsi": told[-2], "pdf": told[-1]}.get(key)
        issues = await official.validate(written(key, told, focus))
        assert [issue.diagnostics for issue in issues if issue.severity in FAILING] == []


@pytest.mark.parametrize(
    "key", ["ips", "vsm", "ldl-ees", "ldl-ses", "dlu", "fludt", "fludr", "pps-paerpa"]
)
async def test_a_rich_document_has_no_error(
    key: str, written: Write, official: CdaValidator
) -> None:
    """Structured documents whose every section is filled pass the same rules."""
    told = people()
    patient = focus_of(told, None)
    assert patient is not None
    told = (*told, *clinical(patient))
    stay = focus_of(told, "Encounter") if key.startswith("ldl") else patient
    issues = await official.validate(written(key, told, stay))
    assert [issue.diagnostics for issue in issues if issue.severity in FAILING] == []
