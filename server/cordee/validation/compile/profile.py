"""Makes the rules of a whole profile from its tree of definitions.

What the base definition asks as well is left out: the base is always checked first.

https://hl7.org/fhir/R4/profiling.html
"""

from collections.abc import Callable, Iterator

from cordee.validation.compile.binding import compile_profile_binding
from cordee.validation.compile.bounds import compile_bounds
from cordee.validation.compile.conformance import compile_conformance
from cordee.validation.compile.context import Site
from cordee.validation.compile.count import compile_count
from cordee.validation.compile.fixed import compile_fixed
from cordee.validation.compile.invariant import compile_invariants
from cordee.validation.compile.max_length import compile_max_length
from cordee.validation.compile.narrative_control import compile_narrative_control
from cordee.validation.compile.pattern import compile_pattern
from cordee.validation.compile.reference_target import compile_reference_target
from cordee.validation.compile.regex import compile_regex
from cordee.validation.compile.slicing import compile_slicing
from cordee.validation.compile.type_choice import compile_type_choice
from cordee.validation.compile.value_present import compile_value_present
from cordee.validation.rules.profile import Group, ListRule, NodeRule

TOGETHER: tuple[Callable[[Site], Iterator[ListRule]], ...] = (compile_count, compile_slicing)
"""Compilers of what is asked of all elements of a name; adding a rule adds a row."""

EACH: tuple[Callable[[Site], Iterator[NodeRule]], ...] = (
    compile_type_choice,
    compile_value_present,
    compile_fixed,
    compile_pattern,
    compile_bounds,
    compile_max_length,
    compile_regex,
    compile_profile_binding,
    compile_conformance,
    compile_reference_target,
    compile_invariants,
    compile_narrative_control,
)
"""Compilers of what is asked of each element; adding a rule adds a row."""


def compile_group(site: Site) -> Group:
    """Compile what a profile asks at a site and below it."""
    below = []
    for definition in site.definition.children.values():
        child = site.child(definition)
        if child is not None:
            group = compile_group(child)
            if not group.is_empty:
                below.append(group)
    return Group(
        name=site.definition.name,
        schema=site.sources.schema,
        together=tuple(rule for compiler in TOGETHER for rule in compiler(site)),
        each=tuple(rule for compiler in EACH for rule in compiler(site)),
        below=tuple(below),
    )
