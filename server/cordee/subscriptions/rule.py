"""When a version is an event of a subscription: one rule, on one resource type.

https://hl7.org/fhir/R4/subscription.html
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from cordee.access.caller import Caller
from cordee.access.narrowing import narrow_chains
from cordee.access.policy import Policy
from cordee.fhirpath import Environment, Expression, FhirPathError
from cordee.resource.types import Resource
from cordee.search.filter import EVERYTHING, Filter
from cordee.search.matching import AskStore, matches_with
from cordee.search.values import Extraction

Kind: TypeAlias = Literal["create", "update", "delete"]
KINDS: frozenset[Kind] = frozenset(("create", "update", "delete"))
WRITTEN: frozenset[Kind] = frozenset(("create", "update"))

State: TypeAlias = tuple[Resource, Extraction]
"""A resource and its index values."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Fires for some kinds of change when the resource, before and after it, is as asked.

    `filter` holds of what the event is about: the new version, or the last one before a deletion.
    `before`, `after` and `expression` are a topic's criteria: with `both`, the two filters must
    hold, else one is enough. `on_create` and `on_delete` say whether the absent side of those
    counts as holding.
    """

    type: str
    filter: Filter = EVERYTHING
    kinds: frozenset[Kind] = WRITTEN
    before: Filter | None = None
    after: Filter | None = None
    both: bool = False
    on_create: bool = True
    on_delete: bool = False
    expression: Expression | None = None
    """On the resource, with `%previous` and `%current`."""


@dataclass(slots=True)
class Change:
    """One committed version, and the one before it, which only rules that look back read."""

    kind: Kind
    current: State | None
    previous: Callable[[], Awaitable[State | None]]
    ask: AskStore

    async def focus(self) -> State | None:
        """Give what the event is about."""
        return self.current if self.current is not None else await self.previous()


def seen_by(policy: Policy, owner: Caller, rule: Rule) -> Rule:
    """Give a rule whose chains pass through what its owner may see; itself where it has none."""
    filter = narrow_chains(policy, owner, rule.filter)
    before = rule.before and narrow_chains(policy, owner, rule.before)
    after = rule.after and narrow_chains(policy, owner, rule.after)
    if filter is rule.filter and before is rule.before and after is rule.after:
        return rule
    return replace(rule, filter=filter, before=before, after=after)


async def fires(rule: Rule, change: Change) -> bool:
    """Tell whether a change is an event by this rule."""
    if change.kind not in rule.kinds:
        return False
    focus = await change.focus()
    if focus is None or not await matches_with(rule.filter, focus[1], change.ask):
        return False
    if rule.expression is not None and not await _true(rule.expression, change, focus[0]):
        return False
    return await _queried(rule, change)


async def _queried(rule: Rule, change: Change) -> bool:
    """Tell whether a topic's query criteria hold."""
    held: list[bool] = []
    if rule.after is not None:
        held.append(await _held(rule.after, change.current, change.ask, absent=rule.on_delete))
    if rule.before is not None and (rule.both or not any(held)):
        previous = None if change.kind == "create" else await change.previous()
        held.append(await _held(rule.before, previous, change.ask, absent=rule.on_create))
    return all(held) if rule.both or not held else any(held)


async def _held(criteria: Filter, state: State | None, ask: AskStore, *, absent: bool) -> bool:
    return absent if state is None else await matches_with(criteria, state[1], ask)


async def _true(expression: Expression, change: Change, focus: Resource) -> bool:
    previous = None if change.kind == "create" else await change.previous()
    variables = {
        "previous": previous[0] if previous else [],
        "current": change.current[0] if change.current else [],
    }
    environment = Environment(resource=focus, variables=variables)
    try:
        return expression(focus, environment=environment) == [True]
    except FhirPathError:
        # What cannot be computed on this resource does not hold of it.
        return False
