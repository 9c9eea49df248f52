"""Uri parameters (https://hl7.org/fhir/R4/search.html#uri)."""

from collections.abc import Callable
from typing import Any

import pytest

from cordee.errors import FhirError

Finds = Callable[[dict[str, Any], str], bool | None]

URL = "http://acme.org/fhir/ValueSet/123"
VALUE_SET = {"resourceType": "ValueSet", "url": URL, "meta": {"profile": ["http://p.example/v|2"]}}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"url={URL}", True),
        (f"url={URL}/", False),
        (f"url={URL.upper()}", False),
        ("url:below=http://acme.org/fhir", True),
        ("url:below=http://acme.org/fhir/", True),
        ("url:below=http://acme.org/fh", False),
        (f"url:above={URL}/_history/5", True),
        ("url:above=http://acme.org/fhir", False),
        (f"url:above={URL}", True),
        ("_profile=http://p.example/v", True),
        ("_profile=http://p.example/v|2", True),
        ("_profile=http://p.example/v|3", False),
    ],
)
def test_uris_match(query: str, expected: bool, finds: Finds) -> None:
    """To the letter, or along whole path segments."""
    assert finds(VALUE_SET, query) is expected


def test_urns_have_no_path(finds: Finds) -> None:
    """`:below` of an OID or UUID has no meaning."""
    with pytest.raises(FhirError):
        finds(VALUE_SET, "url:below=urn:oid:1.2")
