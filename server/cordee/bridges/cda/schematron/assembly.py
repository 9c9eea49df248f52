"""A Schematron schema made whole: inclusions followed, phases chosen, abstract patterns filled in.

ISO/IEC 19757-3:2016, clauses 5.4 (ancillary elements) and 6 (semantics).
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from cordee.errors import Category, FhirError

SCH = "{http://purl.oclc.org/dsdl/schematron}"
_DEEPEST = 20
"""Inclusions inside inclusions that are still followed."""


@dataclass(slots=True)
class Assembly:
    """What a schema comes to: prefixes, global variables, abstract rules by id, patterns in use."""

    prefixes: dict[str, str] = field(default_factory=dict)
    lets: dict[str, str] = field(default_factory=dict)
    abstract_rules: dict[str, etree._Element] = field(default_factory=dict)
    patterns: list[etree._Element] = field(default_factory=list)


def assemble(path: Path, phase: str | None = None) -> Assembly:
    """Read a schema file and what it includes, for a phase, by default its own default phase.

    Raises `FhirError` UNPROCESSABLE when a file is missing or is not Schematron.
    """
    root = _parse(path)
    _include(root, path.parent, 0)
    made = Assembly(
        prefixes={row.get("prefix", ""): row.get("uri", "") for row in _rows(root, "ns")}
    )
    patterns = list(root.iter(f"{SCH}pattern"))
    templates = {row.get("id", ""): row for row in patterns if row.get("abstract") == "true"}
    chosen = _active(root, phase or root.get("defaultPhase"))
    made.lets = {row.get("name", ""): row.get("value", "") for row in _rows(root, "let")}
    for pattern in patterns:
        if pattern.get("abstract") == "true" or (chosen and pattern.get("id") not in chosen):
            continue
        concrete = _filled(pattern, templates) if pattern.get("is-a") else pattern
        made.patterns.append(concrete)
        for row in _rows(concrete, "let"):
            made.lets[row.get("name", "")] = row.get("value", "")
    for rule in root.iter(f"{SCH}rule"):
        if rule.get("abstract") == "true":
            made.abstract_rules[rule.get("id", "")] = rule
    return made


def rows(parent: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Give the children of some names, in their order."""
    wanted = {SCH + name for name in names}
    return (child for child in parent if child.tag in wanted)


_rows = rows


def _parse(path: Path) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        return etree.parse(str(path), parser).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        raise FhirError(
            Category.UNPROCESSABLE, f"The rule file {path} is unusable: {error}"
        ) from error


def _include(parent: etree._Element, folder: Path, depth: int) -> None:
    if depth > _DEEPEST:
        raise FhirError(Category.UNPROCESSABLE, f"The rule files in {folder} include one another")
    for child in list(parent):
        if child.tag in {f"{SCH}include", f"{SCH}extends"} and child.get("href"):
            path = folder / child.get("href", "")
            brought = _parse(path)
            _include(brought, path.parent, depth + 1)
            if child.tag == f"{SCH}include":
                parent.replace(child, brought)
            else:
                for row in brought:
                    child.addprevious(row)
                parent.remove(child)
        elif isinstance(child.tag, str):
            _include(child, folder, depth)


def _active(root: etree._Element, phase: str | None) -> frozenset[str]:
    """Give the ids of the patterns of a phase; none means all."""
    for row in root.iter(f"{SCH}phase"):
        if row.get("id") == phase:
            return frozenset(active.get("pattern", "") for active in rows(row, "active"))
    return frozenset()


def _filled(pattern: etree._Element, templates: Mapping[str, etree._Element]) -> etree._Element:
    """Copy the abstract pattern that a pattern is, with its parameters put in."""
    template = templates.get(pattern.get("is-a", ""))
    if template is None:
        text = f"The pattern {pattern.get('id')} is of {pattern.get('is-a')}, which does not exist"
        raise FhirError(Category.UNPROCESSABLE, text)
    values = {f"${row.get('name')}": row.get("value", "") for row in rows(pattern, "param")}
    made = deepcopy(template)
    made.set("id", pattern.get("id", ""))
    if values:
        names_re = re.compile("|".join(re.escape(name) + r"(?![\w-])" for name in values))
        for element in made.iter():
            for name, written in element.items():
                if "$" in (text := str(written)):
                    element.set(name, names_re.sub(lambda found: values[found[0]], text))
    return made
