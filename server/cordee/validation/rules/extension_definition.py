"""A StructureDefinition of an extension: it fixes its own url, and says where it may stand.

https://hl7.org/fhir/R4/defining-extensions.html
"""

from typing import Any

from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run


def check_extension_definition(structure: Resource, place: Place, run: Run) -> None:
    """Check the url of an extension's definition; other definitions must not have a context."""
    if structure.get("type") != "Extension":
        if structure.get("context"):
            run.add("structure-context", place)
        return
    url = structure.get("url")
    fixed = _fixed_url(structure)
    if fixed is None:
        run.add("structure-extension-url-missing", place, url=excerpt(url))
    elif fixed != url:
        run.add("structure-extension-url", place, url=excerpt(url), fixed=excerpt(fixed))


def _fixed_url(structure: Resource) -> Any:
    for view in ("differential", "snapshot"):
        rows = structure.get(view)
        for row in listed(rows.get("element")) if isinstance(rows, dict) else ():
            if row.get("path") == "Extension.url" and "fixedUri" in row:
                return row["fixedUri"]
    return None
