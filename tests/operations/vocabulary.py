"""A code system, value sets and a concept map that the terminology operations are tried on."""

from typing import Any

import httpx

BASE = "http://example.org/"
COLOURS = BASE + "CodeSystem/colours"
WARM = BASE + "ValueSet/warm"
MIXED = BASE + "ValueSet/mixed"
OTHER = "http://elsewhere.example/CodeSystem/paints"

CODE_SYSTEM: dict[str, Any] = {
    "resourceType": "CodeSystem",
    "id": "colours",
    "url": COLOURS,
    "version": "2.0",
    "name": "Colours",
    "title": "All colours",
    "status": "active",
    "content": "complete",
    "caseSensitive": True,
    "property": [{"code": "wave", "type": "integer"}, {"code": "notSelectable", "type": "boolean"}],
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
                    "designation": [
                        {"language": "fr", "value": "Rouge"},
                        {"language": "de", "value": "Rot"},
                    ],
                    "property": [{"code": "wave", "valueInteger": 700}],
                    "concept": [
                        {"code": "crimson", "display": "Crimson"},
                        {
                            "code": "rust",
                            "display": "Rust",
                            "property": [{"code": "status", "valueCode": "retired"}],
                        },
                    ],
                },
                {"code": "blue", "display": "Blue"},
            ],
        }
    ],
}
VALUE_SET: dict[str, Any] = {
    "resourceType": "ValueSet",
    "id": "warm",
    "url": WARM,
    "version": "1.0",
    "name": "Warm",
    "status": "active",
    "compose": {
        "include": [
            {
                "system": COLOURS,
                "filter": [{"property": "concept", "op": "is-a", "value": "red"}],
            }
        ]
    },
}
MIXED_SET: dict[str, Any] = {
    "resourceType": "ValueSet",
    "id": "mixed",
    "url": MIXED,
    "status": "active",
    "compose": {"include": [{"valueSet": [WARM]}, {"system": OTHER}]},
}
CONCEPT_MAP: dict[str, Any] = {
    "resourceType": "ConceptMap",
    "id": "paints",
    "url": BASE + "ConceptMap/paints",
    "status": "active",
    "sourceCanonical": WARM,
    "targetCanonical": BASE + "ValueSet/paints",
    "group": [
        {
            "source": COLOURS,
            "target": OTHER,
            "element": [
                {
                    "code": "red",
                    "target": [
                        {
                            "code": "P1",
                            "display": "Cadmium red",
                            "equivalence": "narrower",
                            "comment": "There are other reds",
                            "product": [
                                {"property": "http://example.org/p", "system": OTHER, "value": "X"}
                            ],
                        }
                    ],
                },
                {"code": "blue", "target": [{"equivalence": "unmatched", "comment": "None"}]},
            ],
        }
    ],
}
PROFILE: dict[str, Any] = {
    "resourceType": "StructureDefinition",
    "id": "painted",
    "url": BASE + "StructureDefinition/painted",
    "name": "Painted",
    "status": "active",
    "kind": "resource",
    "abstract": False,
    "type": "Observation",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation",
    "derivation": "constraint",
    "differential": {
        "element": [
            {"id": "Observation", "path": "Observation"},
            {
                "id": "Observation.interpretation",
                "path": "Observation.interpretation",
                "binding": {"strength": "required", "valueSet": WARM},
            },
        ]
    },
}
ALL = (CODE_SYSTEM, VALUE_SET, MIXED_SET, CONCEPT_MAP, PROFILE)


def parameters(**values: Any) -> dict[str, Any]:
    """Make a Parameters body: name → (property, value); `_` stands for `-`, lists repeat."""
    rows = []
    for name, (property, given) in values.items():
        each = given if isinstance(given, list) else [given]
        rows += [{"name": name.replace("_", "-"), property: value} for value in each]
    return {"resourceType": "Parameters", "parameter": rows}


def read(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    """Give name → value of an answer's Parameters; repeated ones and parts are listed."""
    assert answer.status_code == status, answer.text
    return _rows(answer.json()["parameter"])


def _rows(rows: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        if "part" in row:
            found.setdefault(row["name"], []).append(_rows(row["part"]))
        else:
            (found[row["name"]],) = [value for key, value in row.items() if key != "name"]
    return found


def refusal(answer: httpx.Response, status: int) -> str:
    """Give the text of the OperationOutcome of a refused call."""
    assert answer.status_code == status, answer.text
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    text: str = outcome["issue"][0]["diagnostics"]
    return text
