"""The INS datamatrix: what a scanner reads from a document "INS à scanner".

A header of 26 characters, `IS01` and 22 zeros, then blocks S1 to S7. A block of variable length
ends with a group separator unless it is full or the last.

Datamatrix INS 2.2 (ANS, 2023).
https://hl7.fr/ig/fhir/core/
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from cordee.errors import Category, FhirError
from cordee.operations.identity.teleservice import Ins
from cordee.operations.identity.traits import GENDERS, Traits, family, given_names
from cordee.resource.check_digits import is_ins
from cordee.validation.french.systems import INS, REAL_INS, TRIAL_INS

HEADER = "IS01" + "0" * 22
SEPARATOR = "\N{INFORMATION SEPARATOR THREE}"
_DATE = re.compile(r"([0-9]{2})-([0-9]{2})-([0-9]{4})")
_OIDS = {system.removeprefix("urn:oid:") for system in REAL_INS | TRIAL_INS}


@dataclass(frozen=True, slots=True)
class Block:
    """A block: its length, whether it always has it, what its text must be."""

    name: str
    length: int
    fixed: bool
    good: Callable[[str], bool] = bool
    optional: bool = False


BLOCKS: dict[str, Block] = {
    "S1": Block("matricule", 15, fixed=True),
    "S2": Block("OID", 20, fixed=False, good=_OIDS.__contains__),
    "S3": Block("given names", 100, fixed=False),
    "S4": Block("birth name", 100, fixed=False),
    "S5": Block("sex", 1, fixed=True, good=GENDERS.__contains__),
    "S6": Block("birth date", 10, fixed=True, good=lambda text: bool(_DATE.fullmatch(text))),
    "S7": Block("birth place", 5, fixed=True, good=str.isalnum, optional=True),
}
"""In the order they stand in."""


def read(content: str) -> tuple[Ins, Traits]:
    """Read the content of a datamatrix.

    Raises INVALID that says which block is wrong, also when the key of the matricule is.
    """
    if not content.startswith(HEADER):
        raise _wrong("does not begin with IS01 and 22 zeros")
    values: dict[str, str] = {}
    rest = content[len(HEADER) :]
    for code, block in BLOCKS.items():
        if rest or not block.optional:
            values[code], rest = _take(code, block, rest)
    if rest:
        raise _wrong(f"has {len(rest)} characters too many after S7")
    if values["S2"] in {INS.removeprefix("urn:oid:") + end for end in ("8", "9")} and not is_ins(
        values["S1"]
    ):
        raise _wrong("S1: the key of the matricule is wrong")
    day, month, year = values["S6"].split("-")
    traits = Traits(
        family(values["S4"]),
        given_names(values["S3"]),
        values["S5"],
        f"{year}-{month}-{day}",
        values.get("S7"),
    )
    return Ins(values["S1"], values["S2"]), traits


def _take(code: str, block: Block, text: str) -> tuple[str, str]:
    if not text.startswith(code):
        raise _wrong(f"lacks {code} ({block.name}) where {text[:2]!r} stands")
    text = text[len(code) :]
    if block.fixed:
        value, rest = text[: block.length], text[block.length :]
    else:
        value, separator, rest = text[: block.length + 1].partition(SEPARATOR)
        value = value[: block.length]
        rest = text[len(value) + len(separator) :]
        if not separator and len(value) < block.length:
            raise _wrong(f"{code} ({block.name}): the group separator after it is missing")
    if block.fixed and len(value) < block.length:
        raise _wrong(f"{code} ({block.name}) has {len(value)} characters of {block.length}")
    if SEPARATOR in value or not block.good(value):
        raise _wrong(f"{code}: {value!r} is no {block.name}")
    return value, rest


def _wrong(what: str) -> FhirError:
    return FhirError(Category.INVALID, f"The datamatrix {what}", expression="datamatrix")
