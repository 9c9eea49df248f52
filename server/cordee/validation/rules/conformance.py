"""A value that must conform to a profile of its type, or to one of several.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.type.profile
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from cordee.errors import Severity
from cordee.validation.node import Node
from cordee.validation.rules.profile import CUTS, NodeRule, ProfileRules
from cordee.validation.run import Run

Finder: TypeAlias = Callable[[str], ProfileRules | None]


def conforms(profiles: Mapping[str, Sequence[str]], find: Finder, source: str) -> NodeRule:
    """Ask that a value conforms to one of the profiles its type is allowed with.

    `profiles` maps type names to canonicals; types with none are free.
    """

    def check(node: Node, run: Run) -> None:
        wanted = profiles.get(node.type)
        if wanted:
            any_of(node, wanted, find, source, run)

    return check


def imposed(profile: str, find: Finder, source: str) -> NodeRule:
    """Ask that a value conforms to a profile besides the one that imposes it."""

    def check(node: Node, run: Run) -> None:
        any_of(node, (profile,), find, source, run)

    return check


def tried(node: Node, rules: ProfileRules, run: Run) -> Run:
    """Check a node against a profile aside, once in a run.

    What was cut short, because the same check was already under way, is not remembered.
    """
    key = (rules.url, id(node.value), node.place)
    trial: Run | None = run.memory.get(key)
    if trial is None:
        cuts = run.memory.get(CUTS)
        trial = run.aside()
        rules(node, trial)
        if run.memory.get(CUTS) == cuts:
            run.memory[key] = trial
    return trial


def any_of(node: Node, wanted: Sequence[str], find: Finder, source: str, run: Run) -> bool:
    """Check a node against alternatives; one that fits is enough, and speaks alone.

    Tells whether one fits. What is not known counts as fitting, and is said.
    """
    known = [(canonical, find(canonical)) for canonical in wanted]
    missing = [canonical for canonical, rules in known if rules is None]
    trials = []
    for _, rules in known:
        if rules is None:
            continue
        trial = tried(node, rules, run)
        if trial.ok:
            run.findings += trial.findings
            return True
        trials.append(trial)
    if missing:
        for canonical in missing:
            distant = canonical.startswith(run.options.extension_domains or ("\0",))
            weight = Severity.WARNING if distant else run.options.profiles
            run.add(
                "profile-unknown", node.place, severity=weight, source=source, profile=canonical
            )
        return True
    if len(trials) == 1:
        run.findings += trials[0].findings
    elif trials:
        run.add("profile-none-fits", node.place, source=source, profiles=", ".join(wanted))
    return False
