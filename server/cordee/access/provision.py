"""One provision of a Consent, as it concerns one caller at one moment.

What cannot be held exactly denies everything if it denies, and permits nothing if it permits: parts
of the record by code, by label, by date, classes that are no resource types, actors who are not
named by a reference to somebody a caller may be.

https://hl7.org/fhir/R4/consent-definitions.html#Consent.provision
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cordee.access.period import Clock
from cordee.resource.reference import Reference
from cordee.resource.types import Resource

Verdict = Literal["deny", "permit"]

TYPES = "http://hl7.org/fhir/resource-types"
SEEING = frozenset(("access", "use"))
"""Actions (consentaction) of which a permit must have one, if it names any, to let see."""
INEXACT = ("securityLabel", "code", "dataPeriod")
PARTIES = frozenset(
    ("Device", "Organization", "Patient", "Practitioner", "PractitionerRole", "RelatedPerson")
)
"""Types of actors whom a caller may be."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """For whom provisions are judged: the references of a caller, when, and for which purposes."""

    parties: Collection[str]
    clock: Clock
    purposes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A provision as it concerns one caller: what it says, of which types (none: of all).

    `only` names the resources ("DocumentReference/1") that a permit is for, if not whole types.
    """

    says: Verdict | None
    types: frozenset[str]
    exceptions: tuple["Rule", ...] = ()
    only: frozenset[str] = frozenset()

    def on(self, type: str) -> Verdict | None:
        """Give what it says of a type; None where it says nothing."""
        if self.only or (self.types and type not in self.types):
            return None
        verdict = self.says
        for exception in self.exceptions:
            verdict = exception.on(type) or verdict
        return verdict

    def named(self, type: str) -> tuple[str, ...]:
        """Give the ids of the single resources of a type that it permits."""
        if self.types and type not in self.types:
            return ()
        return tuple(name.partition("/")[2] for name in self.only if name.startswith(f"{type}/"))


def judged(provision: Any, default: Verdict, eyes: Eyes) -> Rule | None:
    """Give what a provision says to a caller; None where it does not concern them."""
    if not isinstance(provision, dict):
        return None
    says = sense(provision, default)
    named = actors(provision)
    met = not named or not named.isdisjoint(eyes.parties) or (says == "deny" and None in named)
    if not met or not meant(provision, eyes.purposes):
        return None
    if not eyes.clock.covers(provision.get("period")):
        return None
    opposite: Verdict = "permit" if says == "deny" else "deny"
    nested = (judged(each, opposite, eyes) for each in provision.get("provision", ()))
    exceptions = tuple(each for each in nested if each is not None)
    if says == "deny":
        types, exact = _types(provision)
        return Rule(says, types if exact else frozenset(), exceptions)
    return _permit(provision, exceptions, anybody=not named)


def _permit(provision: Resource, exceptions: tuple[Rule, ...], *, anybody: bool) -> Rule | None:
    types, exact = _types(provision)
    if not _lets_see(provision) or not (types or exact):
        return None
    if provision.get("data"):
        only = _only(provision)
        alone = only and not exceptions and not anybody
        return Rule("permit", types, only=only) if alone else None
    # A permit to nobody in particular widens nothing: the circle is who it is meant for.
    return Rule(None if anybody else "permit", types, exceptions)


def sense(provision: Resource, default: Verdict) -> Verdict:
    """Tell whether a provision denies or permits."""
    return "deny" if provision.get("type", default) == "deny" else "permit"


def purposes(provision: Resource) -> set[Any]:
    """Give the codes of the purposes that a provision is for; none means any."""
    return {coding.get("code") for coding in provision.get("purpose", ())}


def meant(provision: Resource, wanted: frozenset[str]) -> bool:
    """Tell whether a provision is for one of these purposes."""
    found = purposes(provision)
    return not found or not found.isdisjoint(wanted)


def actors(provision: Resource) -> set[str | None]:
    """Give the references of the actors; None stands for who cannot be told."""
    return {_party(actor.get("reference")) for actor in provision.get("actor", ())}


def _party(held: Any) -> str | None:
    parsed = _parsed(held)
    return parsed.versionless if parsed is not None and parsed.type in PARTIES else None


def _parsed(held: Any) -> Reference | None:
    text = held.get("reference") if isinstance(held, Mapping) else None
    return Reference.parse(text) if isinstance(text, str) else None


def _lets_see(permit: Resource) -> bool:
    """Tell whether what a permit permits is seeing, and can be held exactly."""
    rows = (row.get("coding", ()) for row in permit.get("action", ()))
    actions = {coding.get("code") for codings in rows for coding in codings}
    seeing = not permit.get("action") or not actions.isdisjoint(SEEING)
    return seeing and not any(permit.get(name) for name in INEXACT)


def _types(provision: Resource) -> tuple[frozenset[str], bool]:
    """Give the resource types that the classes name, and whether all of them name one."""
    rows = provision.get("class", ())
    known = [row["code"] for row in rows if row.get("code") and row.get("system", TYPES) == TYPES]
    return frozenset(known), len(known) == len(rows)


def _only(permit: Resource) -> frozenset[str]:
    """Give the single resources that a permit is for; none if it names any in another way."""
    rows = permit["data"]
    found = [
        parsed.versionless
        for row in rows
        if row.get("meaning") == "instance"
        and (parsed := _parsed(row.get("reference"))) is not None
        and parsed.kind == "relative"
    ]
    return frozenset(found) if len(found) == len(rows) else frozenset()
