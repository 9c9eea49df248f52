"""XML in and out."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.errors import Category, FhirError
from cordee.resource import json, xml
from cordee.resource.xhtml import to_element
from cordee.resource.xml_document import XHTML
from cordee.resource.xml_faults import MOST, ORDER

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">a <b>b</b> &amp; <i>c</i><!-- d --></div>'
MANY = " ".join(f'a{number}="x"' for number in range(1_001))
RESOURCES: list[dict[str, Any]] = [
    {
        "resourceType": "Patient",
        "id": "1",
        "text": {"status": "generated", "div": DIV},
        "contained": [{"resourceType": "Organization", "id": "o", "name": "O"}],
        "extension": [
            {
                "url": "http://a/nested",
                "extension": [{"url": "b", "valueDecimal": Decimal("1.00")}],
            },
            {"id": "x", "url": "http://a", "_valueString": {"extension": [{"url": "c"}]}},
        ],
        "active": False,
        "name": [
            {
                "id": "n",
                "family": 'a "b" <c> & \t d\n',
                "_family": {"id": "f", "extension": [{"url": "u", "valueCode": "v"}]},
                "given": ["A", None, "B"],
                "_given": [None, {"id": "g"}, None],
            }
        ],
        "_birthDate": {"extension": [{"url": "u", "valueDateTime": "2000"}]},
        "multipleBirthInteger": 2,
    },
    {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Basic", "code": {"text": "é"}}},
            {"resource": {"resourceType": "Binary", "contentType": "a/b", "data": "YQ=="}},
        ],
    },
    {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "r", "resource": {"resourceType": "Patient", "active": True}},
            {"name": "d", "valueDecimal": 1},
            {"name": "p", "part": [{"name": "q", "valueQuantity": {"value": Decimal("0.10")}}]},
        ],
    },
    {
        "resourceType": "ExampleScenario",
        "status": "draft",
        "instance": [{"resourceId": "1", "resourceType": "Patient"}],
    },
]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource["resourceType"])
@pytest.mark.parametrize("pretty", [False, True])
def test_a_resource_survives_xml(
    resource: dict[str, Any], pretty: bool, schema: Repository
) -> None:
    """JSON → XML → JSON gives the same resource, pretty or not, digits and narrative included."""
    data = xml.serialize(resource, schema, pretty=pretty)
    assert data.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert json.serialize(xml.parse(data, schema)) == json.serialize(resource)


@pytest.mark.parametrize("number", ["1.00", "1e2", "0.0000001", "12345678901234567890.123"])
def test_numbers_keep_their_digits(number: str, schema: Repository) -> None:
    """A decimal is written in XML, and read from it, as JSON wrote it."""
    data = b'{"resourceType":"Observation","valueQuantity":{"value":%s}}' % number.encode()
    written = xml.serialize(json.parse(data), schema)
    assert f'<value value="{number}"/>'.encode() in written
    assert json.serialize(xml.parse(written, schema)) == data


def test_elements_are_written_in_the_order_of_the_definition(schema: Repository) -> None:
    """XML order is the definition's, whatever the order of the JSON properties."""
    patient = {"gender": "male", "active": True, "id": "1", "resourceType": "Patient"}
    written = xml.serialize(patient, schema)
    assert written.index(b"<id") < written.index(b"<active") < written.index(b"<gender")


def _document(inner: str, name: str = "Patient", namespace: str = "http://hl7.org/fhir") -> bytes:
    return f'<{name} xmlns="{namespace}">\n{inner}\n</{name}>'.encode()


