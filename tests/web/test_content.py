"""A request's body (https://hl7.org/fhir/R4/http.html#mime-type)."""

import pytest

from cordee.web.content import locator

TEXTS = {
    "application/fhir+json": b'{"resourceType": "Patient",\n "id": "x"}',
    "application/fhir+xml": b'<Patient xmlns="http://hl7.org/fhir">\n<id value="x"/></Patient>',
}


@pytest.mark.parametrize("media_type", sorted(TEXTS))
def test_a_text_is_looked_through_once_for_all_who_ask(media_type: str) -> None:
    """A batch asks for each entry at fault: a thousand of them read one text once."""
    locate = locator(TEXTS[media_type], {"content-type": media_type})
    assert locate() is locate()
    assert locate().find("Patient.id")[0] == 2
