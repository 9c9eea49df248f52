"""URIs: absolute where they must be, and not those of examples.

https://hl7.org/fhir/R4/datatypes.html#uri
https://hl7.org/fhir/R4/references.html#canonical
"""

import re
from typing import Any

from cordee.validation.node import Node
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.resolution import target
from cordee.validation.run import Run

_EXAMPLE = re.compile(r"https?://(?:[\w.-]+\.)?(?:example\.(?:org|com|net)|acme\.com)(?:[:/]|$)")


def example_url(value: Any, place: Place, run: Run) -> None:
    """Refuse URLs of examples where the caller wants none."""
    if not run.options.example_urls and isinstance(value, str) and _EXAMPLE.match(value):
        run.add("example-url", place, url=excerpt(value))


_OID = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+")
_UUID = re.compile(r"urn:uuid:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def uri(value: Any, place: Place, run: Run) -> None:
    """Ask that OIDs and UUIDs are written as such."""
    if isinstance(value, str) and value.startswith("urn:"):
        if value.startswith("urn:oid:") and not _OID.fullmatch(value):
            run.add("uri-oid", place, value=excerpt(value))
        elif value.startswith("urn:uuid:") and not _UUID.fullmatch(value):
            run.add("uri-uuid", place, value=excerpt(value))
    example_url(value, place, run)


def canonical_url(value: Any, place: Place, run: Run) -> None:
    """Ask that a canonical is absolute, or names a contained resource that is there."""
    if isinstance(value, str) and value and ":" not in value:
        if value[0] != "#":
            run.add("canonical-relative", place, url=excerpt(value))
        elif target(Node(value, "canonical", place), run) is None:
            run.add("canonical-contained-missing", place, url=excerpt(value))
    example_url(value, place, run)
