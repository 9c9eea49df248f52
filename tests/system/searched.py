"""A few resources whose answers to searches are known by hand."""

from typing import Any

from system.fhir_client import Json

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
A, B = "urn:oid:1.2.250.1.999.3", "urn:oid:1.2.250.1.999.4"
MR = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}


def _make(type: str, id: str, **content: Any) -> Json:
    return {"resourceType": type, "id": id, **content}


def _ref(target: str) -> Json:
    return {"reference": target}


def _quantity(value: float, code: str, **more: str) -> Json:
    return {"value": value, "unit": code, "system": UCUM, "code": code, **more}


def _observation(id: str, code: str, about: str = "Patient/p1", **content: Any) -> Json:
    coding = {"system": LOINC, "code": code, "display": "Measured"}
    concept = {"coding": [coding], "text": "Cholestérol total"}
    content.setdefault("subject", _ref(about))
    return _make("Observation", id, status="final", code=concept, **content)


def _parts(first: int, second: int) -> list[Json]:
    return [
        {
            "code": {"coding": [{"system": LOINC, "code": code}]},
            "valueQuantity": _quantity(value, "mg"),
        }
        for code, value in (("part-1", first), ("part-2", second))
    ]


def _risk(id: str, subject: str, **probability: Any) -> Json:
    return _make(
        "RiskAssessment", id, status="final", subject=_ref(subject), prediction=[probability]
    )


PATIENTS = [
    _make(
        "Patient",
        "p1",
        identifier=[{"system": A, "value": "123"}, {"system": B, "value": "a|b,c$d\\e"}],
        active=True,
        name=[{"family": "Müller", "given": ["Émile", "Jean-Luc"]}],
        telecom=[{"system": "phone", "value": "+33 6 12 34 56 78"}],
        gender="male",
        birthDate="1980-03-15",
        address=[{"line": ["1 rue de l'Église"], "city": "Paris"}],
        generalPractitioner=[_ref("Practitioner/dr1")],
        managingOrganization=_ref("Organization/o1"),
    ),
    _make(
        "Patient",
        "p2",
        identifier=[{"value": "123"}],
        active=False,
        name=[{"family": "muller"}],
        gender="female",
        birthDate="1980-03",
        deceasedBoolean=True,
        managingOrganization=_ref("Organization/o2"),
    ),
    _make(
        "Patient",
        "p3",
        identifier=[{"system": A, "value": "456", "type": MR}],
        name=[{"family": "O'Brien", "given": ["Zoë"]}],
        birthDate="1980",
        deceasedDateTime="2020-05-05T10:00:00+02:00",
    ),
    _make(
        "Patient",
        "p4",
        identifier=[{"system": A, "value": "789"}],
        name=[{"family": "Œuvre"}],
        link=[{"other": _ref("Patient/p1"), "type": "seealso"}],
    ),
    _make("Patient", "p5"),
]

OBSERVATIONS = [
    _observation(
        "q1",
        "c-1",
        effectiveDateTime="2024-03-15T10:30:00Z",
        valueQuantity={"value": 120, "unit": "foo"},
    ),
    _observation("q2", "c-2", effectiveDateTime="2024-03-15", valueQuantity=_quantity(5.4, "mg")),
    _observation("q3", "c-2", effectiveDateTime="2024-03", valueQuantity=_quantity(0.0054, "g")),
    _observation(
        "q4", "c-2", effectiveDateTime="2024", valueQuantity=_quantity(5, "mg", comparator="<")
    ),
    _observation(
        "q5",
        "c-3",
        effectivePeriod={"start": "2024-01-01", "end": "2024-06-30"},
        valueString="Hello world",
    ),
    _observation("q6", "c-4", effectivePeriod={"start": "2024-03-01"}, component=_parts(150, 90)),
    _observation("q7", "c-4", effectivePeriod={"end": "2024-02-01"}, component=_parts(90, 150)),
    _observation(
        "q8",
        "c-5",
        "Patient/p2",
        valueCodeableConcept={"coding": [{"system": "urn:v", "code": "v1"}]},
    ),
    _observation("r1", "c-6", "Patient/p1/_history/1"),
    _observation("r2", "c-6", "http://elsewhere.example/fhir/Patient/p1"),
    _observation("r3", "c-6", "#c", contained=[{"resourceType": "Patient", "id": "c"}]),
    _observation("r4", "c-6", subject={"identifier": {"system": A, "value": "123"}}),
    _observation("r5", "c-6", subject={"display": "somebody"}),
    _make(
        "Observation",
        "r6",
        status="preliminary",
        code={"text": "y"},
        hasMember=[_ref("Observation/r1")],
    ),
]

OTHERS = [
    _make("Organization", "o1", name="Hôpital Nord", partOf=_ref("Organization/o2")),
    _make("Organization", "o2", name="Groupe", partOf=_ref("Organization/o3")),
    _make("Organization", "o3", name="Région"),
    _make("Practitioner", "dr1", name=[{"family": "House"}]),
    _risk("n1", "Patient/p1", probabilityDecimal=0.8),
    _risk("n2", "Patient/p2", probabilityDecimal=100),
    _make("ValueSet", "u1", url="http://example.org/fhir/ValueSet/a", status="active"),
    _make("ValueSet", "u2", url="http://example.org/fhir/ValueSet/a/b", status="draft"),
    _make("Location", "l1", name="Tour", position={"longitude": 2.2945, "latitude": 48.8584}),
    _make("Location", "l2", name="Louvre", position={"longitude": 2.3376, "latitude": 48.8606}),
    _make("Location", "l3", name="Lyon", position={"longitude": 4.8357, "latitude": 45.7640}),
    _make(
        "Encounter",
        "e1",
        status="finished",
        subject=_ref("Patient/p1"),
        serviceProvider=_ref("Organization/o1"),
        **{"class": {"code": "AMB"}},
    ),
    _make(
        "List",
        "li1",
        status="current",
        mode="working",
        entry=[{"item": _ref("Observation/q1")}, {"item": _ref("Patient/p3")}],
    ),
]

RESOURCES = [*OTHERS, *PATIENTS, *OBSERVATIONS]
