"""Literal references."""

import pytest

from cordee.definitions.repository import Repository
from cordee.resource import canonical
from cordee.resource.reference import Reference, references
from cordee.resource.rewriting import rewrite


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Patient/1", Reference("Patient/1", "relative", "Patient", "1")),
        (
            "Patient/1/_history/2",
            Reference("Patient/1/_history/2", "relative", "Patient", "1", "2"),
        ),
        (
            "https://a/fhir/Patient/1#x",
            Reference(
                "https://a/fhir/Patient/1#x",
                "absolute",
                "Patient",
                "1",
                base="https://a/fhir",
                fragment="x",
            ),
        ),
        ("https://a/doc.pdf", Reference("https://a/doc.pdf", "absolute")),
        ("urn:uuid:C757", Reference("urn:uuid:C757", "uuid")),
        ("urn:oid:1.2", Reference("urn:oid:1.2", "oid")),
        ("#p1", Reference("#p1", "contained", fragment="p1")),
        ("#", Reference("#", "contained", fragment="")),
        ("Patient?identifier=a", Reference("Patient?identifier=a", "other")),
        ("Patient/a b", Reference("Patient/a b", "other")),
        ("", Reference("", "other")),
    ],
)
def test_a_reference_is_taken_apart(text: str, expected: Reference) -> None:
    """Every form is recognised, and what has no form is kept as it is."""
    assert Reference.parse(text) == expected


def test_versions_do_not_change_the_target() -> None:
    """References are compared without version, but not across servers."""
    one = Reference.parse("Patient/1/_history/2")
    assert one.same_target(Reference.parse("Patient/1"))
    assert not one.same_target(Reference.parse("Patient/2"))
    assert not one.same_target(Reference.parse("http://a/Patient/1"))


def test_own_base_makes_a_reference_relative() -> None:
    """An absolute URL under the given base is the relative reference; another stays."""
    link = Reference.parse("http://a/fhir/Patient/1/_history/3")
    assert link.relative_to("http://a/fhir/").text == "Patient/1/_history/3"
    assert link.relative_to("http://b/fhir") is link


def test_every_reference_is_found_with_its_path() -> None:
    """References are found at any depth, in extensions, contained and bundled resources."""
    resource = {
        "resourceType": "Bundle",
        "entry": [
            {
                "resource": {
                    "resourceType": "Observation",
                    "subject": {"reference": "Patient/1"},
                    "performer": [{"display": "no link"}, {"reference": "#p"}],
                    "extension": [{"url": "u", "valueReference": {"reference": "Group/1"}}],
                    "contained": [{"resourceType": "Practitioner", "id": "p"}],
                }
            }
        ],
    }
    assert [(path, holder["reference"]) for path, holder in references(resource)] == [
        ("Bundle.entry[0].resource.subject", "Patient/1"),
        ("Bundle.entry[0].resource.performer[1]", "#p"),
        ("Bundle.entry[0].resource.extension[0].valueReference", "Group/1"),
    ]


def test_links_are_rewritten_where_the_specification_says(schema: Repository) -> None:
    """References, links by type and narrative links change; strings and canonicals do not."""
    uuid = "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"
    resource = {
        "resourceType": "DocumentReference",
        "text": {"status": "generated", "div": f"<div><a href='{uuid}'>{uuid}</a></div>"},
        "meta": {"profile": [uuid]},
        "masterIdentifier": {"system": uuid, "value": uuid},
        "subject": {"reference": uuid, "type": "Patient"},
        "author": [{"reference": uuid + "#x"}, {"reference": "Patient/a/_history/7"}],
        "content": [{"attachment": {"url": uuid, "title": uuid}}],
        "extension": [{"url": "u", "valueReference": {"reference": "http://a/fhir/Patient/a"}}],
    }
    mapping = {uuid: "Patient/9", "Patient/a": "Patient/9", "http://a/fhir/Patient/a": "Patient/9"}
    rewrite(resource, mapping, schema)
    assert resource == {
        "resourceType": "DocumentReference",
        "text": {"status": "generated", "div": f"<div><a href='Patient/9'>{uuid}</a></div>"},
        "meta": {"profile": [uuid]},
        "masterIdentifier": {"system": "Patient/9", "value": uuid},
        "subject": {"reference": "Patient/9", "type": "Patient"},
        "author": [{"reference": "Patient/9#x"}, {"reference": "Patient/9/_history/7"}],
        "content": [{"attachment": {"url": "Patient/9", "title": uuid}}],
        "extension": [{"url": "u", "valueReference": {"reference": "Patient/9"}}],
    }


def test_links_in_arrays_and_nested_resources_are_rewritten(schema: Repository) -> None:
    """Repeating uri elements and resources inside resources are reached too."""
    resource = {
        "resourceType": "Parameters",
        "parameter": [
            {
                "name": "resource",
                "resource": {
                    "resourceType": "ActivityDefinition",
                    "library": ["urn:uuid:1"],
                    "location": {"reference": "urn:uuid:1"},
                },
            },
            {"name": "uri", "valueUri": "urn:uuid:1"},
            {"name": "string", "valueString": "urn:uuid:1"},
        ],
    }
    rewrite(resource, {"urn:uuid:1": "Location/2"}, schema)
    inner, uri, string = resource["parameter"]
    assert inner["resource"] == {  # type: ignore[index]
        "resourceType": "ActivityDefinition",
        "library": ["urn:uuid:1"],
        "location": {"reference": "Location/2"},
    }
    assert uri["valueUri"] == "Location/2"  # type: ignore[index]
    assert string["valueString"] == "urn:uuid:1"  # type: ignore[index]


def test_canonicals_split_and_join() -> None:
    """`url|version#fragment` comes apart and together again."""
    assert canonical.split("http://a|1") == ("http://a", "1")
    assert canonical.split("http://a|") == ("http://a", None)
    assert canonical.split("http://a") == ("http://a", None)
    assert canonical.join("http://a", "1") == "http://a|1"
    assert canonical.join("http://a", None) == "http://a"
    assert canonical.without_fragment("http://a|1#x") == ("http://a|1", "x")
    assert canonical.without_fragment("http://a") == ("http://a", None)
