"""A terminology over R4 core and a few resources made for the tests of this folder."""

from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.terminology import Terminology

COLOURS = "http://example.org/CodeSystem/colours"
VALUE_SET = "http://example.org/ValueSet/"
FREE = "http://example.org/CodeSystem/free"


def value_set(name: str, *includes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Make a value set from its includes; `exclude` and `inactive` go into the compose."""
    compose = {"include": list(includes)}
    compose |= {key: more.pop(key) for key in ("exclude", "inactive") if key in more}
    return {
        "resourceType": "ValueSet",
        "id": name,
        "url": VALUE_SET + name,
        "status": "active",
        "compose": compose,
    } | more


def filtered(property: str, op: str, value: str, system: str = COLOURS) -> dict[str, Any]:
    """Make an include with one filter."""
    return {"system": system, "filter": [{"property": property, "op": op, "value": value}]}


def _colours() -> dict[str, Any]:
    retired = [{"code": "status", "valueCode": "retired"}]
    french = [{"language": "fr", "value": "Rouge"}, {"language": "de-AT", "value": "Rot"}]
    warm = [{"code": "warm", "valueBoolean": True}, {"code": "wave", "valueInteger": 700}]
    shades = [
        {"code": "crimson", "display": "Crimson"},
        {"code": "rust", "display": "Rust", "property": retired},
    ]
    return {
        "resourceType": "CodeSystem",
        "id": "colours",
        "url": COLOURS,
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.4"}],
        "version": "2.0",
        "name": "Colours",
        "status": "active",
        "content": "complete",
        "caseSensitive": True,
        "valueSet": VALUE_SET + "all-colours",
        "concept": [
            {
                "code": "any",
                "display": "Any colour",
                "property": [{"code": "notSelectable", "valueBoolean": True}],
                "concept": [
                    {
                        "code": "red",
                        "display": "Red",
                        "definition": "Like blood",
                        "designation": french,
                        "property": warm,
                        "concept": shades,
                    },
                    {"code": "blue", "display": "Blue"},
                ],
            },
            {
                "code": "purple",
                "display": "Purple",
                "property": [
                    {"code": "parent", "valueCode": "red"},
                    {"code": "parent", "valueCode": "blue"},
                ],
            },
        ],
    }


def _fragment() -> dict[str, Any]:
    return {
        "resourceType": "CodeSystem",
        "id": "fragment",
        "url": "http://example.org/CodeSystem/fragment",
        "status": "active",
        "content": "fragment",
        "concept": [{"code": "A", "display": "Alpha"}, {"code": "B", "display": "Bêta"}],
    }


def _supplement() -> dict[str, Any]:
    return {
        "resourceType": "CodeSystem",
        "id": "supplement",
        "url": "http://example.org/CodeSystem/supplement",
        "status": "active",
        "content": "supplement",
        "supplements": COLOURS,
        "concept": [
            {
                "code": "blue",
                "designation": [{"language": "fr", "value": "Bleu"}],
                "property": [{"code": "wave", "valueInteger": 450}],
            },
            {"code": "green", "designation": [{"language": "fr", "value": "Vert"}]},
        ],
    }


def free() -> dict[str, Any]:
    """A French code system that does not mind case and names properties in its own words."""
    standard = "http://hl7.org/fhir/concept-properties#"
    return {
        "resourceType": "CodeSystem",
        "url": FREE,
        "language": "fr",
        "content": "complete",
        "caseSensitive": False,
        "property": [
            {"code": "hors", "uri": standard + "inactive", "type": "boolean"},
            {"code": "groupe", "uri": standard + "notSelectable", "type": "boolean"},
            {"code": "sous", "uri": standard + "parent", "type": "code"},
            {"code": "status", "type": "Coding"},
        ],
        "concept": [
            {
                "code": "Top",
                "display": "Sommet",
                "property": [{"code": "groupe", "valueBoolean": True}],
            },
            {
                "code": "A",
                "display": "Arbre",
                "designation": [{"language": "en", "value": "Tree"}],
                "property": [
                    {"code": "sous", "valueCode": "Top"},
                    {"code": "status", "valueCoding": {"code": "ok"}},
                ],
            },
            {
                "code": "B",
                "display": "Bois",
                "property": [
                    {"code": "sous", "valueCode": "Top"},
                    {"code": "hors", "valueBoolean": True},
                ],
            },
        ],
    }


def made() -> Repository:
    """R4 core, the colours, a fragment and a supplement."""
    repository = Repository.load()
    for resource in (_colours(), _fragment(), _supplement()):
        repository.add(resource)
    return repository


@pytest.fixture
def repository() -> Repository:
    """Definitions that a test may add to."""
    return made()


@pytest.fixture
def terminology(repository: Repository) -> Terminology:
    """The terminology of that repository."""
    return Terminology(repository)
