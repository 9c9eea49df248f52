"""Codes of the metadata that a document does not say itself.

https://ansforge.github.io/IG-terminologie-de-sante/ig/main/
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cordee.bridges.cda.code_tables import Code

_FILE = Path(__file__).with_name("vocabulary.toml")


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))


@cache
def _classes() -> Mapping[str, Code]:
    oid = _tables()["class_system"]["oid"]
    return {
        type: Code(code, oid, row["display"])
        for code, row in _tables()["classes"].items()
        for type in row["types"]
    }


def class_of(type: str) -> Code | None:
    """Give the class of a type of document; None for a type that has none."""
    return _classes().get(type)


@cache
def dmp_types() -> frozenset[str]:
    """Give the types of document that the DMP takes."""
    return frozenset(_tables()["dmp"]["types"])


def format_code(code: str | None) -> Code:
    """Give a format with its system and label; without a code, that of an unknown model."""
    formats = _tables()["formats"]
    value = code or formats["other"]
    system = next((oid for start, oid in formats["system"].items() if value.startswith(start)), "")
    return Code(value, system, formats["display"].get(value, value))


def format_of_file(media_type: str) -> Code:
    """Give the format of a document whose body is a file."""
    return format_code(_tables()["formats"]["media"].get(media_type))


def visibility(code: str) -> Code | None:
    """Give a code that says who may not see a document; None for another code."""
    table = _tables()["visibility"]
    display = table["display"].get(code)
    return Code(code, table["oid"], display) if display else None


def visibilities() -> tuple[str, ...]:
    """Give all codes of visibility."""
    return tuple(_tables()["visibility"]["display"])


def setting(told: Code) -> Code:
    """Give the practice setting as the DMP knows it."""
    table = _tables()["settings"]
    if told.code in table["known"]:
        return told
    return Code(table["usual"]["code"], table["oid"], table["usual"]["display"])


def activity(code: str) -> Code:
    """Give the kind of activity that a lot comes from."""
    table = _tables()["activities"]
    return Code(code, table["oid"], table["display"].get(code, code))
