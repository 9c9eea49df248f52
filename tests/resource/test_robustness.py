"""Whatever comes in, readers and writers answer with a resource or with a FhirError."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cordee.definitions.repository import Repository
from cordee.errors import FhirError
from cordee.resource import json, json_locations, quantity, xml, xml_locations
from cordee.resource.date_interval import interval
from cordee.resource.elements import select
from cordee.resource.reference import Reference, references
from cordee.resource.rewriting import rewrite
from cordee.resource.summary import summarize

SCHEMA = Repository.load()
RESOURCE: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "1",
    "meta": {"tag": [{"code": "a"}]},
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">a</div>'},
    "contained": [
        {"resourceType": "Patient", "name": [{"given": ["A", None], "_given": [None, {}]}]}
    ],
    "status": "final",
    "_status": {"extension": [{"url": "u", "valueCode": "v"}]},
    "subject": {"reference": "#p"},
    "valueQuantity": {"value": 1.5, "unit": "mg"},
}
JSON = json.serialize(RESOURCE, pretty=True)
XML = xml.serialize(RESOURCE, SCHEMA, pretty=True)
PIECES = st.sampled_from(
    [b"{", b"}", b"[", b'"', b"<", b"/>", b"&", b"&#0;", b"null", b"1e5", b",", b"\x00", b"\xc3",
     b"\\u0022", b"<!--", b"<!DOCTYPE a>", b'xmlns="u" ']
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


@st.composite
def broken(draw: st.DrawFn, whole: bytes) -> bytes:
    """Cut something out of a text and put something else in."""
    start = draw(st.integers(0, len(whole)))
    end = draw(st.integers(start, min(len(whole), start + 30)))
    return whole[:start] + draw(PIECES | st.binary(max_size=3)) + whole[end:]


@given(broken(JSON))
def test_broken_json_is_read_or_refused(data: bytes) -> None:
    """Any text is read or refused, and has places."""
    assert json_locations.locate(data).find("Observation.subject") >= (1, 1)
    with suppress(FhirError):
        resource = json.parse(data)
        assert json.parse(json.serialize(resource)) == resource


@given(broken(XML))
def test_broken_xml_is_read_or_refused(data: bytes) -> None:
    """Any text is read, with issues perhaps, or refused."""
    with suppress(FhirError):
        resource, _ = xml.read(data, SCHEMA)
        assert isinstance(resource["resourceType"], str)
        assert xml_locations.locate(data).find("Observation.subject") >= (1, 1)


@given(st.sampled_from([name for name in RESOURCE if name != "id"]), VALUES)
def test_wrong_shapes_break_no_reader(name: str, value: Any) -> None:
    """Resources that were never validated can be searched for links, shortened and written."""
    resource = json.parse(JSON) | {name: value}
    assert all("reference" in holder for _, holder in references(resource))
    rewrite(resource, {"#p": "Patient/1"}, SCHEMA)
    assert summarize(resource, "true", SCHEMA)["meta"]
    assert select(resource, ["status"], SCHEMA)["id"] == "1"
    with suppress(FhirError):
        assert xml.serialize(resource, SCHEMA)


@given(st.text())
def test_any_text_may_be_asked_about(text: str) -> None:
    """References, dates and units are asked for any text, and say when it is none."""
    assert Reference.parse(text).text == text
    assert interval("x" + text) is None
    assert quantity.canonical(Decimal(1), "?" + text) is None
