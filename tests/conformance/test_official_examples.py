"""The official R4 examples: no error but those that are real, each kind listed with its reason."""

import tarfile
from collections import Counter
from pathlib import Path

import pytest

from cordee.definitions.repository import Repository
from cordee.errors import FhirError
from cordee.resource import json
from cordee.terminology import Terminology
from cordee.validation.validator import Validator

pytestmark = pytest.mark.conformance

SIZE = 400_000
"""Bytes of the largest example run here: beyond are collections of the definitions themselves."""

REAL: dict[str, str] = {
    "canonical-relative": "Canonicals such as Library/x, which are no absolute URLs.",
    "binding-required": "Media types with parameters that are not well formed.",
    "canonical-contained-missing": "Canonicals of contained resources that are not there.",
    "cardinality-min": "Items without linkId, parameters without base, a vital sign without time.",
    "invariant": "Abstract patterns that have no base and are not marked abstract.",
    "primitive-format": "Codes with stray characters, an id of more than 64 characters.",
    "narrative-empty": "Narratives without content.",
    "bundle-full-url-differs": "fullUrls that end in another id than the resource has.",
    "reference-target-type": "References to types that the element does not allow.",
    "coding-unknown-code": "A word as a code of the system of URIs.",
    "extension-part-unknown": "A part named otherwise than in the extension's definition.",
    "search-parameter-expression": "Expressions that name elements their base does not have.",
    "search-parameter-type": "Search parameters offered with another type than their definition's.",
    "structure-expression": "A constraint that names an element its type does not have.",
    "unit-other": "An age in barns.",
    "system-relative": "A value set of a contained code system.",
}
"""Message id → what is wrong with the examples that draw it."""


def test_the_official_examples_draw_only_real_errors(material: Path) -> None:
    """Nearly all official examples are good, and the rest break rules known to be broken."""
    repository = Repository.load()
    validator = Validator(repository, Terminology(repository))
    bad: Counter[str] = Counter()
    examined = 0
    (archive,) = (material / "r4-examples").glob("*.tgz")
    with tarfile.open(archive) as opened:
        for member in opened:
            name = member.name.rpartition("/")[2]
            if not name.endswith(".json") or name in {"package.json", ".index.json"}:
                continue
            content = opened.extractfile(member)
            if content is None or member.size > SIZE:
                continue
            try:
                resource = json.parse(content.read())
            except FhirError:
                bad["unreadable"] += 1
                continue
            examined += 1
            for message_id in {
                str(row.message_id)
                for row in validator.validate(resource).issues
                if row.severity == "error"
            }:
                bad[message_id] += 1
    assert set(bad) == set(REAL), bad
    assert sum(bad.values()) < 0.03 * examined, bad
