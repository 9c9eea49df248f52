"""Documents from FHIR: what is mandatory, what identifies them, what fills them."""

import base64
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from bridges.cda.conftest import NOW, Write, focus_of, people
from bridges.cda.rich_record import LOINC, category, concept
from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.cda.documents.registry import TYPES
from cordee.bridges.cda.namespaces import CDA
from cordee.bridges.cda.writing.record import Record
from cordee.bridges.cda.writing.times import spoken, time
from cordee.bridges.cda.writing.writer import Order, write
from cordee.errors import Category, FhirError
from cordee.resource.types import Resource

NS = {"c": CDA}
Resources = tuple[Resource, ...]


def changed(type: str, **elements: Any) -> Resources:
    """Give the territory with elements of one type's resources replaced; None removes one."""
    told = deepcopy(people())
    for row in told:
        if row["resourceType"] == type:
            row.update(elements)
            for name in [name for name, value in elements.items() if value is None]:
                del row[name]
    return told


def find(data: bytes, path: str) -> list[Any]:
    """Evaluate an XPath over a document; `c:` is CDA."""
    found = etree.fromstring(data).xpath(path, namespaces=NS)
    assert isinstance(found, list)
    return found


def text(data: bytes) -> str:
    """Give all words of a document."""
    return " ".join(map(str, etree.fromstring(data).itertext()))


@pytest.mark.parametrize(
    ("element", "expression"),
    [
        ("identifier", "Patient.identifier"),
        ("gender", "Patient.gender"),
        ("birthDate", "Patient.birthDate"),
        ("name", "Patient.name.family"),
        ("extension", "Patient.extension('patient-birthPlace')"),
    ],
)
def test_a_missing_trait_refuses_the_document(
    element: str, expression: str, written: Write
) -> None:
    """Each trait of the national identity is mandatory, and named when it is missing."""
    with pytest.raises(FhirError) as error:
        written("ppcs", changed("Patient", **{element: None}))
    assert error.value.category is Category.UNPROCESSABLE
    assert expression in {issue.expression for issue in error.value.issues}


def test_an_ins_without_its_key_refuses_the_document(written: Write) -> None:
    """We do not write an INS that we would complain about."""
    wrong = [{"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518900"}]
    with pytest.raises(FhirError, match="key"):
        written("ppcs", changed("Patient", identifier=wrong))


def test_everything_missing_is_told_at_once(written: Write) -> None:
    """The caller need not mend one thing after another."""
    with pytest.raises(FhirError) as error:
        written("ips", ({"resourceType": "Patient", "id": "1"},))
    assert {issue.expression for issue in error.value.issues} >= {
        "Patient.identifier",
        "Patient.birthDate",
        "Organization.identifier",
        "CareTeam.participant",
    }


def test_the_same_version_is_the_same_document(written: Write) -> None:
    """Byte for byte, and also as PDF."""
    told = changed("CarePlan", meta={"versionId": "1", "lastUpdated": "2026-11-22T10:00:00Z"})
    assert written("ppcs", told) == written("ppcs", told)


def test_a_new_version_replaces_the_one_before(written: Write) -> None:
    """The set stays, the number counts on, the former document is named."""
    first = written("ppcs", changed("CarePlan", meta={"versionId": "1"}))
    second = written("ppcs", changed("CarePlan", meta={"versionId": "2"}))
    assert find(first, "c:setId/@root") == find(second, "c:setId/@root")
    assert find(second, "c:versionNumber/@value") == ["2"]
    assert find(second, "c:relatedDocument[@typeCode='RPLC']/c:parentDocument/c:id/@root") == find(
        first, "c:id/@root"
    )
    assert find(first, "c:relatedDocument") == []


def test_a_change_beside_the_focus_is_told_by_the_id(
    tables: CodeTables,
) -> None:
    """The former version is named as it was: with what had changed until it was replaced."""

    def stamped(row: Resource, version: int, minute: int) -> Resource:
        at = f"2026-11-22T10:{minute:02}:00.000Z"
        return row | {"meta": {"versionId": str(version), "lastUpdated": at}}

    told = {row["resourceType"]: stamped(row, 1, 0) for row in people()}
    rest = [stamped(row, 1, 0) for row in people() if row["resourceType"] != "CarePlan"]
    plan = told["CarePlan"]
    alert = stamped({"resourceType": "Flag", "id": "f", "status": "active"}, 1, 5)
    order = Order(TYPES["ppcs"], NOW)
    known = [(None, row) for row in (*rest, alert)]
    first = write(Record([*known, (None, plan)], plan), order, tables)
    revised = stamped(plan, 2, 9)
    second = write(Record([*known, (None, revised)], revised, plan), order, tables)
    replaced = find(second, "c:relatedDocument/c:parentDocument/c:id/@root")
    assert replaced == find(first, "c:id/@root")
    without = write(Record([*known[:-1], (None, plan)], plan), order, tables)
    assert find(without, "c:id/@root") != replaced


def test_types_of_one_resource_are_documents_of_their_own(written: Write) -> None:
    """A summary and an emergency file of one patient do not share an id."""
    assert find(written("ips"), "c:id/@root") != find(written("dlu"), "c:id/@root")


