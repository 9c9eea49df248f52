"""Who of a circle has the role that a step asks for.

https://hl7.org/fhir/R4/plandefinition-definitions.html#PlanDefinition.action.participant
"""

from collections.abc import Iterable, Sequence
from typing import Any

from cordee.coordination.membership import present
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import Reader

Element = dict[str, Any]
Code = tuple[str | None, str]


class Members:
    """The members of a circle who take part now, with their roles and professions."""

    def __init__(self, patient: str, rows: Sequence[tuple[Element, frozenset[Code]]]) -> None:
        """Keep each member's reference beside the codes of what they are."""
        self._patient = patient
        self._rows = rows

    @classmethod
    async def of(
        cls, services: Services, reader: Reader, patient: str, circle: Resource | None
    ) -> "Members":
        """Read the members of a circle; None means that there is nobody."""
        now = int(services.clock().timestamp() * 1000)
        stays = present(circle or {}, now)
        names = [stay["member"].get("reference", "") for stay in stays]
        keys = [("PractitionerRole", name.partition("/")[2]) for name in names if _is_role(name)]
        found = await reader.read_many(keys)
        known = {f"{type}/{id}": json.parse(version.body) for (type, id), version in found.items()}
        rows = [
            (stay["member"], _codes(stay.get("role", ())) | _codes(_professions(stay, known)))
            for stay in stays
        ]
        return cls(patient, rows)

    def names(self) -> list[str]:
        """Give the references of those who have one, in the order of the circle, each once."""
        found = (member.get("reference", "") for member, _ in self._rows)
        return list(dict.fromkeys(filter(None, found)))

    def having(self, code: str, system: str | None) -> list[str]:
        """Give those who have a role or profession; a `system` of None means any."""
        return [
            member["reference"]
            for member, codes in self._rows
            if "reference" in member
            and any(code == known and system in {None, of} for of, known in codes)
        ]

    def who(self, asked: Iterable[Element]) -> tuple[Element | None, Element | None]:
        """Give (member, role) for the participants of an action; either may be None."""
        role: Element | None = None
        for participant in asked:
            if participant["type"] == "patient":
                return {"reference": self._patient}, None
            role = role or participant.get("role")
            wanted = _codes([participant.get("role", {})])
            for member, codes in self._rows:
                if wanted & codes:
                    return member, participant.get("role")
        return None, role


def _is_role(name: str) -> bool:
    return name.startswith("PractitionerRole/")


def _professions(stay: Element, known: dict[str, Resource]) -> list[Element]:
    found = known.get(stay["member"].get("reference", ""), {})
    return [*found.get("code", ()), *found.get("specialty", ())]


def _codes(concepts: Iterable[Element]) -> frozenset[Code]:
    return frozenset(
        (coding.get("system"), coding["code"])
        for concept in concepts
        for coding in concept.get("coding", ())
        if "code" in coding
    )
