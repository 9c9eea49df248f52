"""One document being read: the resources made of it, and what could not be made.

Ids follow from the document's set, the patient and the ids of entries, so that the same document
read again means the same resources, and its next version their next versions.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from cordee.bridges.cda.document import Document
from cordee.bridges.cda.places import Places
from cordee.bridges.cda.reading.concepts import Systems, Words
from cordee.bridges.cda.reading.node import Node
from cordee.errors import Issue, Severity
from cordee.resource.types import Resource

_NAMESPACE = UUID("0d3c1a52-7d0c-5f0e-8a1b-5a2f6f1d9c40")


@dataclass(frozen=True, slots=True)
class Known:
    """Who of a document is stored already, as literal references.

    `people` and `structures` are by national identifier, `roles` by the references of a person and
    a structure.
    """

    patient: str | None = None
    people: Mapping[str, str] = field(default_factory=dict)
    structures: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(slots=True)
class Made:
    """A resource made of a document.

    `criteria` ask whether somebody made it already; empty ones say that it is new for sure, and
    without them it is stored under its `id`.
    `line` is where it stands.
    """

    resource: Resource
    id: str
    line: int
    criteria: str | None = None

    @property
    def type(self) -> str:
        """The type of the resource."""
        return str(self.resource["resourceType"])

    @property
    def reference(self) -> str:
        """What other resources name it by."""
        literal = self.criteria is None
        return f"{self.type}/{self.id}" if literal else f"urn:uuid:{self.id}"


class Reading:
    """What is known while a document is read."""

    def __init__(self, document: Document, systems: Systems, known: Known) -> None:
        """Begin with nothing made."""
        self.document = document
        self.root = Node(document.root)
        self.words = Words(document.root, systems)
        self.known = known
        self.made: dict[str, Made] = {}
        self.issues: list[Issue] = []
        self.patient: dict[str, Any] = {}
        self.authors: list[dict[str, Any]] = []
        self.main: dict[str, str] = {}
        """The DocumentReference of the document."""
        self.made_on = ""
        """When the document was made, as a dateTime; empty when it does not say."""
        self.scope = ""
        """What ids are unique in: the document's set and the patient."""
        self._places = Places(document.root)
        self._uses: Counter[tuple[str, ...]] = Counter()

    def add(
        self, node: Node, resource: Resource, *key: str, criteria: str | None = None
    ) -> dict[str, str]:
        """Keep a resource under what tells it from others in the document; give a Reference."""
        type = str(resource["resourceType"])
        self._uses[type, *key] += 1
        number = self._uses[type, *key]
        id = self.id(self.scope, type, *key, *([str(number)] if number > 1 else []))
        made = Made(_written(resource), id, node.line, criteria)
        self.made[made.reference] = made
        return {"reference": made.reference}

    def share(
        self, node: Node, resource: Resource, *key: str, criteria: str | None = None
    ) -> dict[str, str]:
        """Keep a resource that a document may name more than once; what it adds is added."""
        id = self.id(str(resource["resourceType"]), *key)
        made = Made(_written(resource), id, node.line, criteria)
        former = self.made.setdefault(made.reference, made)
        for name, value in made.resource.items():
            former.resource.setdefault(name, value)
        return {"reference": made.reference}

    def note(
        self, node: Node, text: str, severity: Severity = Severity.INFORMATION, code: str = ""
    ) -> None:
        """Tell something about a place in the document."""
        kind = code or ("informational" if severity is Severity.INFORMATION else "processing")
        at = self._places.expression(node.element)
        self.issues.append(Issue(severity, kind, text, expression=at, line=node.line))

    def type_of(self, reference: dict[str, Any]) -> str:
        """Give the type of what a Reference names."""
        literal = str(reference["reference"])
        made = self.made.get(literal)
        return made.type if made is not None else literal.partition("/")[0]

    @staticmethod
    def id(*parts: str) -> str:
        """Make an id of parts, the same each time."""
        return str(uuid5(_NAMESPACE, "|".join(parts)))


def _written(resource: Resource) -> Resource:
    """Leave out what has no value."""
    return {name: value for name, value in resource.items() if value not in (None, "", [], {})}
