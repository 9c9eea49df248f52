"""The care circle: who takes part, as what, for which structure, since when and until when.

https://hl7.org/fhir/R4/careteam.html
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cordee.console.page import text_of

WIDTH, LOWEST, MARGIN = 860, 320, 24
NODE = 27
REACH = 165
"""How far from the person the furthest member stands, which leaves its label a quarter of all."""
STEP, WIDE_STEP, ROOMY = 68, 84, 5
"""Between two members of a side: what a label needs, and what it gets while there are few."""
RELATIVES = frozenset({"RelatedPerson", "Patient"})


@dataclass(frozen=True, slots=True)
class Member:
    """One participant."""

    name: str
    role: str
    structure: str
    since: str
    until: str
    active: bool
    kind: str
    """`relative`, `structure` or `professional`: what the drawing tells apart."""
    reference: str

    @property
    def initials(self) -> str:
        """Give two letters."""
        words = [word for word in self.name.replace("-", " ").split() if word[:1].isupper()]
        chosen = [words[0], words[-1]] if len(words) > 1 else words
        return "".join(word[0] for word in chosen) or "?"


@dataclass(frozen=True, slots=True)
class Node:
    """A member in the drawing: centre, where the label begins, and how it is anchored."""

    member: Member
    x: float
    y: float
    edge_x: float
    edge_y: float
    label_x: float
    label_y: float
    anchor: str


def members(
    teams: Sequence[Mapping[str, Any]], known: Mapping[str, Mapping[str, Any]], today: str
) -> list[Member]:
    """List all who take or took part, those still there first.

    `known` are resources by "Type/id"; `today` is an ISO date.
    """
    found: dict[tuple[str, str], Member] = {}
    for team in teams:
        for row in team.get("participant", ()):
            one = _member(team, row, known, today)
            key = (one.reference or one.name, one.role)
            if key not in found or one.active:
                found[key] = one
    return sorted(found.values(), key=lambda one: (not one.active, one.kind, one.name))


def _member(
    team: Mapping[str, Any],
    row: Mapping[str, Any],
    known: Mapping[str, Mapping[str, Any]],
    today: str,
) -> Member:
    reference = str(row.get("member", {}).get("reference", ""))
    resource = known.get(reference, {})
    period = row.get("period", {})
    until = str(period.get("end", ""))
    ended = bool(until) and until[:10] < today
    roles = [*_profession(resource), *(text_of(one) for one in row.get("role", ()))]
    type = reference.partition("/")[0]
    return Member(
        name=str(row.get("member", {}).get("display") or name_of(resource, known) or reference),
        role=", ".join(list(dict.fromkeys(role for role in roles if role))[:2]),
        structure=_structure(resource, row, known),
        since=str(period.get("start", "")),
        until=until,
        active=not ended and team.get("status") in {"active", "proposed", None},
        kind=_kind(type),
        reference=reference,
    )


def _kind(type: str) -> str:
    if type in RELATIVES:
        return "relative"
    return "structure" if type in {"Organization", "CareTeam"} else "professional"


def _profession(resource: Mapping[str, Any]) -> list[str]:
    rows = [*resource.get("code", ()), *resource.get("relationship", ())]
    return [text for one in rows[:1] if (text := text_of(one))]


def _structure(
    resource: Mapping[str, Any], row: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]
) -> str:
    for link in (resource.get("organization", {}), row.get("onBehalfOf", {})):
        named = known.get(str(link.get("reference", "")), {}).get("name") or link.get("display")
        if named:
            return str(named)
    return ""


def name_of(resource: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> str:
    """Give what a person or a structure is called."""
    name = resource.get("name")
    if isinstance(name, str):
        return name
    if isinstance(name, list) and name:
        first = name[0]
        given = " ".join(str(one) for one in first.get("given", ())[:1])
        return f"{given} {first.get('family', '')}".strip() or str(first.get("text", ""))
    practitioner = resource.get("practitioner", {})
    shown = practitioner.get("display")
    person = known.get(str(practitioner.get("reference", "")))
    return str(shown or (name_of(person, known) if person else ""))


@dataclass(frozen=True, slots=True)
class Drawing:
    """The circle as it is drawn: as high as its members need."""

    nodes: tuple[Node, ...]
    width: int
    height: int

    @property
    def centre(self) -> tuple[float, float]:
        """Give where the person stands."""
        return self.width / 2, self.height / 2


def drawing(people: Sequence[Member]) -> Drawing:
    """Place the members around the person, from the top, clockwise.

    Each has a row of its own on its side, high enough for its label, so that no two meet.
    """
    right = people[: math.ceil(len(people) / 2)]
    left = people[len(right) :][::-1]
    rows = max(len(right), len(left), 1)
    height = max(LOWEST, rows * STEP + 2 * MARGIN)
    nodes = [
        *_side(right, 1, height, rows),
        *reversed(_side(left, -1, height, rows)),
    ]
    return Drawing(tuple(nodes), WIDTH, height)


def _side(people: Sequence[Member], side: int, height: int, rows: int) -> list[Node]:
    """Place members from top to bottom, on an ellipse that leaves room beside it for labels."""
    step = STEP if rows > ROOMY else WIDE_STEP
    half = max(len(people), 2) / 2 * step * 1.15
    nodes = []
    for number, member in enumerate(people):
        down = (number - (len(people) - 1) / 2) * step
        across = side * REACH * math.sqrt(1 - (down / half) ** 2)
        far = math.hypot(across, down)
        x, y = WIDTH / 2 + across, height / 2 + down
        nodes.append(
            Node(
                member=member,
                x=round(x, 1),
                y=round(y, 1),
                edge_x=round(WIDTH / 2 + 52 * across / far, 1),
                edge_y=round(height / 2 + 52 * down / far, 1),
                label_x=round(x + side * (NODE + 10), 1),
                label_y=round(y - 8, 1),
                anchor="start" if side > 0 else "end",
            )
        )
    return nodes
