"""Rendition and official package lead to the same verdict, on examples and on mutations of them.

Each official example, and each copy of it with one thing changed, is validated against every
profile of its type that the package has: once with the rendition, once with the official package.
"""

import copy
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from cordee.definitions.repository import Repository
from cordee.errors import Severity
from cordee.resource.types import Resource
from cordee.terminology import Terminology
from cordee.validation.options import Options
from cordee.validation.validator import Validator

pytestmark = pytest.mark.conformance

PACKAGES = (
    "ans.fhir.fr.annuaire-1.0.1",
    "ans.fhir.fr.annuaire-1.1.0",
    "ans.fhir.fr.cdl-3.0.0",
    "ans.fhir.fr.cds-2.0.1",
    "ans.fhir.fr.gap-3.0.0",
    "ans.fhir.fr.nde-3.0.0",
    "ans.fhir.fr.pdsm-3.1.1",
    "ans.fhir.fr.tde-2.0.0",
    "hl7.fhir.fr.core-2.0.1",
    "hl7.fhir.fr.core-2.1.0",
    "hl7.fhir.fr.core-2.2.0",
)
OWN, FOREIGN = 150, 20
"""Most mutations of an example of the package itself, and of one of another package; of a larger
example, this many spread evenly."""
IGNORED = frozenset({"binding-unknown"})
"""Says that nobody knows: publishers pin inherited bindings to versions that are nowhere."""

ACCEPTED = tomllib.loads((Path(__file__).parent / "accepted.toml").read_text())

Finding: TypeAlias = tuple[str, str | None, str | None]
"""Severity, message id, place."""
Verdict: TypeAlias = frozenset[Finding]


@pytest.mark.parametrize("package", PACKAGES)
def test_the_same_verdict_with_rendition_and_official_package(
    package: str,
    rendered: Repository,
    with_official: Callable[[str], Repository],
    examples: dict[str, dict[str, Resource]],
    record_property: Callable[[str, object], None],
) -> None:
    """The same errors and warnings at the same places."""
    ours, theirs = (_validator(one) for one in (rendered, with_official(package)))
    profiles = _profiles(rendered, package)
    verdicts = 0
    distinct: set[Verdict] = set()
    differences: dict[str, str] = {}
    for origin, name, example in _chosen(examples, profiles):
        most = OWN if origin == package else FOREIGN
        known = _without_unknown_claims(example, rendered)
        for changed, resource in _with_mutations(known, most):
            asked = profiles[resource["resourceType"]]
            mine, other = (_verdict(one, resource, asked) for one in (ours, theirs))
            for found in mine ^ other:
                differences.setdefault(_described(found), f"{origin} {name}, {changed}")
            verdicts += 1
            distinct.add(mine)
    record_property("verdicts", verdicts)
    record_property("distinct verdicts", len(distinct))
    accepted = {
        item for row in ACCEPTED["verdict"] if row["package"] == package for item in row["items"]
    }
    assert differences.keys() == accepted, differences
    assert verdicts > len(distinct) > 50


def _described(found: Finding) -> str:
    severity, message_id, expression = found
    place = re.sub(r"\[.*?\]", "", expression or "")
    return f"{severity} {message_id} {place}"


def _chosen(
    examples: dict[str, dict[str, Resource]], profiles: dict[str, list[str]]
) -> Iterator[tuple[str, str, Resource]]:
    """Give the examples of all packages that are of a type with a profile."""
    for origin, named in examples.items():
        for name, example in named.items():
            if example["resourceType"] in profiles:
                yield origin, name, example


def _without_unknown_claims(example: Resource, rendered: Repository) -> Resource:
    """Drop claims of profiles that are not rendered: only one side would know them."""
    made = copy.deepcopy(example)
    claims = made.get("meta", {}).get("profile", [])
    claims[:] = [claim for claim in claims if rendered.find(claim, "StructureDefinition")]
    return made


def _validator(repository: Repository) -> Validator:
    # A worker that ran thousands of tests looks through gigabytes in a full garbage collection.
    return Validator(repository, Terminology(repository), Options(seconds=30))


def _profiles(rendered: Repository, package: str) -> dict[str, list[str]]:
    """Give a package's profiles of resource types: type → canonicals with version."""
    found: dict[str, list[str]] = {}
    for pack in rendered.packs:
        for entry in (
            pack.entries if f"{pack.manifest.id}-{pack.manifest.version}" == package else ()
        ):
            if entry.resource_type == "StructureDefinition" and entry.kind == "resource":
                found.setdefault(entry.type, []).append(f"{entry.url}|{entry.version}")
    return found


def _verdict(validator: Validator, resource: Resource, profiles: list[str]) -> Verdict:
    report = validator.validate(resource, profiles)
    return frozenset(
        (issue.severity.value, issue.message_id, issue.expression)
        for issue in report.issues
        if issue.severity is not Severity.INFORMATION and issue.message_id not in IGNORED
    )


def _with_mutations(example: Resource, most: int) -> Iterator[tuple[str, Resource]]:
    yield "as it is", example
    changes = list(_changes(example, ()))
    step = max(1, len(changes) // most)
    for path, kind in changes[::step]:
        yield f"{kind} {'.'.join(map(str, path))}", _changed(example, path, kind)


def _changes(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Give what can be changed: everything can go, items can be doubled, texts can be wrong."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        if key in {"resourceType", "text", "div"}:
            continue
        here = (*path, key)
        yield here, "drop"
        if isinstance(value, list):
            yield here, "double"
        if isinstance(inner, str):
            yield here, "spoil"
        elif isinstance(inner, dict | list):
            yield from _changes(inner, here)


def _changed(example: Resource, path: tuple[Any, ...], kind: str) -> Resource:
    made = copy.deepcopy(example)
    holder: Any = made
    for key in path[:-1]:
        holder = holder[key]
    if kind == "drop":
        del holder[path[-1]]
    elif kind == "double":
        holder.append(copy.deepcopy(holder[path[-1]]))
    else:
        holder[path[-1]] = "wrong"
    return made
