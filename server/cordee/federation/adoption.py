"""Members that a peer tells of, found among the local resources or taken in.

What is here already is used and never changed; who is unknown is made from the little that the peer
says, with its source.

https://hl7.org/fhir/R4/provenance.html
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from cordee.coordination.question import found
from cordee.federation.member import KINDS, ORIGIN, Element, Member, Name, forms, member, names
from cordee.federation.record import Record
from cordee.interactions.services import Services
from cordee.resource.types import Resource
from cordee.store.port import Reader

PARTIES = (("Practitioner", "practitioner"), ("Organization", "organization"))
"""What a role is made of: type, and element."""


@dataclass
class Adoption:
    """The members of one merge: `local` are references by key, `made` the new resources."""

    services: Services
    reader: Reader
    record: Record
    source: str
    """The peer's record, as an absolute URL with its version."""
    local: dict[str, str] = field(default_factory=dict)
    made: list[Resource] = field(default_factory=list)

    async def take(self, who: Iterable[Member]) -> None:
        """Find or make each of them."""
        for each in who:
            await self._reference(each)

    async def _reference(self, who: Member) -> str:
        known = self.record.local.get(who.key) or self.local.get(who.key)
        if known is None:
            known = await self._own(who) or await self._found(who) or await self._taken_in(who)
            self.local[who.key] = known
        return known

    async def _own(self, who: Member) -> str | None:
        """Give who was first named by this very server, if they are still here."""
        for name in names(who.described):
            server, _, reference = name[1].partition("/")
            if name[0] == ORIGIN and server == self.record.server.partition(".")[0]:
                type, _, id = reference.partition("/")
                if type in KINDS and await self.reader.read_many([(type, id)]):
                    return reference
        return None

    async def _found(self, who: Member) -> str | None:
        query = ""
        if who.kind == "PractitionerRole":
            person, structure = party(who, "Practitioner"), party(who, "Organization")
            if person is None:
                query = _asked(names(who.described))
            else:
                query = f"practitioner={await self._reference(person)}"
                if structure is not None:
                    query += f"&organization={await self._reference(structure)}"
        else:
            query = _asked(names(who.described))
        if who.kind == "RelatedPerson":
            query += f"&patient={quote(self.record.person)}"
        return self._first(await found(self.services, self.reader, who.kind, query), who)

    def _first(self, several: Sequence[Resource], who: Member) -> str | None:
        """Give the one with the least id, so that all who look find the same."""
        fitting = [
            each["id"]
            for each in several
            if each.get("active") is not False
            and ("organization" in who.described or "organization" not in each)
        ]
        return f"{who.kind}/{min(fitting)}" if fitting else None

    async def _taken_in(self, who: Member) -> str:
        made: Resource = {"resourceType": who.kind, "id": self.services.new_id()}
        made["meta"] = {"source": self.source}
        made |= who.described
        if who.kind == "PractitionerRole":
            for kind, element in PARTIES:
                part = party(who, kind)
                if part is not None:
                    made[element] = {"reference": await self._reference(part)}
        elif who.kind == "RelatedPerson":
            made["patient"] = {"reference": self.record.person}
        self.made.append(made)
        return f"{who.kind}/{made['id']}"


def party(role: Member, kind: str) -> Member | None:
    """Give the professional or the structure of a role, from what the role says of them."""
    reference: Element = role.described.get(kind.lower(), {})
    if "identifier" not in reference:
        return None
    shown = reference.get("display")
    told: Resource = {"resourceType": kind, "identifier": [reference["identifier"]]}
    if shown:
        told["name"] = [{"text": shown}] if kind == "Practitioner" else shown
    return member(told)


def _asked(names: Iterable[Name]) -> str:
    every = [f"{quote(system)}|{quote(value)}" for name in names for system, value in forms(name)]
    return f"identifier={','.join(every)}"
