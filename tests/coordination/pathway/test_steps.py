"""A plan's tree of actions becomes the steps to do."""

from typing import Any

import pytest

from cordee.coordination.pathway.steps import steps
from cordee.errors import FhirError


def plan(*actions: dict[str, Any]) -> dict[str, Any]:
    """A plan of these actions."""
    return {"resourceType": "PlanDefinition", "action": list(actions)}


def after(id: str) -> dict[str, Any]:
    """The relation of waiting for an action."""
    return {"relatedAction": [{"actionId": id, "relationship": "after-end"}]}


def names(found: dict[str, Any]) -> list[str]:
    """The ids of the steps, all conditions holding."""
    return [step.id for step in steps(found, lambda _: True)]


def test_who_waits_for_a_group_waits_for_all_of_it() -> None:
    """And what a group waits for, each step in it waits for."""
    group = {"id": "group", **after("first"), "action": [{"id": "a"}, {"id": "b"}]}
    found = steps(plan({"id": "first"}, group, {"id": "last", **after("group")}), lambda _: True)
    waits = {step.id: [relation.step for relation in step.relations] for step in found}
    assert waits == {"first": [], "a": ["first"], "b": ["first"], "last": ["a", "b"]}


def test_a_repeated_action_is_a_step_each_time() -> None:
    """Who waits for it waits for the last time too."""
    again = {"id": "card", "timingTiming": {"repeat": {"count": 3}}}
    found = steps(plan(again, {"id": "end", **after("card")}), lambda _: True)
    assert [step.id for step in found] == ["card", "card-2", "card-3", "end"]
    assert [relation.step for relation in found[-1].relations] == ["card", "card-2", "card-3"]


def test_what_does_not_apply_is_not_waited_for() -> None:
    """A step left out holds nobody up."""
    found = steps(plan({"id": "a"}, {"id": "b", **after("a")}), lambda each: each["id"] != "a")
    assert [(step.id, step.relations) for step in found] == [("b", ())]


@pytest.mark.parametrize(
    ("behaviour", "chosen"),
    [
        ("all", ["a", "b", "c"]),
        ("any", ["b"]),
        ("exactly-one", ["b"]),
        ("at-most-one", ["b"]),
        ("one-or-more", ["b"]),
        ("all-or-none", ["a", "b", "c"]),
    ],
)
def test_a_selection_behaviour_leaves_what_is_proposed(behaviour: str, chosen: list[str]) -> None:
    """Where something must be chosen, it is what the plan proposes."""
    inner = [{"id": "a"}, {"id": "b", "precheckBehavior": "yes"}, {"id": "c"}]
    assert names(plan({"id": "g", "selectionBehavior": behaviour, "action": inner})) == chosen


def test_a_relation_to_nothing_is_an_error() -> None:
    """The message names both."""
    with pytest.raises(FhirError, match="a relates to an action nothing"):
        names(plan({"id": "a", **after("nothing")}))


def test_a_plan_too_large_is_refused() -> None:
    """Repetitions count."""
    many = [{"id": str(n), "timingTiming": {"repeat": {"count": 100}}} for n in range(6)]
    with pytest.raises(FhirError, match="more than 500"):
        names(plan(*many))


def test_an_action_that_is_done_once_is_not_repeated() -> None:
    """`cardinalityBehavior` single overrules a count."""
    again = {"id": "card", "timingTiming": {"repeat": {"count": 3}}}
    assert names(plan(again | {"cardinalityBehavior": "single"})) == ["card"]


def test_two_actions_do_not_share_a_name() -> None:
    """Steps are known by it."""
    with pytest.raises(FhirError, match="Two actions of the plan are called a"):
        names(plan({"id": "a"}, {"id": "g", "action": [{"id": "a"}]}))


def test_what_a_group_says_holds_for_all_in_it() -> None:
    """How needed and urgent its steps are, when they start and stop; unless they say otherwise."""
    start: dict[str, Any] = {"kind": "start", "expression": {}}
    stop: dict[str, Any] = {"kind": "stop", "expression": {}}
    said = {"requiredBehavior": "could", "priority": "urgent", "condition": [start]}
    inner = {"id": "h", "requiredBehavior": "must", "condition": [stop], "action": [{"id": "b"}]}
    group = {"id": "g", "selectionBehavior": "all", **said, "action": [{"id": "a"}, inner]}
    a, b, c = steps(plan(group, {"id": "c"}), lambda _: True)
    assert a.action == {"id": "a", **said}
    assert b.action == {"id": "b", **said, "requiredBehavior": "must", "condition": [start, stop]}
    assert [[each["id"] for each in one.groups] for one in (a, b, c)] == [["g"], ["g", "h"], []]
    assert c.action == {"id": "c"}
