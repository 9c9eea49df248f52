"""Makes the checks of what a profile asks of a reference's target.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.type.targetProfile
"""

from collections.abc import Iterator

from cordee.validation.compile.context import Site
from cordee.validation.rules.profile import NodeRule
from cordee.validation.rules.reference_target import aggregation, target_profiles, versioning


def compile_reference_target(site: Site) -> Iterator[NodeRule]:
    """Give the checks of a Reference whose targets the profile narrows."""
    references = [of for of in site.definition.types if of.get("code") == "Reference"]
    wanted = [canonical for of in references for canonical in of.get("targetProfile") or ()]
    base = {
        canonical
        for of in (site.base.types if site.base else ())
        if of.code == "Reference"
        for canonical in of.target_profiles
    }
    if wanted and {canonical.partition("|")[0] for canonical in wanted} != base:
        yield target_profiles(wanted, site.sources.profiles.find, site.source)
    modes = frozenset(mode for of in references for mode in of.get("aggregation") or ())
    if modes:
        yield aggregation(modes, site.source)
    versioned = {of.get("versioning", "either") for of in references}
    if len(versioned) == 1 and "either" not in versioned:
        yield versioning(versioned == {"specific"}, site.source)
