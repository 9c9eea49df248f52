"""National identifiers do not reach those outside the circle of trust."""

import base64
from decimal import Decimal

import pytest

from cordee.access.identity_veil import HIDDEN, VEIL, holds_identity, unsearchable
from cordee.resource import json
from cordee.search.filter import NOTHING, AllOf, AnyOf, Filter, Not, Token, TokenIn, Words
from cordee.search.matching import matches
from cordee.search.values import Extraction

NIR = "urn:oid:1.2.250.1.213.1.4.8"
NUMBER = "277010115400329"


def test_identifiers_are_taken_out_everywhere() -> None:
    """From the patient, from references, from contained resources; the rest keeps its digits."""
    hidden = {"system": NIR, "value": NUMBER}
    kept = {"system": "urn:own", "value": "7"}
    patient = {
        "resourceType": "Patient",
        "text": {"div": f"<div>INS {NUMBER}</div>"},
        "identifier": [hidden, kept],
        "contained": [{"resourceType": "Observation", "subject": {"identifier": hidden}}],
        "link": [{"other": {"identifier": hidden, "display": f"n° {NUMBER}"}}],
        "extension": [{"valueDecimal": Decimal("1.0")}],
    }
    bundle = {"resourceType": "Bundle", "entry": [{"resource": patient}]}
    shown = VEIL.hide(json.serialize(bundle))
    assert NUMBER.encode() not in shown
    assert NIR.encode() not in shown
    assert b'"valueDecimal":1.0' in shown
    told = json.parse(shown)["entry"][0]["resource"]
    assert told["identifier"] == [kept]
    assert told["link"] == [{"other": {"display": f"n° {HIDDEN}"}}]


def test_what_has_none_is_passed_on() -> None:
    """The very same bytes."""
    body = b'{"resourceType": "Patient"}'
    assert VEIL.hide(body) is body


def test_a_list_of_nothing_else_goes() -> None:
    """FHIR knows no empty lists."""
    body = json.serialize({"resourceType": "Patient", "identifier": [{"system": NIR}]})
    assert json.parse(VEIL.hide(body)) == {"resourceType": "Patient"}


def test_numbers_are_struck_out_of_documents() -> None:
    """In contents that are text, of a Binary or attached; what is packed is left as it is."""
    document = f'<ClinicalDocument><id root="{NIR[8:]}" extension="{NUMBER}"/>{NUMBER}'.encode()
    binary = {"resourceType": "Binary", "contentType": "text/xml", "data": encoded(document)}
    packed = {"contentType": "application/pdf", "data": encoded(b"%PDF-1.7 \x00\xff")}
    note = {
        "resourceType": "DocumentReference",
        "content": [{"attachment": {**binary, "data": encoded(document)}}, {"attachment": packed}],
    }
    bundle = {"resourceType": "Bundle", "entry": [{"resource": binary}, {"resource": note}]}
    told = json.parse(VEIL.hide(json.serialize(bundle)))["entry"]
    shown = [told[0]["resource"], *(row["attachment"] for row in told[1]["resource"]["content"])]
    for content in shown[:2]:
        text = base64.b64decode(content["data"])
        assert NUMBER.encode() not in text
        assert text == document.replace(NUMBER.encode(), b"*" * len(NUMBER))
    assert shown[2] == packed
    alone = json.serialize({"resourceType": "Binary", "contentType": "x", "data": packed["data"]})
    assert VEIL.hide(alone) is alone


def encoded(content: bytes) -> str:
    """Write bytes as FHIR does."""
    return base64.b64encode(content).decode()


PATIENT = Extraction(
    {
        "identifier": [{"s": NIR, "v": NUMBER}, {"s": "urn:own", "v": "7"}],
        "identifier:of-type": [{"s": "urn:t", "c": "INS-NIR", "v": NUMBER}],
        "subject:identifier": [{"s": NIR, "v": NUMBER}],
        "_content": [NUMBER],
    }
)

FOUND_BEFORE: list[Filter] = [
    Token("identifier", NIR, NUMBER),
    Token("identifier", None, NUMBER),
    Token("identifier", NIR, None),
    TokenIn("identifier", frozenset(((None, NUMBER), ("urn:x", "1")))),
    TokenIn("identifier", frozenset(((NIR, NUMBER),))),
    Token("identifier:of-type", None, NUMBER, type_system="urn:t", type_code="INS-NIR"),
    Token("subject:identifier", None, NUMBER),
    Words("_content", (NUMBER,)),
]


@pytest.mark.parametrize("filter", FOUND_BEFORE)
def test_no_search_finds_by_them(filter: Filter) -> None:
    """Whatever the form of the search, and inside others."""
    assert matches(filter, PATIENT)
    assert not matches(unsearchable(filter), PATIENT)
    assert not matches(unsearchable(AllOf((filter, Token("identifier", None, "7")))), PATIENT)
    assert unsearchable(AnyOf((filter,))) != AnyOf((filter,))


def test_other_searches_stay() -> None:
    """Other identifiers are found; what needs no change is not changed."""
    assert matches(unsearchable(Token("identifier", None, "7")), PATIENT)
    tree = Not(Token("gender", None, "male"))
    assert unsearchable(tree) is tree
    assert unsearchable(Token("identifier", NIR, NUMBER)) is NOTHING


def test_resources_that_hold_one_are_known() -> None:
    """By their own identifiers or those of references."""
    assert holds_identity(PATIENT)
    assert not holds_identity(Extraction({"identifier": [{"s": "urn:own", "v": "7"}]}))
