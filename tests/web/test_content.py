"""A request's body (https://hl7.org/fhir/R4/http.html#mime-type)."""

import pytest

from cordee.background import LARGE, beside
from cordee.web.content import locator

TEXTS = {
    "application/fhir+json": b'{"resourceType": "Patient",\n "id": "x"}',
    "application/fhir+xml": b'<Patient xmlns="http://hl7.org/fhir">\n<id value="x"/></Patient>',
}


@pytest.mark.parametrize("media_type", sorted(TEXTS))
def test_a_text_is_looked_through_once_for_all_who_ask(media_type: str) -> None:
    """A batch asks for each entry at fault: a thousand of them read one text once."""
    locate = locator(TEXTS[media_type], {"content-type": media_type})
    found = locate()
    assert found is not None
    assert found is locate()
    assert found.find("Patient.id")[0] == 2


async def test_a_large_text_is_looked_through_beside_the_loop() -> None:
    """There is no place while others wait; once it was found, everybody has it."""
    text = TEXTS["application/fhir+json"].ljust(LARGE)
    locate = locator(text, {"content-type": "application/fhir+json"})
    assert locate() is None
    assert await beside(LARGE, locate) is not None
    assert locate() is not None
