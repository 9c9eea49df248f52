"""From a profession to the perimeter its members work in, which bounds what they may see.

Health professionals are those of book IV of the Code de la santé publique; article R1110-2 lists
the others, who are told apart here by what their profession does. `perimeters.json` is the table:
code system, perimeter, codes of professions.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import get_args

from cordee.access.caller import Perimeter


@cache
def _table() -> Mapping[tuple[str, str], Perimeter]:
    """Give (system, code) → perimeter."""
    text = files(__package__).joinpath("perimeters.json").read_text("utf-8")
    return {
        (system, code): perimeter
        for system, rows in json.loads(text).items()
        for perimeter in get_args(Perimeter)
        for code in rows.get(perimeter, ())
    }


@cache
def _by_code() -> Mapping[str, Perimeter]:
    """Give code → perimeter: the codes of the four systems are all different."""
    return {code: perimeter for (_, code), perimeter in _table().items()}


def of_profession(code: str) -> Perimeter | None:
    """Give the perimeter of a profession told by its code alone, as Pro Santé Connect does."""
    return _by_code().get(code.partition("^")[0].strip())


def of_codings(codings: Iterable[tuple[str, str]]) -> Perimeter | None:
    """Give the perimeter of the first (system, code) that is a profession."""
    return next((found for each in codings if (found := _table().get(each))), None)
