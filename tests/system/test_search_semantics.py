"""search.html on data whose answers are known by hand: https://hl7.org/fhir/R4/search.html."""

import threading
from collections.abc import Iterator
from itertools import chain, count

import pytest

from system.conftest import Running
from system.fhir_client import FORM, FhirClient, entry, included, issue, links, matches
from system.searched import RESOURCES, A, B

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("http")]

MG, G, UG = (f"http://unitsofmeasure.org|{code}" for code in ("mg", "g", "ug"))
TYPE_ROWS = {
    "Patient": f"""
        name=muller → p1 p2
        name=MÜLL → p1 p2
        name=muller,oeuvre → p1 p2 p4
        name=emile&name=muller → p1
        name=emile muller → p1
        family:exact=muller → p2
        family:contains=ULL → p1 p2
        family=O'Brien → p3
        given=luc →
        family:missing=true → p5
        address=paris → p1
        address:contains=rue → p1
        identifier=123 → p1 p2
        identifier={A}|123 → p1
        identifier=|123 → p2
        identifier={A}| → p1 p3 p4
        identifier={B}|a\\|b\\,c\\$d\\\\e → p1
        identifier:not=123 → p3 p4 p5
        identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|456 → p3
        gender=male,female → p1 p2
        gender:not=male → p2 p3 p4 p5
        gender:not=male,female → p3 p4 p5
        gender:missing=true → p3 p4 p5
        active=false → p2
        deceased=true → p2 p3
        death-date=2020-05-05 → p3
        phone=%2B33612345678 → p1
        birthdate=1980-03-15 → p1
        birthdate=1980-03 → p1 p2
        birthdate=1980 → p1 p2 p3
        birthdate=ne1980-03 → p3
        birthdate=gt1980-03-15 → p2 p3
        birthdate=ge1980-03-15 → p1 p2 p3
        birthdate=lt1980-03-15 → p2 p3
        birthdate=sa1980-03-14 → p1
        birthdate=eb1981 → p1 p2 p3
        birthdate=gt1980-12-31 →
        birthdate=1980-03-15T00:00:00Z →
        birthdate=eq1980-03-15,1980-03 → p1 p2
        organization.name=groupe → p2
        organization.partof.partof.name=region → p1
        general-practitioner:Practitioner.name=house → p1
        _has:Observation:patient:code=c-1 → p1
        _has:Observation:subject:code=c-5,c-1 → p1 p2
        _has:Observation:patient:_has:Observation:has-member:status=preliminary → p1
        _has:Encounter:patient:service-provider.name=hopital → p1
        _list=li1 → p3
        _id=p1&_id=p2 →
        _id=,,p1 → p1
        _lastUpdated=lt2020 →
        _tag:not=x → p1 p2 p3 p4 p5
        _filter=name co "ull" → p1 p2
        _filter=(name sw "mul" and gender eq male) or birthdate eq 1980-03 → p1 p2
        _filter=not (gender eq male) → p2 p3 p4 p5
        _filter=gender pr false → p3 p4 p5
        _filter=identifier eq "{A}|123" → p1
    """,
    "Observation": f"""
        code=c-1 → q1
        code=http://loinc.org|c-1 → q1
        code=|c-1 →
        code:text=cholesterol&patient=p2 → q8
        combo-code=part-1 → q6 q7
        date=2024-03-15 → q1 q2
        date=2024-03 → q1 q2 q3
        date=2024 → q1 q2 q3 q4 q5
        date=gt2024-06-30 → q4 q6
        date=lt2024-01-01 → q7
        date=sa2024-02-28 → q1 q2 q3 q6
        date=eb2024-03-01 → q7
        date=2024-03-15T10:30Z → q1
        date=2024-03-15T11:30:00%2B01:00 → q1
        date=2024-03-15T11:30:00+01:00 → q1
        value-quantity=5.4|{MG} → q2 q3
        value-quantity=0.0054|{G} → q2 q3
        value-quantity=5400|{UG} → q2 q3
        value-quantity=5.40|{MG} → q2 q3
        value-quantity=5.41|{MG} →
        value-quantity=5|{MG} → q2 q3
        value-quantity=5.4||mg → q2
        value-quantity=lt5|{MG} → q4
        value-quantity=120||foo → q1
        value-string:contains=WORLD → q5
        value-concept=v1 → q8
        component-code-value-quantity=part-1$gt140 → q6
        component-code-value-quantity=part-1$lt100 → q7
        code-value-quantity=c-2$5.4|{MG} → q2 q3
        code-value-concept=c-5$v1,c-1$v1 → q8
        subject=Patient/p2 → q8
        subject=p2 → q8
        subject:Patient=p2 → q8
        subject:Group=p2 →
        subject=http://elsewhere.example/fhir/Patient/p1 → r2
        subject=Patient/p1&code=c-6 → r1
        subject:identifier={A}|123 → r4
        subject:missing=true → r6
        patient.name=muller&code=c-5 → q8
        patient.gender:not=male → q8
        patient._has:Encounter:patient:status=finished&code=c-2 → q2 q3 q4
        has-member=r1 → r6
        _content=hello → q5
        _filter=patient.name co "ulle" and code eq c-5 → q8
    """,
    "RiskAssessment": """
        probability=0.8 → n1
        probability=0.80 → n1
        probability=0.81 →
        probability=gt0.8 → n2
        probability=ge0.8 → n1 n2
        probability=100.00 → n2
        probability=1e2 → n2
        probability=ap95 → n2
        probability=ne100 → n1
    """,
    "ValueSet": """
        url=http://example.org/fhir/ValueSet/a → u1
        url=HTTP://example.org/fhir/ValueSet/a →
        url:below=http://example.org/fhir/ValueSet/a → u1 u2
        url:above=http://example.org/fhir/ValueSet/a/b/c → u1 u2
    """,
    "Location": """
        near=48.8584|2.2945|1|km → l1
        near=48.8584|2.2945|5000|m → l1 l2
        near=48.8584|2.2945|500|km → l1 l2 l3
    """,
}
ROWS = [
    (f"{type}?{query.strip()}", found.split())
    for type, rows in TYPE_ROWS.items()
    for row in rows.strip().splitlines()
    for query, _, found in [row.partition("→")]
]


