"""The steps of a plan: its tree of actions, made flat, with what each of them waits for.

What holds for a group holds for the steps in it, unless they say otherwise; who waits for a group
waits for all its steps.

https://hl7.org/fhir/R4/plandefinition-definitions.html#PlanDefinition.action
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cordee.errors import Category, FhirError
from cordee.resource.types import Resource

Element = dict[str, Any]
Applies = Callable[[Element], bool]

MOST = 500
"""Steps of one plan."""
WAITING = frozenset({"after", "after-start", "after-end"})
"""Relations by which a step waits for another; the others only date it."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A step waits for, or is dated by, another one."""

    step: str
    relationship: str
    offset: Element = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Tell whether the step cannot begin before."""
        return self.relationship in WAITING


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `id` is unique in the plan; `action` its element of the PlanDefinition.

    `action` has what the groups around it say for all in them; `groups` are these, outer ones
    first, each under its id.
    """

    id: str
    action: Element
    relations: tuple[Relation, ...] = ()
    participants: tuple[Element, ...] = ()
    groups: tuple[Element, ...] = ()
    occurrence: int = 0
    """For an action with a repeating timing: which time this is, from 0."""


def steps(plan: Resource, applies: Applies) -> list[Step]:
    """Give the steps to do, in order; those whose conditions do not hold are left out.

    Raises UNPROCESSABLE for relations to actions that do not exist, or in a circle.
    """
    found: list[Step] = []
    leaves: dict[str, list[str]] = {}
    for leaf in _walk(plan.get("action", ()), applies, _Surroundings(), leaves):
        found.append(leaf)
        if len(found) > MOST:
            text = f"The plan has more than {MOST} steps"
            raise FhirError(Category.UNPROCESSABLE, text, expression="PlanDefinition.action")
    ids = list(_ids(plan.get("action", ())))
    declared = set(ids)
    if len(declared) != len(ids):
        twice = next(id for id in ids if ids.count(id) > 1)
        text = f"Two actions of the plan are called {twice}"
        raise FhirError(Category.UNPROCESSABLE, text, expression="PlanDefinition.action")
    return [_resolved(step, leaves, declared) for step in found]


@dataclass(frozen=True, slots=True)
class _Surroundings:
    path: str = ""
    groups: tuple[Element, ...] = ()
    relations: tuple[Relation, ...] = ()
    participants: tuple[Element, ...] = ()
    passed_on: Element = field(default_factory=dict)


def _walk(
    actions: Sequence[Element],
    applies: Applies,
    around: _Surroundings,
    leaves: dict[str, list[str]],
) -> Iterator[Step]:
    for number, stated in enumerate(actions, 1):
        if not applies(stated):
            continue
        action = _under(around.passed_on, stated)
        id = str(action.get("id") or f"{around.path}{number}")
        relations = (*around.relations, *_relations(action))
        participants = tuple(action.get("participant", ())) or around.participants
        if action.get("action"):
            inside = _Surroundings(
                f"{id}.",
                (*around.groups, action | {"id": id}),
                relations,
                participants,
                _passed_on(action),
            )
            yield from _walk(_chosen(action, applies), applies, inside, leaves)
            continue
        for time in range(_times(action)):
            name = f"{id}-{time + 1}" if time else id
            for group in (*(each["id"] for each in around.groups), id):
                leaves.setdefault(group, []).append(name)
            yield Step(name, action, relations, participants, around.groups, time)


def _passed_on(group: Element) -> Element:
    """Give what a group says for all in it: how needed and urgent, and when to start or stop."""
    ruling = [each for each in group.get("condition", ()) if each["kind"] != "applicability"]
    said = {name: group[name] for name in ("requiredBehavior", "priority") if name in group}
    return said | ({"condition": ruling} if ruling else {})


def _under(said: Element, action: Element) -> Element:
    """Give an action with what is said for all of its group, unless it says otherwise itself."""
    both = [*said.get("condition", ()), *action.get("condition", ())]
    return said | action | ({"condition": both} if both else {})


def _chosen(group: Element, applies: Applies) -> list[Element]:
    """Give the actions of a group that its selection behaviour leaves.

    Nobody is there to choose: where one must be chosen it is the first that is proposed
    (precheckBehavior yes), else the first at all; where none need be, only proposed ones stay.
    """
    behaviour = group.get("selectionBehavior", "all")
    open = [action for action in group["action"] if applies(action)]
    proposed = [action for action in open if action.get("precheckBehavior") == "yes"]
    if behaviour == "exactly-one":
        return (proposed or open)[:1]
    if behaviour == "at-most-one":
        return proposed[:1]
    if behaviour == "one-or-more":
        return proposed or open[:1]
    if behaviour == "any":
        return proposed
    if behaviour == "all-or-none" and len(open) != len(group["action"]):
        return []
    return open


def _times(action: Element) -> int:
    """Give how often an action is done: the count of its timing, unless it is to be done once."""
    if action.get("cardinalityBehavior") == "single":
        return 1
    count: int = action.get("timingTiming", {}).get("repeat", {}).get("count", 1)
    return count


def _relations(action: Element) -> Iterator[Relation]:
    for related in action.get("relatedAction", ()):
        offset = related.get("offsetDuration") or related.get("offsetRange") or {}
        yield Relation(related["actionId"], related["relationship"], offset)


def _ids(actions: Sequence[Element], path: str = "") -> Iterator[str]:
    for number, action in enumerate(actions, 1):
        id = str(action.get("id") or f"{path}{number}")
        yield id
        yield from _ids(action.get("action", ()), f"{id}.")


def _resolved(step: Step, leaves: dict[str, list[str]], declared: set[str]) -> Step:
    """Point the relations at steps; what is left out of the plan is not waited for."""
    for relation in step.relations:
        if relation.step not in declared:
            text = f"The action {step.id} relates to an action {relation.step} that is not there"
            raise FhirError(Category.UNPROCESSABLE, text, expression="PlanDefinition.action")
    made = tuple(
        replace(relation, step=leaf)
        for relation in step.relations
        for leaf in leaves.get(relation.step, ())
        if leaf != step.id
    )
    return replace(step, relations=made)
