"""`$lookup`: what is known about a concept.

https://hl7.org/fhir/R4/codesystem-operation-lookup.html
"""

from collections.abc import Iterator, Sequence

from cordee.errors import Category, FhirError
from cordee.terminology import language
from cordee.terminology.code_system import CodeSystem, Concept
from cordee.terminology.code_systems import CodeSystems
from cordee.terminology.grammar import GRAMMARS
from cordee.terminology.results import Lookup, Property


def lookup(
    systems: CodeSystems,
    system: str,
    code: str,
    *,
    version: str | None = None,
    display_language: str | None = None,
    properties: Sequence[str] = (),
    supplements: Sequence[str] = (),
) -> Lookup:
    """Find a concept.

    `properties` restricts the properties given ("parent" and "child" are properties too; none or
    "*" means all). `supplements` are canonicals of supplements to use. Raises `FhirError`
    (NOT_FOUND) when the code system or the code is not known here.
    """
    url = systems.canonical(system)
    held = systems.find(url, version)
    if held is None:
        return _by_grammar(url, code)
    held = held.supplemented(_supplement(systems, canonical) for canonical in supplements)
    concept = held.find(code)
    if concept is None:
        where = url if held.complete else f"the part of {url} that is known here"
        raise FhirError(Category.NOT_FOUND, f"{code} is not a code of {where}")
    wanted = frozenset(properties)
    return Lookup(
        name=held.name,
        system=url,
        code=concept.code,
        version=held.version,
        display=language.display(
            concept.display, concept.designations, display_language, held.language
        ),
        definition=concept.definition,
        abstract=concept.abstract,
        inactive=concept.inactive,
        designations=concept.designations,
        properties=tuple(
            part
            for part in _properties(held, concept)
            if not wanted or "*" in wanted or part.code in wanted
        ),
    )


def _properties(held: CodeSystem, concept: Concept) -> Iterator[Property]:
    for part in concept.properties:
        if part.code not in {"parent", "child"}:
            yield part
    for name, codes in (("parent", concept.parents), ("child", concept.children)):
        for code in codes:
            yield Property(name, code, "Code", held.concepts[code].display)


def _supplement(systems: CodeSystems, canonical: str) -> CodeSystem:
    found = systems.supplement(canonical)
    if found is None:
        raise FhirError(Category.NOT_FOUND, f"The supplement {canonical} is not known here")
    return found


def _by_grammar(system: str, code: str) -> Lookup:
    grammar = GRAMMARS.get(system)
    if grammar is None:
        raise FhirError(Category.NOT_FOUND, f"The code system {system} is not known here")
    if not grammar(code):
        raise FhirError(Category.NOT_FOUND, f"{code} is not well-formed as a code of {system}")
    return Lookup(system, system, code, None, code)
