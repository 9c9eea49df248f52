"""FHIR concepts as CDA codes, with the narrative they were written in.

https://hl7.org/fhir/R4/datatypes.html#CodeableConcept
"""

from collections.abc import Iterator, Mapping
from typing import Any

from cordee.bridges.cda.code_tables import Code, oid_of
from cordee.bridges.cda.writing.element import Element, coded, el, null, reference


def codes(concept: Mapping[str, Any] | None) -> Iterator[Code]:
    """Give the codings whose system CDA can name."""
    for coding in (concept or {}).get("coding", ()):
        system = oid_of(coding.get("system", ""))
        if system and coding.get("code"):
            yield Code(coding["code"], system, coding.get("display", ""))


def text_of(concept: Mapping[str, Any] | None) -> str:
    """Give the words of a concept."""
    held = concept or {}
    words = (held.get("text"), *(row.get("display") for row in held.get("coding", ())))
    named = next((str(word) for word in words if word), "")
    return named or next((str(row.get("code", "")) for row in held.get("coding", ())), "")


def concept(
    name: str,
    value: Mapping[str, Any] | None,
    anchor: str,
    /,
    *,
    xsi_type: str | None = None,
    absent: str | None = "NA",
) -> Element:
    """Write a concept: its first code, the others as translations, and where its words stand.

    Without a code there are the words alone; `absent` is the null flavour then, None for none.
    """
    known = list(codes(value))
    words = reference("originalText", anchor)
    if not known:
        if absent is None:
            return el(name, words, xsi_type=xsi_type)
        return null(name, absent, words, xsi_type=xsi_type)
    rest = (coded("translation", code) for code in known[1:])
    return coded(name, known[0], words, *rest, xsi_type=xsi_type)
