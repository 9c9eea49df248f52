"""A Schematron schema written as XSLT 3, which reports what failed and nothing else.

Each pattern is a mode; a node is judged by the first rule of the pattern that matches it. Abstract
rules are named templates, so that hundreds of rules that extend one share it.

https://www.w3.org/TR/xslt-30/
"""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from cordee.bridges.cda.schematron.assembly import SCH, Assembly, assemble, rows

XSL = "{http://www.w3.org/1999/XSL/Transform}"
XML = "{http://www.w3.org/XML/1998/namespace}"
_HEAD = {"xsl": "http://www.w3.org/1999/XSL/Transform", "xs": "http://www.w3.org/2001/XMLSchema"}
FINDING = "finding"


def compile(path: Path, phase: str | None = None) -> str:
    """Give the stylesheet of a schema; its base URI is the schema's, for `doc()`.

    It makes `<findings>` of `<finding at= role= test=>text</finding>`, `at` as by `fn:path`.
    Raises `FhirError` UNPROCESSABLE when the schema is unusable.
    """
    sheet = _sheet(assemble(path, phase))
    sheet.set(f"{XML}base", path.resolve().as_uri())
    return etree.tostring(sheet, encoding="unicode")


def _sheet(schema: Assembly) -> etree._Element:
    prefixes = {key: uri for key, uri in schema.prefixes.items() if key != "xml"}
    sheet = etree.Element(f"{XSL}stylesheet", nsmap=prefixes | _HEAD)
    sheet.set("version", "3.0")
    sheet.set("expand-text", "no")
    for name, value in schema.lets.items():
        _add(sheet, "variable", name=name, select=value)
    _root(sheet, len(schema.patterns))
    for number, pattern in enumerate(schema.patterns):
        _add(sheet, "mode", **{"name": f"M{number}", "on-no-match": "shallow-skip"})
        _pattern(sheet, pattern, f"M{number}")
    for name in _extended(schema):
        _checks(_add(sheet, "template", name=_template(name)), schema.abstract_rules[name])
    return sheet


def _extended(schema: Assembly) -> dict[str, None]:
    """Give the ids of the abstract rules that are extended, directly or not."""
    found: dict[str, None] = {}
    waiting = list(schema.patterns)
    while waiting:
        for row in waiting.pop().iter(f"{SCH}extends"):
            name = row.get("rule", "")
            if name not in found and name in schema.abstract_rules:
                found[name] = None
                waiting.append(schema.abstract_rules[name])
    return found


def _root(sheet: etree._Element, patterns: int) -> None:
    template = _add(sheet, "template", match="/")
    findings = etree.SubElement(template, "findings")
    for number in range(patterns):
        _add(findings, "apply-templates", select="/", mode=f"M{number}")


def _pattern(sheet: etree._Element, pattern: etree._Element, mode: str) -> None:
    rules = [rule for rule in rows(pattern, "rule") if rule.get("abstract") != "true"]
    for place, rule in enumerate(rules):
        template = _add(
            sheet,
            "template",
            match=rule.get("context", ""),
            mode=mode,
            priority=str(len(rules) - place + 1000),
        )
        _checks(template, rule)
        _add(template, "apply-templates", select="@*|node()", mode=mode)


def _checks(template: etree._Element, rule: etree._Element) -> None:
    for row in rows(rule, "let", "extends", "assert", "report"):
        kind = row.tag.removeprefix(SCH)
        test = row.get("test", "")
        if kind == "let":
            _add(template, "variable", name=row.get("name", ""), select=row.get("value", ""))
        elif kind == "extends":
            _add(template, "call-template", name=_template(row.get("rule", "")))
        else:
            broken = f"not({test})" if kind == "assert" else test
            _finding(_add(template, "if", test=broken), row, rule)


def _finding(parent: etree._Element, row: etree._Element, rule: etree._Element) -> None:
    made = etree.SubElement(parent, FINDING)
    role = row.get("role") or row.get("flag") or rule.get("role")
    if role:
        made.set("role", role)
    made.set("rule", row.get("id") or rule.get("id") or "")
    _add(made, "attribute", name="at", select="path(.)")
    for text in _texts(row):
        made.append(text)


def _texts(row: etree._Element) -> Iterator[etree._Element]:
    """Give the message as XSLT: its words, and what it quotes of the document."""
    yield _text(row.text)
    for child in row:
        if child.tag == f"{SCH}value-of":
            yield _made("value-of", select=child.get("select", ""))
        elif child.tag == f"{SCH}name":
            yield _made("value-of", select=f"name({child.get('path', '.')})")
        else:
            yield _text("".join(map(str, child.itertext())))
        yield _text(child.tail)


def _text(text: str | None) -> etree._Element:
    made = _made("text")
    made.text = text or ""
    return made


def _made(name: str, /, **attributes: str) -> etree._Element:
    return etree.Element(XSL + name, attributes)


def _add(parent: etree._Element, name: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, XSL + name, attributes)


def _template(rule: str) -> str:
    return f"rule-{rule}"
