"""What a caller may choose about a validation.

https://hl7.org/fhir/R4/validation.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from cordee.errors import Severity
from cordee.resource.types import Resource

Resolve: TypeAlias = Callable[[str], Resource | None]
"""Gives the resource behind a reference that is neither contained nor in the Bundle."""

References = Literal["ignore", "type", "found", "exists", "valid"]
"""What is asked of targets outside the resource: nothing, their type if they are found, that they
conform if they are found, that they are found, or that they are found and conform."""


Claims = Literal["error", "warn", "off"]
"""What comes of a profile that is claimed or required and not kept: errors, warnings, nothing."""


@dataclass(frozen=True, slots=True)
class Options:
    """How strict to be.

    `claims` says what comes of profiles not kept; `required` maps resource types to profiles that
    all resources of the type are checked against, claimed or not. `older_versions` lets a profile
    named without version be kept in an older version that is held too.

    `resolve` finds targets of references outside the resource and its Bundle; `references` says
    what is asked of them; `rest_references` takes every absolute reference for the URL of a FHIR
    server. `contained` checks contained resources too. `example_urls` allows URLs of example.org.
    `security` refuses text that could be active content. `best_practice` is the severity of good
    advice.

    `seconds` of processor time are what a validation may take before it is given up, with an error;
    large resources are given more. An honest one takes milliseconds: what is beyond it must be left
    to a busy machine and to the garbage collector, which count as well.

    `extension_domains` are URL prefixes whose extensions and profiles may be unknown;
    `any_extension` lets all unknown extensions be. The other options are severities: `links` of
    narrative links that lead nowhere, `codings` of displays that are not their code's, of value
    sets named as systems, of units and mapped codes that do not exist, `profiles` of unknown
    profiles of types, `national` of what French rules refuse beyond FHIR.
    """

    resolve: Resolve | None = None
    seconds: float = 3.0
    references: References = "ignore"
    claims: Claims = "error"
    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    older_versions: bool = True
    rest_references: bool = False
    contained: bool = True
    example_urls: bool = True
    security: bool = False
    best_practice: Severity | None = None
    extension_domains: tuple[str, ...] = ()
    any_extension: bool = True
    links: Severity = Severity.WARNING
    codings: Severity = Severity.WARNING
    profiles: Severity = Severity.WARNING
    national: Severity = Severity.WARNING


NEIGHBOURS = (
    "https://profiles.ihe.net/",
    "http://interopsante.org/",
    "http://hl7.org/fhir/tools/",
)
"""Domains that French guides build on, and their tools write of, that may not be installed."""

STRICT = Options(
    older_versions=False,
    any_extension=False,
    extension_domains=NEIGHBOURS,
    links=Severity.ERROR,
    codings=Severity.ERROR,
    profiles=Severity.ERROR,
    national=Severity.ERROR,
)
"""What conformance testing wants: nothing unknown passes in silence."""