@pytest.mark.parametrize(
    ("inner", "says", "expression"),
    [
        ('<nme value="a"/>', "nme is not an element of Patient (line 2)", "Patient.nme"),
        ('<name><foo value="a"/></name>', "foo is not an element of HumanName", "Patient.name.foo"),
        (
            '<name/><name a="b"/>',
            "a is not an attribute of HumanName",
            "Patient.name[1]",
        ),
        ('<gender code="a"/>', "code is not an attribute of code", "Patient.gender"),
        ("<name>text</name>", "Text is not allowed here: text", "Patient.name"),
        ('<name/>text<active value="true"/>', "Text is not allowed here: text", "Patient.name"),
        ('<active value="true">text</active>', "Text is not allowed", "Patient.active"),
        (
            '<active value="true"/><active value="false"/>',
            "active may occur only once",
            "Patient.active[1]",
        ),
        ('<id value="1" xmlns="urn:other"/>', "id is not in the namespace", "Patient.id"),
        ("<contained/>", "contained must hold exactly one resource", "Patient.contained"),
        ("<contained><Foo/></contained>", "Foo is not a resource type", "Patient.contained"),
        ("<text><div/></text>", "div must be in the namespace", "Patient.text.div"),
        (
            '<extension><url value="a"/></extension>',
            "url is not an element",
            "Patient.extension.url",
        ),
    ],
)
def test_nothing_unknown_is_dropped_silently(
    inner: str, says: str, expression: str, schema: Repository
) -> None:
    """What has no place in the resource is refused with element and line."""
    with pytest.raises(FhirError) as caught:
        xml.parse(_document(inner), schema)
    assert caught.value.category is Category.UNPROCESSABLE
    issue = caught.value.issues[0]
    assert says in issue.diagnostics
    assert issue.expression == expression
    assert issue.line in {2, 3}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not well-formed"),
        (b"<Patient", "not well-formed"),
        (_document("&nbsp;"), "not well-formed"),
        (b'<!DOCTYPE Patient>\n<Patient xmlns="http://hl7.org/fhir"/>', "document type"),
        (
            b'<?xml version="1.0"?><!-- c -->\n<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
            "document type",
        ),
        (
            _document("").replace(b"<Patient", b'<?xml version="1.0"?><Patient', 0)[:-3],
            "well-formed",
        ),
        (_document('<id value="\xe9"/>').decode().encode("latin-1"), "not well-formed"),
        (_document("").decode().encode("utf-16"), "not well-formed"),
        (_document("", namespace="urn:other"), "must be in the namespace http://hl7.org/fhir"),
        (b"<Patient/>", "must be in the namespace http://hl7.org/fhir"),
        (
            _document("<extension>" * 150 + "</extension>" * 150),
            "nested more than 100 levels deep (line 2",
        ),
        (_document("<active " + MANY + ' value="true"/>'), "more than 1,000 attributes (line 2"),
        (
            _document(f"<text><h:div xmlns:h='{XHTML}' {MANY}/></text>"),
            "more than 1,000 attributes",
        ),
        (_document("<extension>" * 5000 + "</extension>" * 5000), "not well-formed"),
    ],
)
def test_what_is_no_fhir_xml_is_refused(data: bytes, says: str, schema: Repository) -> None:
    """Broken XML, document types, other encodings and namespaces, deep nesting: MALFORMED."""
    with pytest.raises(FhirError) as caught:
        xml.parse(data, schema)
    assert caught.value.category is Category.MALFORMED
    assert says in caught.value.diagnostics
    assert caught.value.issues[0].line is not None


def test_order_is_told_but_tolerated(schema: Repository) -> None:
    """A write accepts elements out of order; validation hears of them."""
    data = _document('<gender value="male"/><active value="true"/><name/>')
    assert xml.parse(data, schema)["active"] is True
    _, issues = xml.read(data, schema)
    assert [(issue.message_id, issue.expression) for issue in issues] == [(ORDER, "Patient.active")]


def test_comments_and_instructions_are_passed_over(schema: Repository) -> None:
    """Comments, processing instructions, CDATA marks and schema locations carry no content."""
    inner = '<!-- a --><?b c?><active value="true"><!-- d --></active>'
    data = _document(inner).replace(
        b">",
        b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b">',
        1,
    )
    assert xml.parse(data, schema) == {"resourceType": "Patient", "active": True}


def test_wrong_values_reach_the_validator(schema: Repository) -> None:
    """Values that are not of their type stay as text, and empty elements are not lost."""
    inner = '<active value="maybe"/><name/><birthDate/><multipleBirthInteger value="1.5"/>'
    assert xml.parse(_document(inner), schema) == {
        "resourceType": "Patient",
        "active": "maybe",
        "name": [{}],
        "_birthDate": {},
        "multipleBirthInteger": "1.5",
    }


def test_prefixes_do_not_reach_the_narrative(schema: Repository) -> None:
    """A narrative written with a prefix becomes a plain div with its own namespace."""
    data = (
        b'<f:Patient xmlns:f="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml">'
        b'<f:text><f:status value="generated"/><h:div lang="fr"><h:p>a</h:p></h:div></f:text>'
        b"</f:Patient>"
    )
    div = xml.parse(data, schema)["text"]["div"]
    assert div == '<div xmlns="http://www.w3.org/1999/xhtml" lang="fr"><p>a</p></div>'


