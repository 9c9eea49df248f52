"""An extension: known, where it may be, and as its own definition says.

https://hl7.org/fhir/R4/extensibility.html
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from cordee.validation.node import Node
from cordee.validation.place import Place
from cordee.validation.rules.profile import ProfileRules
from cordee.validation.run import Check, Run

Allowed: TypeAlias = Callable[[Place, Run], bool]
"""Tells whether an extension may stand at a place."""


@dataclass(frozen=True, slots=True)
class ExtensionRules:
    """What a known extension asks: its profile, its contexts, whether it modifies."""

    url: str
    profile: ProfileRules
    allowed: Allowed
    contexts: str
    is_modifier: bool
    parts: frozenset[str]
    conditions: tuple[tuple[str, Allowed], ...] = ()
    """What must be true of the element it stands on: text and test."""


Finder: TypeAlias = Callable[[str], ExtensionRules | None]

EXAMPLES = ("http://example.org/", "https://example.org/", "http://example.com/", "urn:")
"""Prefixes of extensions that nobody is expected to define."""


HL7 = "http://hl7.org/fhir/StructureDefinition/"
"""Prefix of HL7's own extensions, of which new ones appear between versions of FHIR."""


def extension(find: Finder) -> Check:
    """Check an extension against its definition."""

    def check(value: Any, place: Place, run: Run) -> None:
        _check_content(value, place, run)
        url = value.get("url")
        if not isinstance(url, str) or not is_absolute(url):
            _check_local(url, place, run)
            return
        rules = find(url)
        if rules is None:
            _unknown(url, place, run)
            return
        if not rules.allowed(place, run):
            run.add("extension-context", place, url=url, contexts=rules.contexts)
        for text, met in rules.conditions:
            if not met(place, run):
                run.add("extension-context-invariant", place, url=url, expression=text)
        modifies = place[1] == "modifierExtension"
        if modifies != rules.is_modifier:
            message_id = "extension-not-modifier" if modifies else "extension-modifier"
            run.add(message_id, place, url=url)
        _check_parts(value, rules, place, run)
        rules.profile(Node(value, "Extension", place), run)

    return check


def _check_content(value: Any, place: Place, run: Run) -> None:
    """Ask for a value or for extensions, never both (ext-1)."""
    nested = "extension" in value
    valued = len(value) > nested + ("url" in value) + ("id" in value)
    if valued is nested:
        run.add("extension-content", place)


def _check_parts(value: Any, rules: ExtensionRules, place: Place, run: Run) -> None:
    """Refuse parts that the definition of a complex extension does not name."""
    if not rules.parts:
        return
    found = value.get("extension")
    for index, part in enumerate(found if isinstance(found, list) else []):
        url = part.get("url") if isinstance(part, dict) else None
        if isinstance(url, str) and not is_absolute(url) and url not in rules.parts:
            at: Place = (place, "extension", index)
            run.add("extension-part-unknown", at, url=url, extension=rules.url)


def is_absolute(url: str) -> bool:
    """Tell whether a url names a definition of its own, not a part of a complex extension."""
    return "://" in url or url.startswith("urn:")


def _check_local(url: Any, place: Place, run: Run) -> None:
    parent = place[0]
    nested = parent is not None and parent[1] in {"extension", "modifierExtension"}
    if not nested and isinstance(url, str) and url:
        run.add("extension-url-relative", place, url=url)


def _unknown(url: str, place: Place, run: Run) -> None:
    options = run.options
    if url.startswith(HL7):
        run.add("extension-unknown", place, url=url)
        return
    if url.startswith(EXAMPLES) and options.example_urls:
        return
    if options.any_extension or url.startswith(options.extension_domains or ("\0",)):
        run.add("extension-unknown", place, url=url)
    else:
        run.add("extension-unknown-refused", place, url=url)
