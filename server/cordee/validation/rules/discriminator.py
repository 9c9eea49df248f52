"""How an element is recognised as one of a slice: by value, existence, type or profile.

https://hl7.org/fhir/R4/profiling.html#discriminator
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from cordee.definitions.element import Schema
from cordee.validation.discriminator import Step, select
from cordee.validation.node import Node, children
from cordee.validation.rules.pattern import Pattern
from cordee.validation.rules.profile import NodeRule
from cordee.validation.rules.resolution import target, target_type
from cordee.validation.rules.slicing import Belongs
from cordee.validation.run import Run

Predicate: TypeAlias = Callable[[Node, Run], bool | None]
"""Tells something of an element; None when it cannot be told."""


DOUBTS = frozenset({"binding-unknown", "invariant-error"})
"""Messages that say something could not be told."""


def all_match(matches: Sequence[Belongs]) -> Belongs:
    """Join the discriminators of a slice."""
    if len(matches) == 1:
        return matches[0]
    return lambda node, run: _all(match(node, run) for match in matches)


def any_match(matches: Sequence[Predicate]) -> Predicate:
    """Join alternatives."""
    if len(matches) == 1:
        return matches[0]
    return lambda node, run: _any(match(node, run) for match in matches)


def _all(answers: Iterable[bool | None]) -> bool | None:
    """Join answers: one no is enough, one doubt leaves doubt."""
    doubt = False
    for answer in answers:
        if answer is False:
            return False
        doubt = doubt or answer is None
    return None if doubt else True


def _any(answers: Iterable[bool | None]) -> bool | None:
    """Join answers: one yes is enough, one doubt leaves doubt."""
    doubt = False
    for answer in answers:
        if answer:
            return True
        doubt = doubt or answer is None
    return None if doubt else False


def some_at(steps: tuple[Step, ...], schema: Schema, predicate: Predicate) -> Belongs:
    """Recognise an element by something at the end of a path."""
    if not steps:
        return predicate
    found = _way(steps, schema)

    def belongs(node: Node, run: Run) -> bool | None:
        items = found(node, run)
        if items is None:
            return None
        if len(items) == 1:
            return predicate(items[0], run)
        return _any(predicate(item, run) for item in items)

    return belongs


def exists_at(steps: tuple[Step, ...], schema: Schema, *, wanted: bool) -> Belongs:
    """Recognise an element by whether anything is at the end of a path."""
    found = _way(steps, schema)

    def belongs(node: Node, run: Run) -> bool | None:
        items = found(node, run)
        return None if items is None else bool(items) is wanted

    return belongs


def _way(steps: tuple[Step, ...], schema: Schema) -> Callable[[Node, Run], Sequence[Node] | None]:
    """Give the way along a path; most are one child. It ends in None where nothing is at hand."""
    if len(steps) == 1 and steps[0].kind == "child":
        name = steps[0].name
        return lambda node, _run: children(node, name, schema)
    return lambda node, run: select(node, steps, schema, lambda one: target(one, run))


def by_types(names: frozenset[str]) -> Predicate:
    """Recognise an element by its type."""
    return lambda node, _run: node.type in names


def by_target_types(names: frozenset[str]) -> Predicate:
    """Recognise a Reference by the type of its target, which need not be at hand."""

    def predicate(node: Node, run: Run) -> bool | None:
        found = target_type(node, run)
        return None if found is None else found in names

    return predicate


def by_rules(rules: Sequence[NodeRule]) -> Predicate:
    """Recognise an element by the rules it keeps; patterns need no trial."""
    patterns = tuple(rule for rule in rules if isinstance(rule, Pattern))
    others = tuple(rule for rule in rules if not isinstance(rule, Pattern))
    if len(patterns) == 1 and not others:
        keeps = patterns[0].keeps
        return lambda node, _run: keeps(node)

    def predicate(node: Node, run: Run) -> bool | None:
        for pattern in patterns:
            if not pattern.keeps(node):
                return False
        if not others:
            return True
        trial = run.aside()
        for rule in others:
            rule(node, trial)
            if not trial.ok:
                return False
        doubt = any(finding.message_id in DOUBTS for finding in trial.findings)
        return None if doubt else True

    return predicate


class ByUrl:
    """Recognises an extension by its url."""

    __slots__ = ("url",)

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, node: Node, _run: Run) -> bool:
        """Tell whether the element has the url."""
        return bool(node.object.get("url") == self.url)


def unknown(_node: Node, _run: Run) -> None:
    """Leave open what belongs: a discriminator that cannot be evaluated, which has been said."""
