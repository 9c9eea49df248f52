"""Makes the recognition of a slice's elements from the slicing's discriminators.

https://hl7.org/fhir/R4/profiling.html#discriminator
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cordee.definitions.structure import BASE
from cordee.resource.canonical import split
from cordee.validation.compile.binding import compile_profile_binding
from cordee.validation.compile.context import Site, root_site
from cordee.validation.compile.fixed import compile_fixed
from cordee.validation.compile.pattern import compile_pattern
from cordee.validation.discriminator import Step, parse
from cordee.validation.rules.discriminator import (
    ByUrl,
    Predicate,
    all_match,
    any_match,
    by_rules,
    by_target_types,
    by_types,
    exists_at,
    some_at,
)
from cordee.validation.rules.pattern import Pattern
from cordee.validation.rules.profile import NodeRule
from cordee.validation.rules.slicing import Belongs


@dataclass(slots=True)
class Spot:
    """What a slice says of the place a discriminator path leads to.

    `sites` are definitions of that place; `given` are the parts of fixed values and patterns,
    stated further up, that fall on it.
    """

    sites: list[Site] = field(default_factory=list)
    given: list[Any] = field(default_factory=list)


def compile_discriminators(site: Site, discriminators: list[dict[str, Any]]) -> Belongs:
    """Give the recognition of one slice's elements.

    Raises:
        ValueError: a discriminator cannot be evaluated on this slice.
    """
    matches = [match for row in discriminators if (match := _compile(site, row)) is not None]
    if not matches:
        raise ValueError("it says nothing of what its discriminators name")
    return all_match(matches)


def _compile(site: Site, row: dict[str, Any]) -> Belongs | None:
    """Give the recognition by one discriminator; None when the slice leaves it open."""
    kind, path = str(row.get("type")), str(row.get("path") or "$this")
    if path == "url" and (url := extension_url(site)):
        return ByUrl(url)
    steps = parse(path)
    spot = Spot([site])
    for step in steps:
        spot = _walk(spot, step)
    if kind not in KINDS:
        raise ValueError(f"discriminators of type '{kind}' are not known")
    return KINDS[kind](spot, steps, site)


def extension_url(site: Site) -> str | None:
    """Give the url of the extensions that a slice of extensions is for."""
    for of in site.definition.types:
        for canonical in of.get("profile") or ():
            return split(canonical)[0]
    child = site.definition.children.get("url")
    fixed = child.value("fixed") or child.value("pattern") if child else None
    return str(fixed[0]) if fixed else None


def _by_value(spot: Spot, steps: tuple[Step, ...], site: Site) -> Belongs | None:
    if (existence := _existence(spot)) is not None and not spot.given:
        return exists_at(steps, site.sources.schema, wanted=existence)
    predicates: list[Predicate] = [by_rules([Pattern(value, "")]) for value in spot.given]
    alternatives = [rules for found in spot.sites if (rules := _value_rules(found))]
    if alternatives:
        predicates.append(any_match([by_rules(rules) for rules in alternatives]))
    if not predicates:
        required = any(int(found.element.get("min") or 0) > 0 for found in spot.sites)
        return exists_at(steps, site.sources.schema, wanted=True) if required else None
    return some_at(steps, site.sources.schema, all_match(predicates))


def _existence(spot: Spot) -> bool | None:
    """Tell what a value discriminator asks of existence, where the slice fixes no value."""
    if spot.sites and all(found.element.get("max") == "0" for found in spot.sites):
        return False
    return None


def _value_rules(site: Site) -> list[NodeRule]:
    exact = [*compile_fixed(site), *compile_pattern(site)]
    if exact:
        return exact
    group = site.sources.group(site)
    if (site.element.get("binding") or {}).get("strength") == "required":
        return [*compile_profile_binding(site, always=True), group.check_one]
    # A code outside a value set that is not required is good all the same: it tells nothing apart.
    lenient = len(list(compile_profile_binding(site)))
    return [group.check_one] if group.below or len(group.each) > lenient else []


def _by_existence(spot: Spot, steps: tuple[Step, ...], site: Site) -> Belongs:
    prohibited = any(found.element.get("max") == "0" for found in spot.sites)
    return exists_at(steps, site.sources.schema, wanted=not prohibited)


def _by_type(spot: Spot, steps: tuple[Step, ...], site: Site) -> Belongs:
    names = frozenset(name for found in spot.sites for name in _types(found))
    if not names:
        raise ValueError("the slice names no type")
    if steps and steps[-1].kind == "resolve":
        return some_at(steps[:-1], site.sources.schema, by_target_types(names))
    return some_at(steps, site.sources.schema, by_types(names))


def _types(site: Site) -> Iterator[str]:
    if site.base is None:
        yield site.type_name
    for of in site.definition.types:
        yield of.get("code", "").removeprefix(BASE)


def _by_profile(spot: Spot, steps: tuple[Step, ...], site: Site) -> Belongs:
    find = site.sources.profiles.find
    canonicals = [found.profile for found in spot.sites if found.base is None]
    canonicals += [
        canonical
        for found in spot.sites
        for of in found.definition.types
        for canonical in of.get("profile") or _plain(of, site)
    ]
    rules = [found for canonical in canonicals if (found := find(canonical)) is not None]
    if not rules:
        raise ValueError("the profiles that tell the slices apart are not known")
    return some_at(steps, site.sources.schema, any_match([by_rules([rule]) for rule in rules]))


def _plain(of: dict[str, Any], site: Site) -> Iterator[str]:
    """Give the definition of a resource type that is asked for without a profile."""
    code = of.get("code", "")
    if site.sources.schema.is_resource(code):
        yield BASE + code


KINDS: dict[str, Callable[[Spot, tuple[Step, ...], Site], Belongs | None]] = {
    "value": _by_value,
    "pattern": _by_value,
    "exists": _by_existence,
    "type": _by_type,
    "profile": _by_profile,
}
"""Discriminator type → how it recognises (https://hl7.org/fhir/R4/valueset-discriminator-type.html)."""


def _walk(spot: Spot, step: Step) -> Spot:
    found = Spot()
    for site in spot.sites:
        found.sites += STEPS[step.kind](site, step)
        for prefix in ("fixed", "pattern"):
            stated = site.definition.value(prefix)
            if stated is not None and step.kind == "child":
                found.given += _part(stated[0], step.name)
    for value in spot.given:
        if step.kind == "child":
            found.given += _part(value, step.name)
    return found


def _part(value: Any, name: str) -> list[Any]:
    items = value if isinstance(value, list) else [value]
    return [item[name] for item in items if isinstance(item, dict) and name in item]


def _child(site: Site, step: Step) -> Iterator[Site]:
    own = site.definition.children.get(step.name)
    if own is not None:
        child = site.child(own)
        if child is not None:
            yield child
            # What tells slices apart may itself be said of a slice of the child.
            yield from (child.beside(part) for part in own.slices)
        return
    for root in _profiled(site):
        below = root.definition.children.get(step.name)
        child = root.child(below) if below else None
        if child is not None:
            yield child


def _profiled(site: Site) -> Iterator[Site]:
    """Give the roots of the profiles, or else of the types, that define what is below."""
    for of in site.definition.types:
        canonicals = of.get("profile") or [BASE + of.get("code", "").removeprefix(BASE)]
        for canonical in canonicals:
            yield from root_site(canonical, site.sources)


def _extension(site: Site, step: Step) -> Iterator[Site]:
    extensions = site.definition.children.get("extension")
    roots = [site] if extensions else list(_profiled(site))
    for root in roots:
        known = root.definition.children.get("extension")
        for part in known.slices if known else ():
            made = root.child(part)
            if made and extension_url(made) == step.name:
                yield made


def _resolve(site: Site, _step: Step) -> Iterator[Site]:
    for of in site.definition.types:
        for canonical in of.get("targetProfile") or ():
            yield from root_site(canonical, site.sources)


def _of_type(site: Site, step: Step) -> Iterator[Site]:
    codes = {of.get("code", "").removeprefix(BASE) for of in site.definition.types}
    if step.name in codes:
        yield site
    for part in site.definition.slices:
        if step.name in {of.get("code") for of in part.types}:
            yield site.beside(part)


STEPS: dict[str, Callable[[Site, Step], Iterator[Site]]] = {
    "child": _child,
    "extension": _extension,
    "resolve": _resolve,
    "ofType": _of_type,
}
"""Step of a discriminator path → the definitions it leads to."""
