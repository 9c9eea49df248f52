"""The checks of ours: each tells its fault and where it is, and nothing of a good document."""

import base64
import time
from collections.abc import Callable

import pytest
from lxml import etree

from bridges.cda.conftest import Write
from cordee.background import on_loop
from cordee.bridges.cda import document
from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.cda.namespaces import tag
from cordee.bridges.cda.validator import CdaValidator
from cordee.errors import Category, FhirError, Severity

Root = etree._Element


def node(root: Root, path: str) -> Root:
    """Give the element at a path of CDA names."""
    found = root.find("/".join(tag(name) for name in path.split("/")))
    assert found is not None
    return found


def set_all(element: Root, attributes: dict[str, str]) -> None:
    """Set attributes of an element."""
    for name, value in attributes.items():
        element.set(name, value)


def put(path: str, **attributes: str) -> Callable[[Root], None]:
    """Change attributes of an element."""

    def change(root: Root) -> None:
        set_all(node(root, path), attributes)

    return change


def drop(path: str) -> Callable[[Root], None]:
    """Remove an element."""

    def change(root: Root) -> None:
        found = node(root, path)
        parent = found.getparent()
        assert parent is not None
        parent.remove(found)

    return change


def content(text: str, **attributes: str) -> Callable[[Root], None]:
    """Change the content of a level 1 document."""

    def change(root: Root) -> None:
        found = node(root, "component/nonXMLBody/text")
        found.text = text
        set_all(found, attributes)

    return change


def replaces_itself(root: Root) -> None:
    """Let a document replace itself."""
    parent = etree.SubElement(root, tag("relatedDocument"), typeCode="RPLC")
    inner = etree.SubElement(parent, tag("parentDocument"))
    etree.SubElement(inner, tag("id"), root=str(node(root, "id").get("root")))


PATIENT = "recordTarget/patientRole"
FAULTS: dict[str, tuple[Callable[[Root], None], Severity]] = {
    "ins-length": (put(f"{PATIENT}/id", extension="27903512151898"), Severity.ERROR),
    "ins-key": (put(f"{PATIENT}/id", extension="279035121518900"), Severity.WARNING),
    "ins-trait": (drop(f"{PATIENT}/patient/birthplace"), Severity.ERROR),
    "name-qualifier": (put(f"{PATIENT}/patient/name/family", qualifier="SP"), Severity.ERROR),
    "version-number": (put("versionNumber", value="0"), Severity.ERROR),
    "language": (put("languageCode", code="en-US"), Severity.WARNING),
    "replaces-itself": (replaces_itself, Severity.ERROR),
    "author-id": (put("author/assignedAuthor/id", root="1.2.3"), Severity.WARNING),
    "author-kind": (drop("author/assignedAuthor/assignedPerson"), Severity.ERROR),
    "time-birth": (put(f"{PATIENT}/patient/birthTime", value="20991231"), Severity.WARNING),
    "time-form": (put("effectiveTime", value="2026-11-22"), Severity.ERROR),
    "code-label": (put("code", displayName="Ordonnance"), Severity.WARNING),
    "code-unknown": (put("code", code="1-1"), Severity.ERROR),
    "body-type": (content("JVBERi0=", mediaType="image/gif"), Severity.ERROR),
    "body-representation": (content("JVBERi0=", representation="TXT"), Severity.ERROR),
    "body-base64": (content("JVBERi0*"), Severity.ERROR),
    "body-content": (content(base64.b64encode(b"plain").decode()), Severity.ERROR),
    "level-template": (drop("component/nonXMLBody"), Severity.ERROR),
    "header-missing": (drop("custodian"), Severity.ERROR),
    "header-null": (put("title", nullFlavor="UNK"), Severity.ERROR),
    "header-value": (put("languageCode", code="french"), Severity.ERROR),
}


@pytest.mark.parametrize("key", FAULTS)
async def test_a_fault_is_told_with_its_line(key: str, written: Write, tables: CodeTables) -> None:
    """Each fault is told under its key, as serious as it is, with line and place."""
    change, severity = FAULTS[key]
    root = etree.fromstring(written("ppcs"))
    change(root)
    data = etree.tostring(root, pretty_print=True)
    issues = await CdaValidator(tables).validate(data)
    found = next(issue for issue in issues if issue.message_id == key)
    assert found.severity is severity
    assert found.line
    assert found.expression
    assert found.expression.startswith("ClinicalDocument")


