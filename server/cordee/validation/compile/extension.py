"""Makes the rules of extensions from their definitions.

https://hl7.org/fhir/R4/defining-extensions.html
"""

from collections.abc import Callable
from typing import Any

from cordee.definitions.element import Schema
from cordee.resource.types import Resource
from cordee.validation.compile.corrections import contexts as corrected
from cordee.validation.compile.profiles import CompiledProfiles
from cordee.validation.expressions import Expressions
from cordee.validation.rules.extension import ExtensionRules
from cordee.validation.rules.extension_context import context

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
        self._found: dict[str, ExtensionRules | None] = {}

    def find(self, url: str) -> ExtensionRules | None:
        """Give what a known extension asks, or None."""
        if url not in self._found:
            self._found[url] = self._compile(url)
        return self._found[url]

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
        )


def _is_modifier(structure: Resource) -> bool:
    elements = (structure.get("snapshot") or {}).get("element") or [{}]
    return bool(elements[0].get("isModifier"))
