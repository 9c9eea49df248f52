"""OperationDefinition resources as values.

https://hl7.org/fhir/R4/operationdefinition.html
"""

from dataclasses import dataclass

import msgspec


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation; `use` is `in` or `out`, `max` None for `*`."""

    name: str
    use: str
    min: int
    max: int | None
    type: str | None
    search_type: str | None = None
    target_profile: tuple[str, ...] = ()
    documentation: str | None = None
    parts: "tuple[Parameter, ...]" = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """What one operation is called, where, and with what."""

    url: str
    version: str | None
    name: str
    code: str
    system: bool
    type_level: bool
    instance: bool
    resource: tuple[str, ...]
    affects_state: bool
    parameters: tuple[Parameter, ...]
    description: str | None = None


class _Parameter(msgspec.Struct, rename="camel"):
    name: str
    use: str = "in"
    min: int = 0
    max: str = "*"
    type: str | None = None
    search_type: str | None = None
    target_profile: tuple[str, ...] = ()
    documentation: str | None = None
    part: "tuple[_Parameter, ...]" = ()


class _Row(msgspec.Struct, rename="camel"):
    url: str
    code: str
    version: str | None = None
    name: str = ""
    system: bool = False
    type: bool = False
    instance: bool = False
    resource: tuple[str, ...] = ()
    affects_state: bool = False
    parameter: tuple[_Parameter, ...] = ()
    description: str | None = None


_DECODER = msgspec.json.Decoder(_Row)


def decode(json: bytes) -> Operation:
    """Read an OperationDefinition from JSON."""
    row = _DECODER.decode(json)
    return Operation(
        url=row.url,
        version=row.version,
        name=row.name,
        code=row.code,
        system=row.system,
        type_level=row.type,
        instance=row.instance,
        resource=row.resource,
        affects_state=row.affects_state,
        parameters=tuple(_parameter(found) for found in row.parameter),
        description=row.description,
    )


def _parameter(row: _Parameter) -> Parameter:
    return Parameter(
        name=row.name,
        use=row.use,
        min=row.min,
        max=None if row.max == "*" else int(row.max),
        type=row.type,
        search_type=row.search_type,
        target_profile=row.target_profile,
        documentation=row.documentation,
        parts=tuple(_parameter(part) for part in row.part),
    )