@pytest.mark.parametrize("key", ["ppcs", "ips", "dlu"])
async def test_a_good_document_has_no_finding(key: str, written: Write, tables: CodeTables) -> None:
    """Documents we write have neither errors nor warnings without the official rules."""
    assert await CdaValidator(tables).validate(written(key)) == ()


@pytest.mark.parametrize(
    "data", [b"", b"<a>", b"<a/>", b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x"><a/>', b"\xff\xfe"]
)
async def test_what_is_no_document_is_an_issue(data: bytes, tables: CodeTables) -> None:
    """Bytes that are no CDA document are told in the answer, not as a failure."""
    issues = await CdaValidator(tables).validate(data)
    assert {issue.severity for issue in issues} <= {Severity.ERROR, Severity.FATAL}
    assert issues


BOMB = (
    '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<ClinicalDocument xmlns="urn:hl7-org:v3" classCode="&b;"/>'
)


@pytest.mark.parametrize("name", ["utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8"])
def test_no_encoding_hides_a_declaration(name: str) -> None:
    """Entities expand in attributes whatever the parser is told: none are declared."""
    told = BOMB.replace("<!", "+ADwAIQ-") if name == "utf-7" else BOMB
    data = f'<?xml version="1.0" encoding="{name}"?>{told}'.encode(
        "ascii" if name == "utf-7" else name
    )
    with pytest.raises(FhirError) as refused:
        document.read(data)
    assert refused.value.category is Category.MALFORMED


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-15", "windows-1252"])
def test_usual_encodings_are_read(name: str) -> None:
    """Those in which marks are written as in ASCII, and UTF-16."""
    text = '<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Œdème</title></ClinicalDocument>'
    told = name.removesuffix("-sig")
    data = f'<?xml version="1.0" encoding="{told}"?>{text}'.encode(name)
    assert document.read(data).root.findtext(tag("title")) == "Œdème"


async def test_the_official_rules_find_what_is_missing(
    written: Write, official: CdaValidator
) -> None:
    """A document without a section its model asks for is refused, with the rule file as source."""
    root = etree.fromstring(written("ldl-ees"))
    body = node(root, "component/structuredBody")
    body.remove(body[0])
    issues = await official.validate(etree.tostring(root))
    assert "CI-SIS_LDL-EES_2022.01" in {issue.source for issue in issues}


async def test_the_schema_comes_with_the_official_rules(
    written: Write, official: CdaValidator
) -> None:
    """An element at the wrong place is an issue of the schema, with its line."""
    root = etree.fromstring(written("ppcs"))
    root.append(node(root, "id"))
    issues = await official.validate(etree.tostring(root, pretty_print=True))
    schema = [issue for issue in issues if issue.source == "xsd"]
    assert schema
    assert schema[0].line


async def test_a_model_without_rules_is_told(written: Write, official: CdaValidator) -> None:
    """A document whose model the folder does not know is judged by the header, and says so."""
    root = etree.fromstring(written("dlu"))
    node(root, "templateId")
    for row in root.findall(tag("templateId")):
        if row.get("extension"):
            row.set("extension", "1999.01")
    issues = await official.validate(etree.tostring(root))
    assert "not-supported" in {issue.code for issue in issues}


MANY = 40_000


@pytest.mark.parametrize(
    "crowd",
    [b"<author/>", b'<code code="x"/>', b"<documentationOf><serviceEvent/></documentationOf>"],
)
def test_a_crowd_of_twins_is_judged_in_one_pass(
    crowd: bytes, tables: CodeTables, written: Write
) -> None:
    """Naming each by looking for it among all others would take minutes."""
    whole = written("ldl-ees")
    at = whole.index(b"<", whole.index(b"<ClinicalDocument") + 1)
    begun = time.process_time()
    found = CdaValidator(tables).check(document.read(whole[:at] + crowd * MANY + whole[at:]))
    assert time.process_time() - begun < 10
    name = etree.QName(etree.fromstring(crowd)).localname
    told = {row.expression for row in found if row.expression}
    assert any(row.startswith(f"ClinicalDocument.{name}[") for row in told)


async def test_documents_are_read_beside_the_loop(
    tables: CodeTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of 25 MB holds nobody else up, though it be none."""
    looped: list[bool] = []

    def watched(data: bytes) -> document.Document:
        looped.append(on_loop())
        return read(data)

    read = document.read
    monkeypatch.setattr(document, "read", watched)
    assert await CdaValidator(tables).validate(b"<a/>")
    assert looped == [False]