def test_names_in_use_stand_beside_those_of_birth(written: Write) -> None:
    """The usual name is qualified CL, the birth name BR, the list of given names not at all."""
    patient = focus_of(people(), None)
    assert patient is not None
    usual = {"use": "usual", "family": "Usage", "given": ["Zoé"]}
    data = written("ppcs", changed("Patient", name=[*patient["name"], usual]))
    name = "c:recordTarget/c:patientRole/c:patient/c:name"
    assert find(data, f"{name}/c:family[@qualifier='CL']/text()") == ["Usage"]
    assert find(data, f"{name}/c:given[@qualifier='CL']/text()") == ["Zoé"]
    assert find(data, f"{name}/c:given[not(@qualifier)]/text()")


def test_the_circle_is_in_the_header(written: Write) -> None:
    """The doctor is the informant PCP; other professionals take part; nobody twice."""
    data = written("ppcs")
    codes = find(data, "c:participant/c:functionCode/@code")
    assert codes.count("PCP") == 1
    ids = find(data, "c:participant/c:associatedEntity/c:id/@extension")
    assert len(ids) == len(set(ids)) > 1


def test_a_level_1_document_is_a_pdf(written: Write) -> None:
    """Its body is a PDF in base64 that says it is archival."""
    (body,) = find(written("ppcs"), "c:component/c:nonXMLBody/c:text[@mediaType='application/pdf']")
    data = base64.b64decode(body.text)
    assert data.startswith(b"%PDF-1.4")
    assert b"pdfaid" in data


def test_narrative_and_entries_tell_the_same(written: Write) -> None:
    """Each problem is a line of the narrative that its entry refers to."""
    data = written("ips")
    section = "//c:section[c:code/@code='11450-4']"
    refers = find(data, f"{section}/c:entry//c:observation/c:text/c:reference/@value")
    lines = find(data, f"{section}/c:text//@ID")
    assert [value.removeprefix("#") for value in refers] == lines
    problem = next(row for row in people() if row["resourceType"] == "Condition")
    assert problem["code"]["coding"][0]["display"] in text(data)


def test_what_is_not_known_is_said_not_denied(written: Write) -> None:
    """Without allergies in the record the document does not say that there are none."""
    data = written("ips")
    section = "//c:section[c:code/@code='48765-2']"
    assert find(data, f"{section}//c:value/@code") == ["no-allergy-info"]
    assert find(data, f"{section}/c:text//text()") == ["Information non renseignée"]


def test_no_known_allergy_is_nothing_one_is_allergic_to(written: Write) -> None:
    """What a professional denied is a value, and has no agent."""
    patient = focus_of(people(), None)
    assert patient is not None
    coding = {"system": "http://snomed.info/sct", "code": "716186003", "display": "aucune"}
    none = {
        "resourceType": "AllergyIntolerance",
        "id": "none",
        "patient": {"reference": f"Patient/{patient['id']}"},
        "code": {"coding": [coding]},
    }
    data = written("ips", (*people(), none))
    section = "//c:section[c:code/@code='48765-2']"
    assert find(data, f"{section}//c:value/@code") == ["716186003"]
    assert find(data, f"{section}//c:participant") == []


@pytest.mark.parametrize(
    ("status", "criticality", "code", "told"),
    [
        ("active", "low", "active", "Iode"),
        ("active", "high", "active", "Iode (criticité élevée)"),
        ("resolved", None, "completed", "Iode (résolue)"),
        ("inactive", "high", "completed", "Iode (inactive, criticité élevée)"),
    ],
)
def test_an_allergy_that_is_over_is_not_told_as_one_of_now(
    written: Write, status: str, criticality: str | None, code: str, told: str
) -> None:
    """Nor is it left out; and people read of it, and of what would be grave."""
    patient = focus_of(people(), None)
    assert patient is not None
    iodine = {
        "resourceType": "AllergyIntolerance",
        "id": "iodine",
        "patient": {"reference": f"Patient/{patient['id']}"},
        "code": {"text": "Iode"},
        "clinicalStatus": {"coding": [{"code": status}]},
        **({"criticality": criticality} if criticality else {}),
    }
    data = written("ips", (*people(), iodine))
    section = "//c:section[c:code/@code='48765-2']"
    assert find(data, f"{section}/c:entry/c:act/c:statusCode/@code") == [code]
    assert told in find(data, f"{section}/c:text//c:td//text()")


