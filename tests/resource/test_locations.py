"""Line and column of elements, in JSON and in XML."""

from time import process_time

import pytest

from cordee.resource import json_locations, xml_locations

JSON = b"""{
  "resourceType": "Patient",
  "_birthDate": {"extension": [{"url": "u"}]},
  "birthDate": "2000",
  "name": [
    {"given": ["A", "B"], "_given": [null, {"id": "x"}]},
    {"family": "\xc3\xa9\xc3\xa9", "use": "usual"}
  ],
  "deceasedBoolean": true,
  "contained": [{"resourceType": "Organization", "name": "O"}]
}"""

XML = b"""<?xml version="1.0"?>
<f:Patient xmlns:f="http://hl7.org/fhir">
  <f:contained>
    <f:Organization><f:name value="O"/></f:Organization>
  </f:contained>
  <f:name><f:given value="A"/><f:given value="B"/></f:name>
  <f:name><f:family value="\xc3\xa9"/></f:name>
  <f:deceasedBoolean value="true"/>
</f:Patient>"""


@pytest.mark.parametrize(
    ("expression", "place"),
    [
        ("Patient", (1, 1)),
        ("Patient.name", (6, 5)),
        ("Patient.name[1]", (7, 5)),
        ("Patient.name[1].use", (7, 22)),
        ("Patient.name[0].given[1]", (6, 21)),
        ("Patient.name[0].given[1].id", (6, 45)),
        ("Patient.birthDate", (4, 3)),
        ("Patient.birthDate.extension[0].url", (3, 33)),
        ("Patient.deceased", (9, 3)),
        ("Patient.deceased.ofType(boolean)", (9, 3)),
        ("Patient.deceased[x]", (9, 3)),
        ("Patient.contained[0].ofType(Organization).name", (10, 50)),
        ("Patient.name[1].period.start", (7, 5)),
        ("Patient.name[9]", (1, 1)),
        ("name[1].family", (7, 6)),
        ("Patient.extension('http://a.b/c.d')", (1, 1)),
        ("", (1, 1)),
    ],
)
def test_a_path_leads_to_its_place_in_json(expression: str, place: tuple[int, int]) -> None:
    """A member is where its key starts, an item where it starts; else the nearest parent."""
    assert json_locations.locate(JSON).find(expression) == place


@pytest.mark.parametrize(
    ("expression", "place"),
    [
        ("Patient", (2, 1)),
        ("Patient.name[0].given[1]", (6, 31)),
        ("Patient.name[1].family", (7, 11)),
        ("Patient.deceased.ofType(boolean)", (8, 3)),
        ("Patient.contained[0].name", (4, 21)),
        ("Patient.gender", (2, 1)),
    ],
)
def test_a_path_leads_to_its_place_in_xml(expression: str, place: tuple[int, int]) -> None:
    """An element is where its tag starts; the element naming a nested type is no step."""
    assert xml_locations.locate(XML).find(expression) == place


def test_columns_count_characters() -> None:
    """A column is a number of characters, not of bytes, and lines end at line feeds."""
    assert json_locations.position("é\r\néa".encode(), 6) == (2, 2)


@pytest.mark.parametrize("data", [b"", b"{", b"]", b'{"a"', b'"', b"\xff", b'{"a":[1,{"b":'])
def test_broken_text_does_not_break_the_search(data: bytes) -> None:
    """Text that is not JSON has places too, if only its start."""
    assert json_locations.locate(data).find("Patient.name") >= (1, 1)
    assert json_locations.first_duplicate(data) is None
    assert json_locations.first_deeper(data, 5) == 0


def test_places_on_one_long_line_are_found_in_one_pass() -> None:
    """A megabyte without line breaks is read once, however many places there are in it."""
    data = b'{"\xc3\xa9":1' + b"".join(b',"k%06d":[1]' % number for number in range(100_000)) + b"}"
    begun = process_time()
    place = json_locations.locate(data)
    assert process_time() - begun < 8  # a minute when each place reads from the line's beginning
    assert place.find("X.k000000") == (1, 19)
    assert place.find("X.k099999") == (1, len(data.decode()) - 2)
