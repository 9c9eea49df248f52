"""The rules that raise alerts: PlanDefinitions of type `eca-rule`, shipped or stored by clients.

Each action with a trigger is a rule: it looks at resources of the trigger's type and codes, and
fires where its `applicability` condition holds. The condition sees the resource as focus and
`%resource`, and as `%earlier` the person's resources of the same codes in the month before. A rule
that names a PlanDefinition does not raise an alert, but lets the person enter that plan.

https://hl7.org/fhir/R4/plandefinition.html
https://hl7.org/fhir/R4/metadatatypes.html#TriggerDefinition
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from cordee.definitions.repository import Repository
from cordee.fhirpath import Environment, Expression, FhirPathError, compile  # noqa: A004
from cordee.resource.types import Resource

TYPE = "eca-rule"
LANGUAGE = "text/fhirpath"
ADDED = frozenset({"data-added", "data-changed", "data-modified"})
VOID = frozenset({"entered-in-error", "cancelled"})
STEPS = 50_000
"""Budget of one condition."""

Element = dict[str, Any]
Code = tuple[str | None, str]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One rule; `id` is stable, `codes` empty means any code."""

    id: str
    type: str
    codes: frozenset[Code]
    conditions: tuple[Expression, ...]
    action: Element
    looks_back: bool

    @property
    def plan(self) -> str | None:
        """Give the canonical of the plan that the person enters, None for an alert."""
        named: str | None = self.action.get("definitionCanonical")
        return named

    def watches(self, resource: Resource) -> bool:
        """Tell whether a resource is of the rule's type and codes."""
        return resource["resourceType"] == self.type and (
            not self.codes or bool(self.codes & codes(resource))
        )

    def fires(self, resource: Resource, earlier: Sequence[Resource]) -> bool:
        """Tell whether all conditions hold; one that fails to evaluate does not, and is logged."""
        surround = Environment(resource=resource, variables={"earlier": list(earlier)}, steps=STEPS)
        try:
            return all(condition.holds(resource, surround) for condition in self.conditions)
        except FhirPathError as error:
            log.warning("an alert rule could not be evaluated", rule=self.id, reason=str(error))
            return False


class AlertRules:
    """All rules in force, by type; read anew when a PlanDefinition changes."""

    def __init__(self, repository: Repository) -> None:
        """Take the definitions; rules are compiled when first asked for."""
        self._repository = repository
        self._revision = -1
        self._rules: dict[str, list[AlertRule]] = {}

    def watching(self, resource: Resource | None) -> list[AlertRule]:
        """Give the rules that watch a resource: none where it is void, or about no patient."""
        if resource is None or resource.get("status") in VOID or person(resource) is None:
            return []
        found = self._current().get(resource["resourceType"], ())
        return [rule for rule in found if rule.watches(resource)]

    def _current(self) -> dict[str, list[AlertRule]]:
        now = self._repository.revision
        if now != self._revision:
            changed = (
                self._repository.changed_since(self._revision) if self._revision >= 0 else None
            )
            if changed is None or "PlanDefinition" in changed:
                self._rules = {}
                for plan in self._repository.all("PlanDefinition"):
                    for rule in _rules(self._repository, plan):
                        self._rules.setdefault(rule.type, []).append(rule)
            self._revision = now
        return self._rules


def person(resource: Resource) -> str | None:
    """Give whom a resource is about: "Patient/1", None for nobody."""
    direct = resource.get("subject") or resource.get("patient") or {}
    actors = (each.get("actor", {}) for each in resource.get("participant", ()))
    for reference in (direct, *actors):
        name: str = reference.get("reference", "")
        if name.startswith("Patient/"):
            return name
    return None


def codes(resource: Resource) -> frozenset[Code]:
    """Give the codes of what a resource is about."""
    concepts: list[Element] = []
    for name in ("code", "type"):
        given = resource.get(name, ())
        concepts += [given] if isinstance(given, dict) else given
    return frozenset(
        (coding.get("system"), coding["code"])
        for concept in concepts
        for coding in concept.get("coding", ())
        if "code" in coding
    )


def _rules(repository: Repository, plan: Resource) -> Iterator[AlertRule]:
    kinds = {coding.get("code") for coding in plan.get("type", {}).get("coding", ())}
    if TYPE not in kinds or plan.get("status") != "active":
        return
    for number, action in enumerate(plan.get("action", ())):
        try:
            conditions = tuple(_conditions(repository, action))
        except FhirPathError as error:
            log.warning("an alert rule is passed over", rule=plan.get("url"), reason=str(error))
            continue
        back = any("%earlier" in condition.text for condition in conditions)
        for trigger in action.get("trigger", ()):
            for data in trigger.get("data", ()) if trigger.get("type") in ADDED else ():
                name = f"{plan.get('id') or plan.get('url')}/{action.get('id', number)}"
                yield AlertRule(
                    name, data["type"], _filtered(data), conditions, action, looks_back=back
                )


def _conditions(repository: Repository, action: Element) -> Iterator[Expression]:
    for condition in action.get("condition", ()):
        expression = condition.get("expression", {})
        if condition["kind"] == "applicability" and expression.get("language") == LANGUAGE:
            yield compile(expression["expression"], repository)


def _filtered(data: Element) -> frozenset[Code]:
    return frozenset(
        (code.get("system"), code["code"])
        for wanted in data.get("codeFilter", ())
        for code in wanted.get("code", ())
    )
