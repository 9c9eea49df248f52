"""The links of a Bundle: some relations may occur once only.

https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.link
"""

from typing import Any

from cordee.validation.place import Place
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run

ONCE = frozenset({"self", "first", "last", "next", "previous", "prev"})
"""Relations that a page has one of."""


def links(bundle: Any, place: Place, run: Run) -> None:
    """Refuse a second link of a relation that may occur once."""
    seen: set[str] = set()
    for index, link in enumerate(listed(bundle.get("link"))):
        relation = link.get("relation")
        if not isinstance(relation, str) or relation not in ONCE:
            continue
        if relation in seen:
            run.add("bundle-link-twice", (place, "link", index), relation=relation)
        seen.add(relation)