@pytest.fixture(scope="module", autouse=True)
def _stored(fhir: FhirClient) -> None:
    """Store the resources, once for the module."""
    writes = [entry("PUT", f"{each['resourceType']}/{each['id']}", each) for each in RESOURCES]
    assert fhir.bundle("transaction", *writes).status_code == 200


@pytest.mark.parametrize(("path", "expected"), ROWS, ids=[path for path, _ in ROWS])
def test_a_search_finds_what_the_specification_says(
    fhir: FhirClient, path: str, expected: list[str]
) -> None:
    """Each type of parameter, modifier and prefix, on values of differing precision."""
    assert sorted(fhir.ids(path)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Patient/p1/Encounter", ["e1"]),
        ("Patient/p2/Observation", ["q8"]),
        ("Patient/p2/Observation?code=c-1", []),
        ("Practitioner/dr1/Patient", ["p1"]),
        ("?_type=Patient,Practitioner&name=house", ["dr1"]),
        ("?_id=o1", ["o1"]),
    ],
)
def test_searches_beyond_one_type(fhir: FhirClient, path: str, expected: list[str]) -> None:
    """Compartments, several types, and all of them."""
    assert fhir.ids(path) == expected


@pytest.mark.parametrize(
    "query",
    [
        "birthdate=junk",
        "birthdate=1980-13",
        "name:foo=bar",
        "gender:missing=maybe",
        "_count=-1",
        "_total=some",
        "_include=Patient:foo",
        "_revinclude=Observation",
        "_has:Observation:foo:code=1",
        "organization.foo=1",
        "_filter=garbage(",
        "_filter=foo eq 1",
        "_filter=organization.foo eq 1",
        "_contained=true",
        "_after=junk",
        "family=%FF",
    ],
)
def test_what_would_mislead_is_refused(fhir: FhirClient, query: str) -> None:
    """A search that cannot be answered as meant is 400, naming the parameter."""
    answer = fhir.get(f"Patient?{query}")
    assert answer.status_code == 400
    name = query.partition("=")[0].partition(":")[0].partition(".")[0]
    told = issue(answer)["diagnostics"]
    assert name in told or "foo" in told or name in ("_after", "family"), told


def test_unknown_parameters_are_told_or_refused(fhir: FhirClient) -> None:
    """Left out with a warning and not in the self link; refused when handling is strict."""
    answer = fhir.get("Patient?_id=p1&foo=bar")
    assert [each["resource"]["id"] for each in matches(answer)] == ["p1"]
    assert "foo" not in links(answer)["self"]
    assert answer.json()["entry"][-1]["search"]["mode"] == "outcome"
    assert fhir.get("Patient?_id=p1&foo=bar", prefer="handling=strict").status_code == 400


