"""Communes and countries of birth by their INSEE code (code officiel géographique, COG).

https://www.insee.fr/fr/information/2560452
"""

import re
from typing import Any

from cordee.validation.french.systems import COMMUNES
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.run import Run

_COG = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}")


def official_code(value: Any, place: Place, run: Run) -> None:
    """Ask that a Coding of a commune or country is five characters, 2A and 2B in Corsica."""
    system, code = value.get("system"), value.get("code")
    if not isinstance(system, str) or not system.startswith(COMMUNES):
        return
    if isinstance(code, str) and not _COG.fullmatch(code):
        at: Place = (place, "code", -1)
        run.add("cog-form", at, severity=run.options.national, code=excerpt(code))
