"""What the identity operations ask of INSi: the port, and the values that pass through it.

The adapter is `bridges.insi`.

SEL-MP-043, teleservice INSi.
https://hl7.fr/ig/fhir/core/
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cordee.operations.identity.traits import Traits


class Verdict(StrEnum):
    """The codes of INSi's report."""

    FOUND = "00"
    NONE = "01"
    SEVERAL = "02"


@dataclass(frozen=True, slots=True)
class Question:
    """One call: a single given name, and the birth place only if it is to narrow the answer."""

    birth_name: str
    given_name: str
    sex: str
    birth_date: str
    birth_place: str | None = None


@dataclass(frozen=True, slots=True)
class Ins:
    """A matricule of 15 characters with the OID of its authority, and when it was in force."""

    matricule: str
    oid: str
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Whom INSi knows: the INS in force, former ones, and the traits."""

    ins: Ins
    traits: Traits
    history: tuple[Ins, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of INSi."""

    verdict: Verdict
    label: str
    person: Person | None = None


class Teleservice(Protocol):
    """INSi."""

    async def search(self, question: Question) -> Reply:
        """Ask who has these traits (WS_INS2). Raises `FhirError` UNAVAILABLE or TIMEOUT."""
        ...


async def inquire(teleservice: Teleservice, traits: Traits) -> tuple[Reply, int]:
    """Find a person, as the guide has it; give the last answer and the number of calls.

    The first given name is asked for, then the others; where several people have the traits, the
    birth place narrows.
    """
    reply = Reply(Verdict.NONE, "")
    several: Reply | None = None
    calls = 0
    places = (None, traits.birth_place) if traits.birth_place else (None,)
    for place in places:
        if place is not None and several is None:
            break
        for name in traits.given_names:
            question = Question(traits.birth_name, name, traits.sex, traits.birth_date, place)
            reply = await teleservice.search(question)
            calls += 1
            if reply.verdict is Verdict.FOUND:
                return reply, calls
            several = reply if reply.verdict is Verdict.SEVERAL else several
    return several or reply, calls
