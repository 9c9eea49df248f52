"""CDA elements made from Python: namespaces, null flavours, codes, identifiers, periods."""

import re
from typing import Any

from lxml import etree

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.namespaces import CDA, LAB, XSI

Element = etree._Element  # noqa: SLF001 - lxml gives its elements no other name
Child = Element | str | None

NSMAP: Any = {None: CDA, "xsi": XSI, "lab": LAB}
_CONTROLS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END = re.compile("\r\n?|\n")
_TYPE = f"{{{XSI}}}type"


def el(name: str, /, *children: Child, **attributes: str | None) -> Element:
    """Make an element of CDA; children and attributes that are None are left out.

    A trailing underscore keeps attributes from Python's words; `xsi_type` is `xsi:type`.
    """
    made = etree.Element(f"{{{CDA}}}{name}", nsmap=NSMAP)
    for key, value in attributes.items():
        if value is not None:
            made.set(_TYPE if key == "xsi_type" else key.rstrip("_"), _writable(value))
    for child in children:
        if isinstance(child, str):
            made.text = _writable(child)
        elif child is not None:
            made.append(child)
    return made


def _writable(text: str) -> str:
    """Replace the characters that XML cannot hold."""
    return text if text.isprintable() else _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def words(name: str, text: str, /, **attributes: str | None) -> Element:
    """Make a part of the narrative; lines of the text stay lines."""
    first, *rest = _LINE_END.split(text)
    made = el(name, first, *(el("br") for _ in rest), **attributes)
    for line, told in zip(made, rest, strict=True):
        line.tail = _writable(told)
    return made


def null(name: str, flavour: str = "UNK", /, *children: Child, **attributes: str | None) -> Element:
    """Make an element that says why it has no value."""
    return el(name, *children, nullFlavor=flavour, **attributes)


def coded(name: str, code: Code, /, *children: Child, xsi_type: str | None = None) -> Element:
    """Make an element that is a code."""
    return el(
        name,
        *children,
        xsi_type=xsi_type,
        code=code.code,
        codeSystem=code.system,
        displayName=code.display or None,
    )


def templates(*roots: str) -> list[Element]:
    """Make templateIds."""
    return [el("templateId", root=root) for root in roots]


def period(
    name: str, low: str | None, high: str | None, /, *, xsi_type: str | None = None
) -> Element:
    """Make an interval of times; what is not known is said to be unknown."""
    return el(
        name,
        el("low", value=low) if low else null("low"),
        el("high", value=high) if high else None,
        xsi_type=xsi_type,
    )


def reference(name: str, anchor: str, /) -> Element:
    """Make a text that refers to the narrative."""
    return el(name, el("reference", value=f"#{anchor}"))
