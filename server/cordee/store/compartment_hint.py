"""What a reference implies about compartments.

`subject=Patient/1` puts a match in that patient's compartment, by the compartment's definition.
Said beside the reference, it lets the index on compartment and date give a person's record in
order, where the index on `subject` alone would have to sort it.

https://hl7.org/fhir/R4/compartmentdefinition.html
"""

from collections.abc import Mapping

from cordee.search.filter import AllOf, Filter, InCompartment, Reference


def with_compartments(node: Filter, placing: Mapping[str, frozenset[str]]) -> Filter:
    """Add to a conjunction the compartments that its references imply.

    `placing` maps an index name to the compartment types that its references place a resource in.
    """
    children = node.children if isinstance(node, AllOf) else (node,)
    implied = [
        InCompartment(child.targets[0])
        for child in children
        if isinstance(child, Reference)
        and len(child.targets) == 1
        and child.targets[0].partition("/")[0] in placing.get(child.index, ())
    ]
    return AllOf((*children, *implied)) if implied else node
