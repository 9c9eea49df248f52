"""One provision of a Consent, as it concerns one caller at one moment.

What it is about is a region of the record (`criteria`) with two borders: a denial denies all that
it may be about, a permit permits what it is about for certain. So what cannot be held exactly
denies too much, or permits nothing; so does an actor who is not named by a reference to somebody a
caller may be.

https://hl7.org/fhir/R4/consent-definitions.html#Consent.provision
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cordee.access.criteria import Criterion, criteria
from cordee.access.period import Clock
from cordee.access.region import both, but, either
from cordee.resource.reference import Reference
from cordee.resource.types import Resource
from cordee.search.filter import EVERYTHING, Filter
from cordee.terminology.family import Families, no_families

Verdict = Literal["deny", "permit"]

SEEING = frozenset(("access", "use"))
"""Actions (consentaction) of which a permit must have one, if it names any, to let see."""
# fmt: off
OTHER_PURPOSES: frozenset[Any] = frozenset((
    "BIORCH", "BTG", "CLINTRCHNPC", "CLINTRCHPC", "CLINTRL", "CLMATTCH", "COVAUTH", "DISASTER",
    "DONAT", "DSRCH", "ELIGDTRM", "ELIGVER", "ENROLLM", "FRAUD", "GOV", "HACCRED", "HCOMPL",
    "HDECD", "HDIRECT", "HDM", "HLEGAL", "HMARKT", "HOPERAT", "HOUTCOMS", "HPAYMT", "HPRGRP",
    "HQUALIMP", "HRESCH", "HSYSADMIN", "HTEST", "LABELING", "MEMADMIN", "METAMGT", "MILCDM",
    "MILDCRG", "PATADMIN", "PATSFTY", "PERFMSR", "POARCH", "POPHLTH", "PRECLINTRCH", "PUBHLTH",
    "RECORDMGT", "REMITADV", "SYSDEV", "THREAT", "TRAIN", "TRANSRCH",
))
# fmt: on
"""Purposes of use (v3 ActReason) that are not why somebody looks at a record here."""
PARTIES = frozenset(
    ("Device", "Organization", "Patient", "Practitioner", "PractitionerRole", "RelatedPerson")
)
"""Types of actors whom a caller may be."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """For whom provisions are judged: the references of a caller, when, and for which purposes.

    `families` tells which codes have to do with one that a provision names.
    """

    parties: Collection[str]
    clock: Clock
    purposes: frozenset[str]
    families: Families = no_families


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A provision as it concerns one caller: what it says, of what, and exceptions from that.

    It says None where it permits something else than seeing. Unless it is `named` for somebody, a
    permit only takes something from the denial around it: the circle is who it is meant for.
    """

    says: Verdict | None
    about: Criterion
    exceptions: tuple["Rule", ...] = ()
    named: bool = True

    def denied(self, type: str) -> Filter:
        """Give what of a type it may deny."""
        wide = self.about(type).wide
        denied = either(*(each.denied(type) for each in self.exceptions))
        if self.says != "deny":
            return both(wide, denied)
        left = but(either(*(each.permitted(type, named=False) for each in self.exceptions)))
        return both(wide, either(left, denied))

    def permitted(self, type: str, *, named: bool = True) -> Filter:
        """Give what of a type it permits for certain, to those who are `named` or to anybody."""
        own = self.says == "permit" and (self.named or not named)
        nested = either(*(each.permitted(type, named=named) for each in self.exceptions))
        denied = either(*(each.denied(type) for each in self.exceptions))
        return both(self.about(type).sure, EVERYTHING if own else nested, but(denied))


def judged(provision: Any, default: Verdict, eyes: Eyes) -> Rule | None:
    """Give what a provision says to a caller; None where it does not concern them."""
    if not isinstance(provision, dict):
        return None
    says = sense(provision, default)
    named = actors(provision)
    met = not named or not named.isdisjoint(eyes.parties) or (says == "deny" and None in named)
    if not met or not meant(provision, eyes.purposes, says):
        return None
    if not eyes.clock.covers(provision.get("period")):
        return None
    opposite: Verdict = "permit" if says == "deny" else "deny"
    nested = (judged(each, opposite, eyes) for each in provision.get("provision", ()))
    exceptions = tuple(each for each in nested if each is not None)
    seen = says if says == "deny" or _lets_see(provision) else None
    return Rule(seen, criteria(provision, eyes.families), exceptions, bool(named))


def sense(provision: Resource, default: Verdict) -> Verdict:
    """Tell whether a provision denies or permits."""
    return "deny" if provision.get("type", default) == "deny" else "permit"


def purposes(provision: Resource) -> set[Any]:
    """Give the codes of the purposes that a provision is for; none means any."""
    return {coding.get("code") for coding in provision.get("purpose", ())}


def meant(provision: Resource, wanted: frozenset[str], says: Verdict) -> bool:
    """Tell whether a provision is for one of these purposes; a denial, whether it may be."""
    found = purposes(provision)
    if not found or not found.isdisjoint(wanted):
        return True
    return says == "deny" and not found <= OTHER_PURPOSES


def actors(provision: Resource) -> set[str | None]:
    """Give the references of the actors; None stands for who cannot be told."""
    return {_party(actor.get("reference")) for actor in provision.get("actor", ())}


def _party(held: Any) -> str | None:
    text = held.get("reference") if isinstance(held, Mapping) else None
    parsed = Reference.parse(text) if isinstance(text, str) else None
    if parsed is None or parsed.kind != "relative" or parsed.type not in PARTIES:
        return None
    return parsed.versionless


def _lets_see(permit: Resource) -> bool:
    """Tell whether what a permit permits is seeing."""
    rows = (row.get("coding", ()) for row in permit.get("action", ()))
    actions = {coding.get("code") for codings in rows for coding in codings}
    return not permit.get("action") or not actions.isdisjoint(SEEING)
