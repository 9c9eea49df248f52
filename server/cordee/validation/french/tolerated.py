"""Codes that a French value set refuses and practice uses, as data (`tolerated.toml`).

https://hl7.fr/ig/fhir/core/
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _data() -> dict[str, Any]:
    text = files(__package__).joinpath("tolerated.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def tolerated_systems(value_set: str) -> frozenset[str]:
    """Give the code systems whose codes are let pass in a value set, by canonical."""
    url = value_set.partition("|")[0]
    return frozenset(row["system"] for row in _data()["value_set"] if row["url"] == url)


def is_example_number(number: str) -> bool:
    """Tell whether a number is one that the guides use in their examples."""
    return number in _data()["numbers"]