@pytest.mark.parametrize("form", ["given=Émile", "given=%C3%89mile"])
def test_letters_with_accents_may_be_escaped_or_not(fhir: FhirClient, form: str) -> None:
    """UTF-8 as typed into a command line is read like percent-encoded UTF-8."""
    answer = fhir.send("POST", "Patient/_search", form.encode(), content_type=FORM)
    assert [each["resource"]["id"] for each in matches(answer)] == ["p1"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Observation?_id=q1&_include=Observation:subject", "Patient/p1"),
        ("Observation?_id=q1&_include=Observation:subject:Group", ""),
        ("Observation?_id=q1&_include=*", "Patient/p1"),
        ("Observation?_id=r1&_include=Observation:subject", "Patient/p1"),
        ("Observation?_id=r2,r3,r4,r5&_include=Observation:subject", ""),
        ("Patient?_id=p1,p4&_include=Patient:link", ""),
        (
            (
                "Observation?_id=q1&_include=Observation:patient&_include:iterate=Patient:*"
                "&_include:iterate=Organization:partof"
            ),
            "Organization/o1 Organization/o2 Organization/o3 Patient/p1 Practitioner/dr1",
        ),
        ("Patient?_id=p2&_revinclude=Observation:patient", "Observation/q8"),
        ("Patient?_id=p2&_revinclude=*", "Observation/q8 RiskAssessment/n2"),
        (
            "Organization?_id=o3&_revinclude:iterate=Organization:partof",
            "Organization/o1 Organization/o2",
        ),
        (
            "Practitioner?_id=dr1&_revinclude=Patient:*&_revinclude:iterate=Encounter:patient",
            "Encounter/e1 Patient/p1",
        ),
        ("List?_id=li1&_include=List:item", "Observation/q1 Patient/p3"),
    ],
)
def test_includes(fhir: FhirClient, query: str, expected: str) -> None:
    """Forward, reverse, of one target type, of all, again and again; each resource once."""
    assert included(fhir.get(query)) == set(expected.split())


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("birthdate", "p4 p5 p3 p2 p1"),
        ("-birthdate", "p1 p2 p3 p5 p4"),
        ("gender,-birthdate", "p3 p5 p4 p2 p1"),
        ("family,-_id", "p5 p2 p1 p3 p4"),
    ],
)
def test_sorting_and_paging_both_ways(fhir: FhirClient, sort: str, expected: str) -> None:
    """Missing values have their place; pages forth and back hold the same, each once."""
    url: str | None = f"Patient?_id=p1,p2,p3,p4,p5&_sort={sort}&_count=2"
    forth: list[list[str]] = []
    while url:
        answer = fhir.get(url)
        forth.append([each["resource"]["id"] for each in matches(answer)])
        assert answer.json()["total"] == 5
        url = links(answer).get("next")
    assert list(chain.from_iterable(forth)) == expected.split()
    back = [forth[-1]]
    while previous := links(answer).get("previous"):
        answer = fhir.get(previous)
        back.insert(0, [each["resource"]["id"] for each in matches(answer)])
    assert back == forth


def test_pages_neither_skip_nor_repeat_while_others_write(
    fhir: FhirClient, server: Running
) -> None:
    """What was there at the beginning comes once, whatever is written and deleted meanwhile."""
    made = [f"page-{number:03}" for number in range(60)]
    writes = [entry("PUT", f"Basic/{id}", _basic(id)) for id in made]
    assert fhir.bundle("transaction", *writes).status_code == 200
    done = threading.Event()
    writer = threading.Thread(target=_write_until, args=(server.base_url, done))
    writer.start()
    url: str | None = "Basic?_count=3&_sort=_lastUpdated"
    found: list[str] = []
    while url:
        answer = fhir.get(url)
        found += [each["resource"]["id"] for each in matches(answer)]
        url = links(answer).get("next") if len(found) < 500 else None
    done.set()
    writer.join()
    assert [id for id in found if id in made] == made
    assert len(set(found)) == len(found)


def _basic(id: str) -> dict[str, object]:
    return {"resourceType": "Basic", "id": id, "code": {"text": "x"}}


def _write_until(base_url: str, done: threading.Event) -> None:
    client = FhirClient(base_url)
    for number in count():
        if done.is_set():
            break
        client.put(_basic(f"other-{number}"))
        client.send("DELETE", f"Basic/other-{number - 3}")
    client.close()


@pytest.fixture(autouse=True)
def _no_bug(server: Running) -> Iterator[None]:
    """Hold that no test met an answer from an unforeseen error."""
    yield
    assert "Traceback" not in server.log()