def test_html_entities_become_characters(schema: Repository) -> None:
    """A narrative with entities that XML does not know can still be written as XML."""
    div = '<div xmlns="http://www.w3.org/1999/xhtml">a&nbsp;b &lt; &eacute;</div>'
    patient = {"resourceType": "Patient", "text": {"div": div}}
    assert "a\N{NO-BREAK SPACE}b &lt; é".encode() in xml.serialize(patient, schema)


@pytest.mark.parametrize(
    ("resource", "expression"),
    [
        ({"resourceType": "Patient", "nme": 1}, "Patient.nme"),
        ({"resourceType": "Patient", "name": [{"given": "a"}]}, "Patient.name[0].given"),
        ({"resourceType": "Patient", "name": ["a"]}, "Patient.name[0]"),
        ({"resourceType": "Patient", "active": {"a": 1}}, "Patient.active"),
        ({"resourceType": "Patient", "_active": 1}, "Patient.active"),
        ({"resourceType": "Patient", "_name": [{}]}, "Patient.name[0]"),
        ({"resourceType": "Patient", "birthDate": "\x00"}, "Patient.birthDate"),
        ({"resourceType": "Patient", "text": {"div": "<div>"}}, "Patient.text.div"),
        ({"resourceType": "Patient", "text": {"div": 1}}, "Patient.text.div"),
        ({"resourceType": "Patient", "text": {"div": "<!DOCTYPE a><a/>"}}, "Patient.text.div"),
        ({"resourceType": "Patient", "contained": [{}]}, "Patient.contained[0]"),
        ({"resourceType": "Patient", "contained": [1]}, "Patient.contained[0]"),
        ({"resourceType": "Patient", "extension": [{"_url": {}}]}, "Patient.extension[0].url"),
        ({"resourceType": "Foo"}, "Resource"),
    ],
)
def test_what_xml_cannot_hold_is_named(
    resource: dict[str, Any], expression: str, schema: Repository
) -> None:
    """JSON that has no XML form is refused by the path of the element at fault."""
    with pytest.raises(FhirError) as caught:
        xml.serialize(resource, schema)
    assert caught.value.category is Category.UNPROCESSABLE
    assert caught.value.expression == expression


def test_large_text_is_read(schema: Repository) -> None:
    """A Binary beyond the XML library's usual limits is read and written whole."""
    binary = {"resourceType": "Binary", "contentType": "a/b", "data": "YWFh" * 3_000_000}
    assert xml.parse(xml.serialize(binary, schema), schema) == binary


def test_many_faults_hide_no_other(schema: Repository) -> None:
    """Of each kind so many faults are told and no more; a refusal needs only one."""
    repeated = '<name/><active value="true"/>' * (MOST + 1)
    text = f'<Patient xmlns="http://hl7.org/fhir">{repeated}<nme value="a"/></Patient>'.encode()
    _, issues = xml.read(text, schema)
    told = Counter(issue.message_id for issue in issues)
    assert told == {ORDER: MOST, "xml-element-twice": MOST, "element-unknown": 1}
    assert issues[-1].expression == "Patient.nme"


HIDING = {
    "an encoding": "<?xml version='1.0' encoding='HZ'?>{}~{{<script>name</script>0~}}{}",
    "a comment": "{}<!--><svg onload='x'/>-->{}",
    "quoted text": "{}<![CDATA[><svg onload='x'/>]]>{}",
    "an instruction": "{}<?a ><svg onload='x'/>?>{}",
}


@pytest.mark.parametrize("way", HIDING)
def test_no_narrative_hides_what_pages_would_run(way: str) -> None:
    """What is not read as XML reads it is either seen, or refused."""
    text = HIDING[way].format(f"<div xmlns='{XHTML}'>", "</div>")
    try:
        found = to_element(text)
    except ValueError:
        return
    assert {str(one.tag) for one in found.iter()} == {f"{{{XHTML}}}div", f"{{{XHTML}}}script"}


@pytest.mark.parametrize("inside", ["<!-- > a --><p>b</p>", "<![CDATA[a]]>", "<?a b?><p/>"])
def test_usual_comments_are_read(inside: str) -> None:
    """Those that end in HTML where they end in XML."""
    assert to_element(f"<div xmlns='{XHTML}'>{inside}</div>").tag == f"{{{XHTML}}}div"
