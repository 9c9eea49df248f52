"""Makes the check of a sliced element.

https://hl7.org/fhir/R4/profiling.html#slicing
"""

from collections.abc import Iterator, Sequence

from cordee.validation.compile.context import Site
from cordee.validation.compile.discriminator import compile_discriminators
from cordee.validation.rules.discriminator import ByUrl, unknown
from cordee.validation.rules.profile import ListRule
from cordee.validation.rules.slicing import CannotTell, Slice, Slicing

DEFAULT = "@default"
"""The name of the slice for everything that fits no other."""

_BY_TYPE = [{"type": "type", "path": "$this"}]
_BY_URL = [{"type": "value", "path": "url"}]


def compile_slicing(site: Site) -> Iterator[ListRule]:
    """Give the check of an element with slices."""
    definition = site.definition
    stated = definition.element.get("slicing") or {}
    if not definition.slices:
        return
    rules = stated.get("rules") or "open"
    name = definition.name
    discriminators = stated.get("discriminator") or _implied(site)
    parts: list[Slice] = []
    default = None
    for part in definition.slices:
        made = site.beside(part)
        group = site.sources.group(made)
        if part.slice_name == DEFAULT:
            default = group
            continue
        try:
            belongs = compile_discriminators(made, discriminators)
        except ValueError as reason:
            belongs = unknown
            yield CannotTell(str(part.slice_name), str(reason), made.source)
        parts.append(Slice(str(part.slice_name), belongs, group))
    ordered = bool(stated.get("ordered"))
    urls = _urls(parts)
    yield Slicing(name, rules, ordered, tuple(parts), default, site.source, urls)


def _urls(parts: Sequence[Slice]) -> dict[str, int] | None:
    """Give the positions of the slices by url; None if anything else tells them apart."""
    urls = {
        part.belongs.url: position
        for position, part in enumerate(parts)
        if isinstance(part.belongs, ByUrl)
    }
    return urls if len(urls) == len(parts) else None


def _implied(site: Site) -> list[dict[str, str]]:
    """Give the discriminators that go without saying: url of extensions, type of choices."""
    if site.definition.name in {"extension", "modifierExtension"}:
        return _BY_URL
    return _BY_TYPE if site.base is not None and site.base.is_choice else []
