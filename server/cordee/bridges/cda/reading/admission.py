"""National identifiers of a document that must not be stored as such: set aside, and told.

Référentiel INS 2.1, EXI 12: an INS goes with its five traits and ends in its key.
"""

from cordee.bridges.cda.reading.reading import Reading
from cordee.errors import Issue, Severity
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource.check_digits import is_ins
from cordee.resource.types import Resource
from cordee.validation.french.systems import REAL_INS, TRIAL_INS
from cordee.validation.report import FAILING

_ASIDE = "INS lu dans un document, non retenu"


def admit(services: Services, request: Request, reading: Reading) -> None:
    """Set aside what is no INS, and the INS of a new patient that may not be stored as one."""
    patient = str(reading.patient["reference"])
    for key, made in reading.made.items():
        rows = made.resource.get("identifier")
        if key != patient and isinstance(rows, list) and any(_is_wrong(row) for row in rows):
            kept = [_aside(row) if _is_wrong(row) else row for row in rows]
            made.resource["identifier"] = kept
            text = f"An INS with a wrong key is kept as a plain identifier of {made.reference}"
            reading.note(reading.root, text, Severity.WARNING)
    _admit_patient(services, request, reading)


def _is_wrong(row: Resource) -> bool:
    return row.get("system") in REAL_INS and not is_ins(str(row.get("value")))


def _admit_patient(services: Services, request: Request, reading: Reading) -> None:
    made = reading.made.get(str(reading.patient["reference"]))
    if made is None or not any(_is_ins(row) for row in made.resource.get("identifier", ())):
        return
    faults = _faults(services, request, made.resource)
    if not faults:
        return
    rows = [_aside(row) if _is_ins(row) else row for row in made.resource["identifier"]]
    made.resource["identifier"] = rows
    made.criteria = ""
    node = reading.root.at("recordTarget", "patientRole") or reading.root
    told = "; ".join(dict.fromkeys(issue.diagnostics for issue in faults))
    text = f"The INS of the document is kept as a plain identifier, not as an INS: {told}"
    reading.note(node, text, Severity.WARNING)


def _is_ins(row: Resource) -> bool:
    return row.get("system") in REAL_INS | TRIAL_INS


def _aside(row: Resource) -> Resource:
    return {"use": "temp", "type": {"text": _ASIDE}, "value": row["value"]}


def _faults(services: Services, request: Request, patient: Resource) -> list[Issue]:
    report = services.validator.validate(patient, ())
    if report.ok:
        return []
    return [issue for issue in report.render(request.language) if issue.severity in FAILING]
