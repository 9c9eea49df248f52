"""What a profile asks of a reference's target: its type, its profiles, where it is.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.type.targetProfile
https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.type.aggregation
"""

from collections.abc import Sequence

from cordee.definitions.structure import BASE
from cordee.resource.reference import Reference
from cordee.validation.node import Node
from cordee.validation.rules.conformance import Finder, any_of
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.profile import NodeRule
from cordee.validation.rules.resolution import in_bundle, named_type, target
from cordee.validation.run import Run

CONFORM = frozenset({"found", "valid"})
ANY = frozenset({"Resource", "DomainResource"})


def target_profiles(profiles: Sequence[str], find: Finder, source: str) -> NodeRule:
    """Ask that a reference's target conforms to one of the profiles.

    A target that is not at hand is judged by the type that its URL names or the reference states.
    Outside the resource and its Bundle, options say what is asked.
    """
    types: set[str] | None = None

    def rule(node: Node, run: Run) -> None:
        nonlocal types
        found = target(node, run)
        named = named_type(node) if found is None else found.type
        if not named:
            return
        if types is None:
            types = {_type(canonical, find) for canonical in profiles}
        if not _check_type(named, types, node, run, source):
            return
        if found is None:
            return
        text = node.object["reference"]
        inner = text.startswith("#") or is_bundled(text, run)
        if inner or run.options.references in CONFORM:
            _check_profiles(found, node, profiles, find, source, run=run)

    return rule


def _type(canonical: str, find: Finder) -> str:
    """Give the type a profile is for; unknown profiles may be for any."""
    if canonical.startswith(BASE) and "-" not in canonical and find(canonical) is None:
        return canonical.removeprefix(BASE).partition("|")[0]
    rules = find(canonical)
    return rules.type if rules else "Resource"


def _check_type(found: str, types: set[str], node: Node, run: Run, source: str) -> bool:
    if found in types or types & ANY or found not in run.resource_types:
        return True
    wanted = ", ".join(sorted(types))
    run.add("reference-target-type", node.place, source=source, found=found, wanted=wanted)
    return False


def _check_profiles(
    found: Node, node: Node, profiles: Sequence[str], find: Finder, source: str, *, run: Run
) -> None:
    trial = run.aside()
    if any_of(found, profiles, find, source, trial):
        run.findings += [row for row in trial.findings if row.message_id == "profile-unknown"]
        return
    text, names = excerpt(node.value.get("reference")), ", ".join(profiles)
    run.add("reference-target-profile", node.place, source=source, reference=text, profiles=names)


def aggregation(modes: frozenset[str], source: str) -> NodeRule:
    """Ask that a reference's target is contained, in the Bundle, or elsewhere."""
    wanted = ", ".join(sorted(modes))

    def rule(node: Node, run: Run) -> None:
        text = node.value.get("reference") if isinstance(node.value, dict) else None
        if not isinstance(text, str) or not text:
            return
        if text.startswith("#"):
            found = "contained"
        else:
            found = "bundled" if is_bundled(text, run) else "referenced"
        if found not in modes:
            run.add("reference-aggregation", node.place, source=source, found=found, wanted=wanted)

    return rule


def versioning(specific: bool, source: str) -> NodeRule:
    """Ask that a reference names a version of its target, or none."""
    message_id = "reference-version-missing" if specific else "reference-version-refused"

    def rule(node: Node, run: Run) -> None:
        text = node.object.get("reference")
        link = Reference.parse(text) if isinstance(text, str) else None
        if link is not None and link.id is not None and (link.version is not None) is not specific:
            run.add(message_id, node.place, source=source, reference=excerpt(text))

    return rule


def is_bundled(text: str, run: Run) -> bool:
    """Tell whether a reference leads to an entry of a Bundle around."""
    return any(in_bundle(text, bundle, place, run) for bundle, place in run.bundles)
