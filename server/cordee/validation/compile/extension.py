"""Makes the rules of extensions from their definitions.

https://hl7.org/fhir/R4/defining-extensions.html
"""

from collections.abc import Callable, Iterator
from typing import Any

from cordee.definitions.element import Schema
from cordee.definitions.reading import Kept
from cordee.fhirpath import FhirPathError
from cordee.resource.types import Resource
from cordee.validation.compile.corrections import contexts as corrected
from cordee.validation.compile.profiles import CompiledProfiles
from cordee.validation.expressions import Expressions
from cordee.validation.rules.extension import Allowed, ExtensionRules
from cordee.validation.rules.extension_context import context, context_invariant

Structure = Callable[[str], Resource | None]


class CompiledExtensions:
    """Extensions by url, made on first use and kept."""

    def __init__(
        self,
        schema: Schema,
        structure: Structure,
        profiles: CompiledProfiles,
        expressions: Expressions,
    ) -> None:
        """Keep the sources."""
        self._schema = schema
        self._structure = structure
        self._profiles = profiles
        self._expressions = expressions
        self.find = Kept(self._compile)
        """Gives what a known extension asks, or None."""

    def _compile(self, url: str) -> ExtensionRules | None:
        structure = self._structure(url)
        profile = self._profiles.find(url)
        if structure is None or profile is None or structure.get("type") != "Extension":
            return None
        contexts: list[dict[str, Any]] = list(structure.get("context") or [])
        if contexts:
            contexts += [{"type": "element", "expression": name} for name in corrected(url)]
        return ExtensionRules(
            url=url,
            profile=profile,
            allowed=context(contexts, self._schema, self._expressions),
            contexts=", ".join(str(row.get("expression")) for row in contexts),
            is_modifier=_is_modifier(structure),
            parts=self._parts(url),
            conditions=tuple(self._conditions(structure)),
        )

    def _parts(self, url: str) -> frozenset[str]:
        """Give the urls of the parts that a complex extension names."""
        known = self._profiles.tree(url)
        inner = known[0].children.get("extension") if known else None
        urls = (
            part.children["url"].value("fixed")
            for part in (inner.slices if inner else ())
            if "url" in part.children
        )
        return frozenset(str(found[0]) for found in urls if found)

    def _conditions(self, structure: Resource) -> Iterator[tuple[str, Allowed]]:
        """Compile the context invariants; they are about the element the extension stands on."""
        for text in structure.get("contextInvariant") or ():
            try:
                condition = self._expressions.compile(str(text), "Element")
            except FhirPathError:
                continue
            yield str(text), context_invariant(condition, self._schema)


def _is_modifier(structure: Resource) -> bool:
    elements = (structure.get("snapshot") or {}).get("element") or [{}]
    return bool(elements[0].get("isModifier"))