def test_a_pdf_goes_out_as_it_is(written: Write) -> None:
    """A PDF document keeps its bytes and its own type of document."""
    patient = focus_of(people(), None)
    assert patient is not None
    content = base64.b64encode(b"%PDF-1.4 as it is").decode()
    scan = {
        "resourceType": "DocumentReference",
        "id": "scan",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11488-4"}]},
        "subject": {"reference": f"Patient/{patient['id']}"},
        "content": [{"attachment": {"contentType": "application/pdf", "url": "Binary/b"}}],
    }
    binary = {"resourceType": "Binary", "id": "b", "data": content}
    data = written("pdf", (*people(), scan, binary), scan)
    assert find(data, "c:component/c:nonXMLBody/c:text/text()") == [content]
    assert find(data, "c:code/@code") == ["11488-4"]
    with pytest.raises(FhirError, match="no PDF"):
        written("pdf", (*people(), scan), scan)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026", "2026"),
        ("2026-11", "202611"),
        ("2026-11-22", "20261122"),
        ("2026-11-22T10:05:00Z", "20261122100500+0000"),
        ("2026-11-22T10:05:09.123+01:00", "20261122100509+0100"),
        ("yesterday", None),
        (None, None),
    ],
)
def test_times_are_written_as_precise_as_they_are(value: object, expected: str | None) -> None:
    """Dates of FHIR become times of V3 without gaining or losing anything but fractions."""
    assert time(value) == expected


def test_dates_are_spoken_in_french_order() -> None:
    """People read day, month, year, and the hour of the clock that was looked at."""
    assert spoken("2026-11-22T10:05:00+04:00") == "22/11/2026 10:05"
    assert spoken("2026-11-22T23:30:00Z") == "23/11/2026 00:30"
    assert spoken("2026-11") == "11/2026"


def test_characters_that_xml_has_not_are_replaced(written: Write) -> None:
    """Text that no XML can hold does not stop the document."""
    data = written("ips", changed("Condition", code={"text": "Toux\x0b"}))
    assert "Toux\N{REPLACEMENT CHARACTER}" in text(data)


def _observed(code: str, **elements: Any) -> Resource:
    patient = focus_of(people(), None)
    assert patient is not None
    return {
        "resourceType": "Observation",
        "id": f"observed-{code}",
        "status": "final",
        "category": category("vital-signs"),
        "code": concept(LOINC, code, f"Mesure {code}"),
        "subject": {"reference": f"Patient/{patient['id']}"},
        "effectiveDateTime": "2026-11-02T10:00:00+01:00",
    } | elements


def test_measures_are_told_as_they_were_made(written: Write) -> None:
    """Bounds, ranges and parts are told; no entry makes a number of a bound."""
    bound = {"value": Decimal("1.5E+2"), "comparator": "<", "code": "/min"}
    low, high = {"value": Decimal(1), "unit": "h"}, {"value": Decimal(3), "unit": "h"}
    told = (
        *people(),
        _observed("8867-4", valueQuantity=bound),
        _observed("72514-3", valueRange={"low": low, "high": high}),
        _observed("2708-6", valueQuantity={"value": Decimal(97), "unit": "%"}),
    )
    data = written("ips", told)
    cells = find(data, "//c:section[c:code/@code='8716-3']//c:td/text()")
    assert {"< 150 /min", "1 h à 3 h", "97 %"} <= set(cells)
    assert not find(data, "//c:value[@value='150']")
    score = _observed(
        "9269-2",
        category=category("survey"),
        component=[{"code": {"text": "Yeux"}, "valueInteger": 4}],
    )
    assert "Yeux : 4" in text(written("dlu", (*people(), score)))


@pytest.mark.parametrize(
    "resource",
    [
        _observed("29463-7", status="entered-in-error", valueString="Jamais"),
        {
            "resourceType": "Procedure",
            "id": "x",
            "status": "not-done",
            "code": {"text": "Jamais"},
        },
        {
            "resourceType": "MedicationRequest",
            "id": "x",
            "status": "active",
            "doNotPerform": True,
            "medicationCodeableConcept": {"text": "Jamais"},
        },
        {
            "resourceType": "ServiceRequest",
            "id": "x",
            "status": "active",
            "doNotPerform": True,
            "code": {"text": "Jamais"},
        },
        {
            "resourceType": "CarePlan",
            "id": "x",
            "status": "revoked",
            "activity": [{"detail": {"status": "scheduled", "description": "Jamais"}}],
        },
    ],
    ids=lambda row: str(row["resourceType"]),
)
def test_what_is_not_so_is_not_told(resource: Resource, written: Write) -> None:
    """Errors, acts not done, what must not be given or done, and plans given up are no care."""
    assert "Jamais" not in text(written("ips", (*people(), resource)))


def test_what_is_no_longer_in_use_is_left_out(written: Write) -> None:
    """An old INS, address and telecom do not stand for the present ones."""
    patient = focus_of(people(), None)
    assert patient is not None
    number = patient["identifier"][0]
    told = changed(
        "Patient",
        identifier=[number | {"use": "old", "value": "190010100100061"}, *patient["identifier"]],
        address=[{"use": "old", "city": "Avant"}, {"use": "home", "city": "Maintenant"}],
        telecom=[{"use": "old", "system": "phone", "value": "01"}],
    )
    role = "c:recordTarget/c:patientRole"
    data = written("ips", told)
    assert find(data, f"{role}/c:id/@extension")[0] == number["value"]
    assert find(data, f"{role}/c:addr/c:streetAddressLine/text()") == ["Maintenant"]
    assert find(data, f"{role}/c:telecom/@nullFlavor") == ["NAV"]
