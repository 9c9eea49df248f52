"""The ends of the words of names and places: what `:contains` reads instead of every one there is.

"marie lefevre" ends in "marie", "arie", … and "lefevre", "efevre", "fevre", … "re", so that "fev"
is found where something begins with it. One list stands for all parameters of names, and, behind a
sign, for all of addresses; what has to hold for the parameter asked is tested beside it. Other
strings have none: descriptions are seldom asked for by their middle, and each end is a key of an
index.

https://hl7.org/fhir/R4/search.html#string
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bson.regex import Regex

from cordee.search.filter import Text
from cordee.search.values import IndexValues
from cordee.store.connection import Document
from cordee.store.pattern import literal

FIELD = "n"
LONGEST = 12
"""Characters of an end; what is asked beyond them is tested on the name itself."""
MOST = 400
"""Letters of one kind in a resource; one with more has `ANY` alone, and all searches look at it."""
ANY = "*"


@dataclass(frozen=True, slots=True)
class Kind:
    """Parameters whose words have ends in common, the sign before those, and the shortest one.

    Shorter ends are not worth a key: everything has them, so that pages fill without.
    """

    parameters: frozenset[str]
    sign: str
    shortest: int


NAMES = Kind(frozenset(("name", "family", "given", "mothersMaidenName")), "", 2)
PLACES = Kind(
    frozenset(
        (
            "address",
            "address-city",
            "address-country",
            "address-postalcode",
            "address-state",
            "birthplace",
        )
    ),
    "@",
    3,
)
KINDS = (NAMES, PLACES)
WITHOUT = frozenset({"AuditEvent"})
"""Types that have no ends: an address there is one of a machine, and writes are very many."""


def has_ends(type: str, parameters: Iterable[str]) -> bool:
    """Tell whether resources of a type have ends, by its string parameters."""
    known = frozenset[str]().union(*(kind.parameters for kind in KINDS))
    return type not in WITHOUT and not known.isdisjoint(parameters)


def word_ends(type: str, values: IndexValues) -> list[str]:
    """Give the ends of the words of a resource's names and places, each once."""
    if type in WITHOUT:
        return []
    return sorted({end for kind in KINDS for end in _ends(kind, values)})


def _ends(kind: Kind, values: IndexValues) -> Iterator[str]:
    words = {
        word
        for name in kind.parameters
        for value in values.get(name, ())
        for word in value["f"].split()
    }
    if sum(map(len, words)) > MOST:
        yield kind.sign + ANY
        return
    for word in words:
        for start in range(len(word) - kind.shortest + 1):
            yield kind.sign + word[start : start + LONGEST]


def narrowed(type: str, node: Text) -> Document | None:
    """Give what everything that matches has among its ends; None where ends say nothing."""
    kind = next((kind for kind in KINDS if node.index in kind.parameters), None)
    if node.mode != "contains" or kind is None or type in WITHOUT:
        return None
    longest = max(node.value.split(), key=len, default="")[:LONGEST]
    if len(longest) < kind.shortest:
        return None
    return {FIELD: {"$in": [Regex(f"^{kind.sign}{literal(longest)}"), kind.sign + ANY]}}
