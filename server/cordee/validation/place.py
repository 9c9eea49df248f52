"""Where an element stands in a resource: a chain of steps, rendered only when somebody asks.

A place is built for every element that is checked and read for the few at fault, so it is the
cheapest thing that can be extended: a tuple `(parent, label, index)`. `label` is the FHIRPath step
("name", "value.ofType(Quantity)"); `index` is -1 where the element does not repeat.
"""

from typing import TypeAlias

Place: TypeAlias = tuple["Place | None", str, int]
"""`(parent, label, index)`; the root's parent is None."""


def root(resource_type: str) -> Place:
    """Give the place of a whole resource."""
    return (None, resource_type, -1)


def render(place: Place) -> str:
    """Write a place as FHIRPath: `Patient.name[0].given[1]`."""
    steps: list[str] = []
    here: Place | None = place
    while here is not None:
        parent, label, index = here
        steps.append(label if index < 0 else f"{label}[{index}]")
        here = parent
    return ".".join(reversed(steps))


def label(name: str, choice: str | None = None) -> str:
    """Give the FHIRPath step of an element; `choice` is the type chosen for a `[x]`."""
    return f"{name}.ofType({choice})" if choice else name
