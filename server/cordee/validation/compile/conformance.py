"""Makes the check of the profiles that an element's types are bound to.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.type.profile
"""

from collections.abc import Iterator

from cordee.definitions.structure import BASE
from cordee.validation.compile.context import Site
from cordee.validation.rules.conformance import conforms
from cordee.validation.rules.profile import NodeRule


def compile_conformance(site: Site) -> Iterator[NodeRule]:
    """Give the check of an element with type profiles, unless the base asks the same.

    Extensions are checked against their own definition wherever they stand, so nothing is asked
    of them here.
    """
    profiles: dict[str, list[str]] = {}
    for of in site.definition.types:
        code = of.get("code", "").removeprefix(BASE)
        profiles.setdefault(code, []).extend(of.get("profile") or ())
        if not of.get("profile"):
            profiles[code] = []
    base = {of.code: list(of.profiles) for of in site.base.types} if site.base else {}
    asked = {
        code: found
        for code, found in profiles.items()
        if found and code != "Extension" and found != base.get(code)
    }
    if asked:
        yield conforms(asked, site.sources.profiles.find, site.source)
