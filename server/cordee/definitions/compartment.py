"""CompartmentDefinition resources as tables.

https://hl7.org/fhir/R4/compartmentdefinition.html
"""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

Members: TypeAlias = Mapping[str, tuple[str, ...]]
"""Resource type → codes of the parameters that place a resource in the compartment; `{def}` is the
compartment's own resource. Types outside the compartment are absent."""


class _Resource(msgspec.Struct):
    code: str
    param: tuple[str, ...] = ()


class _Row(msgspec.Struct):
    code: str
    resource: tuple[_Resource, ...] = ()


_DECODER = msgspec.json.Decoder(_Row)


def decode(json: bytes) -> tuple[str, Members]:
    """Give a compartment's code ("Patient") and its members."""
    row = _DECODER.decode(json)
    return row.code, {member.code: member.param for member in row.resource if member.param}
