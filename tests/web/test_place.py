"""Shapes of URLs: https://hl7.org/fhir/R4/http.html#summary."""

import pytest

from cordee.web.place import Place, locate


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("", Place("base")),
        ("/", Place("base")),
        ("/metadata", Place("metadata")),
        ("/_history", Place("history-system")),
        ("/_search", Place("search-system")),
        ("/$export", Place("operation", operation="export")),
        ("/Patient", Place("type", "Patient")),
        ("/Patient/", Place("type", "Patient")),
        ("/Patient/_search", Place("search-type", "Patient")),
        ("/Patient/_history", Place("history-type", "Patient")),
        ("/Patient/$everything", Place("operation", "Patient", operation="everything")),
        ("/Patient/1", Place("instance", "Patient", "1")),
        ("/Patient/1/_history", Place("history-instance", "Patient", "1")),
        ("/Patient/1/_history/2", Place("version", "Patient", "1", "2")),
        ("/Patient/1/$meta", Place("operation", "Patient", "1", operation="meta")),
        ("/Patient/1/Observation", Place("compartment", "Observation", owner="Patient/1")),
        ("/Patient/1/*", Place("compartment", owner="Patient/1")),
        (
            "/Patient/1/Observation/_search",
            Place("search-compartment", "Observation", owner="Patient/1"),
        ),
        ("/$export/abc", Place("export-job", id="abc")),
        ("/$export/abc/Patient.ndjson", Place("export-file", id="abc", version="Patient.ndjson")),
    ],
)
def test_every_shape_of_the_api_is_known(path: str, place: Place) -> None:
    """A path is taken apart into what the interactions need."""
    assert locate(path) == place


@pytest.mark.parametrize("path", ["/Patient/1/Observation/2", "/a/b/c/d/e", "//Patient//1"])
def test_other_shapes_are_nowhere(path: str) -> None:
    """What has no shape of the API is not guessed at."""
    assert locate(path) is None
