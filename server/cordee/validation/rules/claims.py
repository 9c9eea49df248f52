"""The profiles that a resource says it conforms to.

https://hl7.org/fhir/R4/resource-definitions.html#Meta.profile
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from cordee.definitions.structure import BASE
from cordee.errors import Severity
from cordee.resource.types import Resource
from cordee.validation.node import Node, resource_node
from cordee.validation.place import Place
from cordee.validation.report import FAILING, Finding
from cordee.validation.rules.conformance import Finder
from cordee.validation.run import Check, Run

UNCHECKED = frozenset({"profile-unknown", "profile-unusable"})
"""Messages that say a profile was not checked."""


def claims(find: Finder) -> Check:
    """Check a resource against each profile in its `meta.profile`, and those required of its type.

    Contained resources are checked against what they claim alone.
    """

    def check(value: Any, place: Place, run: Run) -> None:
        if run.options.claims == "off":
            return
        node = resource_node(value, place)
        asked = _claimed(value, place)
        if run.resource is run.root:
            asked += [(url, place) for url in run.options.required.get(node.type, ())]
        for canonical, at in asked:
            trial = run.aside()
            claim(canonical, node, at, find, trial)
            run.findings += _weighed(trial.findings, run)

    return check


def _claimed(resource: Resource, place: Place) -> list[tuple[str, Place]]:
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    return [
        (canonical, ((place, "meta", -1), "profile", index))
        for index, canonical in enumerate(profiles if isinstance(profiles, list) else [])
        if isinstance(canonical, str)
    ]


def _weighed(findings: Iterable[Finding], run: Run) -> Iterator[Finding]:
    for finding in findings:
        lighter = run.options.claims == "warn" and finding.severity in FAILING
        yield replace(finding, severity=Severity.WARNING) if lighter else finding


def claim(canonical: str, node: Node, at: Place, find: Finder, run: Run) -> None:
    """Check a resource against one profile; `at` is where it was asked for."""
    if canonical == BASE + node.type:
        return
    rules = find(canonical)
    if rules is None:
        run.add("profile-unknown", at, profile=canonical)
    else:
        rules(node, run)


def nominated(canonical: str, node: Node, find: Finder, run: Run) -> None:
    """Check a resource against a profile that the caller names: one that cannot be is an error.

    https://hl7.org/fhir/R4/resource-operation-validate.html
    """
    trial = run.aside()
    claim(canonical, node, node.place, find, trial)
    for finding in trial.findings:
        graver = finding.message_id in UNCHECKED and finding.arguments["profile"] == canonical
        run.findings.append(replace(finding, severity=Severity.ERROR) if graver else finding)
