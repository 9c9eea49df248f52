"""Makes the checks that extensions on a profile's narrative ask for.

https://hl7.org/fhir/R4/narrative.html
"""

from collections.abc import Iterator

from cordee.definitions.structure import BASE
from cordee.validation.compile.context import Site
from cordee.validation.rules.narrative_control import language_sections, sources
from cordee.validation.rules.profile import NodeRule

LANGUAGE = BASE + "narrative-language-control"
SOURCE = BASE + "narrative-source-control"


def compile_narrative_control(site: Site) -> Iterator[NodeRule]:
    """Give the checks of language sections and of sources."""
    stated = [row for row in site.element.get("extension") or () if isinstance(row, dict)]
    languages = [str(row.get("valueCode")) for row in stated if row.get("url") == LANGUAGE]
    if languages:
        yield language_sections(languages, site.source)
    if any(row.get("url") == SOURCE for row in stated):
        yield sources(site.source)
