"""The page of validation."""

import json
from uuid import UUID

from console.conftest import Site, text
from cordee.console.validate import EXAMPLE

CDA = '<ClinicalDocument xmlns="urn:hl7-org:v3">\n  <realmCode code="US"/>\n</ClinicalDocument>'
FRENCH = {"Accept-Language": "fr"}


async def test_a_wrong_ins_is_marked_at_its_line(site: Site) -> None:
    """The finding names the line, and the line of the text beside it is marked."""
    sent = EXAMPLE.replace("1953-13-27", "1953-05-27")
    page = await site.post("/validate", data={"text": sent}, headers=FRENCH)
    line = sent.splitlines().index('      "value": "253053523829911"') + 1
    finding = next(one for one in page.cssselect(".finding") if "numéro INS" in one.text_content())
    assert finding.cssselect(".what a")[0].get("href") == f"#d0-{line}"
    assert "INSi" in finding.cssselect(".mend")[0].text_content()
    mark = page.get_element_by_id(f"d0-{line}")
    assert "253053523829911" in mark.text_content()


async def test_findings_stand_by_severity_and_lead_to_the_element(site: Site) -> None:
    """Errors come first; each row links to the page that defines the element."""
    page = await site.post("/validate", data={"text": EXAMPLE})
    kinds = [one.get("class").split()[1] for one in page.cssselect(".finding")]
    assert kinds == sorted(kinds, key=["error", "warning", "information"].index)
    links = page.xpath("//p[@class='rule']/a/@href")
    assert "https://hl7.org/fhir/R4/patient-definitions.html#Patient.birthDate" in links
    address, _, element = next(link for link in links if "birthPlace" in link).partition("#")
    profile = await site.get(address)
    assert "1..1" in profile.get_element_by_id("Patient.birthDate").text_content()
    assert profile.get_element_by_id(element) is not None
    await site.get("/definition?url=https://nowhere.example/StructureDefinition/none", 404)


async def test_a_profile_can_be_chosen(site: Site) -> None:
    """The profile named in the form is checked although the resource does not claim it."""
    profile = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins"
    sent = '{"resourceType": "Patient"}'
    plain = await site.post("/validate", data={"text": sent})
    chosen = await site.post("/validate", data={"text": sent, "profile": profile})
    assert "good" in plain.cssselect(".document .state")[0].get("class")
    assert "bad" in chosen.cssselect(".document .state")[0].get("class")


async def test_what_cannot_be_read_is_told_with_its_place(site: Site) -> None:
    """Broken JSON and broken XML are findings too."""
    for sent, line in (('{"resourceType": "Patient",\n "a" 1}', "2"), ("<Patient\n<", "2")):
        page = await site.post("/validate", data={"text": sent})
        assert page.cssselect(".finding.error"), sent
        assert page.cssselect(".what a")[0].get("href") == f"#d0-{line}"


async def test_xml_and_cda_are_recognised(site: Site) -> None:
    """The format is read from the text."""
    xml = '<Patient xmlns="http://hl7.org/fhir">\n  <birthDate value="1953-13-27"/>\n</Patient>'
    page = await site.post("/validate", data={"text": xml})
    assert page.get_element_by_id("d0-2") is not None
    page = await site.post("/validate", data={"text": CDA})
    assert "CDA" in page.cssselect(".document h2 small")[0].text_content()
    assert "realmCode" in text(page)


async def test_several_files_are_judged_each(site: Site) -> None:
    """A batch of files gives one verdict a file."""
    files = [
        ("file", ("good.json", b'{"resourceType": "Basic", "code": {"text": "x"}}')),
        ("file", ("bad.json", b'{"resourceType": "Patient", "nam": 1}')),
    ]
    page = await site.post("/validate", files=files)
    assert [one.get("class") for one in page.cssselect(".document .state")] == [
        "state good",
        "state bad",
    ]
    assert "bad.json" in page.cssselect(".document h2")[1].text_content()


async def test_findings_can_be_taken_away(site: Site) -> None:
    """The same form gives the findings as OperationOutcome, SARIF and JUnit."""
    for format, mark in (("json", "OperationOutcome"), ("sarif", "2.1.0"), ("junit", "testsuite")):
        answer = await site.client.post("/validate", data={"text": EXAMPLE, "format": format})
        assert answer.headers["content-disposition"].startswith("attachment")
        assert mark in answer.text
    outcome = await site.client.post("/validate", data={"text": EXAMPLE, "format": "json"})
    assert any(row["severity"] == "error" for row in json.loads(outcome.text)["issue"])


async def test_a_large_document_stays_readable(site: Site) -> None:
    """A megabyte is laid out in blocks, of which only marked lines are elements."""
    row = {"resourceType": "Basic", "code": {"text": "x" * 80}}
    entries = [{"fullUrl": f"urn:uuid:{UUID(int=at)}", "resource": row} for at in range(4_000)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    sent = json.dumps(bundle, indent=1)
    assert len(sent) > 700_000
    answer = await site.client.post("/validate", data={"text": sent}, headers={"X-Fragment": "1"})
    assert answer.status_code == 200
    assert len(answer.content) < 2 * len(sent)


async def test_a_stored_resource_can_be_taken(site: Site) -> None:
    """The explorer leads to the form with the resource in it; what is no reference brings none."""
    page = await site.get("/validate?reference=Goal/goal")
    assert '"Goal"' in page.get_element_by_id("text").text
    page = await site.get("/validate?reference=../metrics")
    assert not page.get_element_by_id("text").text
    await site.get("/validate?reference=Goal/nothing", 404)


async def test_a_fragment_is_the_verdict_alone(site: Site) -> None:
    """Scripts ask for the verdict without the page around it."""
    headers = {"X-Fragment": "verdict"}
    answer = await site.client.post("/validate", data={"text": EXAMPLE}, headers=headers)
    assert "<html" not in answer.text
    assert 'class="verdict"' in answer.text
