"""What the compilers of profiles share: the sources, and the site they work at.

https://hl7.org/fhir/R4/elementdefinition.html
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from cordee.definitions.element import Element, Schema
from cordee.definitions.structure import BASE
from cordee.validation.compile.definition import Definition
from cordee.validation.expressions import Expressions
from cordee.validation.rules.profile import Group, ProfileRules
from cordee.validation.vocabulary import Vocabulary

PLACEHOLDERS = frozenset({"BackboneElement", "Element"})
"""Type codes that say only that the children are defined in place."""


class Profiles(Protocol):
    """Compiled profiles by canonical."""

    def find(self, canonical: str) -> ProfileRules | None:
        """Give a profile, or None when it is not known."""
        ...

    def tree(self, canonical: str) -> tuple[Definition, str] | None:
        """Give a StructureDefinition's tree and type, or None when it is not known."""
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Where compilers look things up."""

    schema: Schema
    profiles: Profiles
    vocabulary: Vocabulary
    expressions: Expressions
    inherited: Callable[[str, str], frozenset[str]]
    """Gives the keys of the constraints that the base asks already at a path, of a type."""
    group: Callable[["Site"], Group]
    """Compiles what is asked at a site."""


@dataclass(frozen=True, slots=True)
class Site:
    """One element of a profile being compiled.

    `base` is the same element in the base definition (None at the root); `type_name` the type to
    look children up under.
    """

    definition: Definition
    profile: str
    base: Element | None
    type_name: str
    sources: Sources

    @property
    def element(self) -> Mapping[str, Any]:
        """The ElementDefinition."""
        return self.definition.element

    @property
    def source(self) -> str:
        """Who asks: the profile and the element's id."""
        return f"{self.profile}#{self.element.get('id') or self.definition.path}"

    def child(self, definition: Definition) -> "Site | None":
        """Give the site of a child or slice; None when the type has no such element."""
        parent = self.sources.schema.type(self.type_name)
        base = parent.elements.get(definition.name) if parent else None
        if base is None:
            return None
        name = type_below(definition, base)
        return Site(definition, self.profile, base, name, self.sources)

    def beside(self, definition: Definition) -> "Site":
        """Give the site of a slice, which stands beside the element it slices."""
        name = type_below(definition, self.base) if self.base else self.type_name
        return Site(definition, self.profile, self.base, name, self.sources)


def root_site(canonical: str, sources: Sources) -> Iterator[Site]:
    """Give the site of a profile's root element; nothing when the profile is not known."""
    found = sources.profiles.tree(canonical)
    if found is not None:
        definition, type_name = found
        yield Site(definition, canonical, None, type_name, sources)


def type_below(definition: Definition, base: Element) -> str:
    """Give the type whose children stand below an element of a profile."""
    codes = [of.get("code", "") for of in definition.types]
    code = codes[0].removeprefix(BASE) if len(set(codes)) == 1 else ""
    if not code or code in PLACEHOLDERS or "://" in code:
        return base.type_name or (base.types[0].code if base.types else "Element")
    return code
