"""What a profile asks of a narrative's language sections, and of the source of its parts.

https://hl7.org/fhir/extensions/StructureDefinition-narrative-language-control.html
https://hl7.org/fhir/extensions/StructureDefinition-narrative-source-control.html
"""

from collections.abc import Collection, Iterator

from lxml import etree

from cordee.resource.xhtml import to_element
from cordee.validation.node import Node
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.profile import NodeRule
from cordee.validation.run import Run

SOURCES = frozenset({"boilerplate", "generated", "original"})
"""Classes that say where a part of a narrative comes from."""

NONE, SOME, OF_RESOURCE = "_no", "_yes", "_resource"
"""Controls that are no language: no section, any section, one in the resource's language."""

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def language_sections(controls: Collection[str], source: str) -> NodeRule:
    """Ask for sections in languages, for one in the resource's language, or for none."""

    def rule(node: Node, run: Run) -> None:
        div = _div(node)
        if div is None:
            return
        found = sorted(_languages(div))
        told = ", ".join(found) or "-"
        if NONE in controls:
            if found:
                run.add("narrative-sections-refused", node.place, source=source, found=told)
            return
        if SOME in controls and not found:
            run.add("narrative-sections-missing", node.place, source=source)
        for control in controls:
            if control == SOME:
                continue
            wanted = run.resource.get("language") if control == OF_RESOURCE else control
            if isinstance(wanted, str) and wanted not in found:
                run.add(
                    "narrative-section-missing",
                    node.place,
                    source=source,
                    wanted=excerpt(wanted),
                    found=told,
                )

    return rule


def sources(source: str) -> NodeRule:
    """Ask that each part of the narrative says where it comes from, by its class."""

    def rule(node: Node, run: Run) -> None:
        div = _div(node)
        for text in _without_source(div) if div is not None else ():
            run.add("narrative-source-missing", node.place, source=source, text=excerpt(text))

    return rule


def _div(node: Node) -> etree._Element | None:
    text = node.object.get("div")
    if not isinstance(text, str):
        return None
    try:
        return to_element(text)
    except (etree.XMLSyntaxError, ValueError):
        return None  # the check of every narrative has said so


def _languages(div: etree._Element) -> Iterator[str]:
    """Give the languages of the sections: elements right below the div that state one."""
    for part in div.iterchildren(etree.Element):
        stated = part.get("lang") or part.get(_LANG)
        if stated:
            yield str(stated)


def _without_source(top: etree._Element) -> Iterator[str]:
    """Give the texts that stand in no element with a source, in document order."""
    pending: list[etree._Element | str] = [top]
    while pending:
        part = pending.pop()
        if isinstance(part, str):
            yield part
        elif part is top or SOURCES.isdisjoint((part.get("class") or "").split()):
            inner: list[etree._Element | str] = [part.text.strip()] if part.text else []
            for child in part:
                if isinstance(child.tag, str):
                    inner.append(child)
                if child.tail:
                    inner.append(child.tail.strip())
            pending += [row for row in reversed(inner) if not isinstance(row, str) or row]
