"""The record of a federated circle: a `Basic` that this server writes, and its peers read.

The state stands in a contained CareTeam whose participants carry their version vectors, beside
contained descriptions of who they are. `meta.source` of a description is the local resource. The
codes of the record name the peers that may see it, so that a scope narrowed by code is their right.

Profile: `https://cordee.example/fhir/StructureDefinition/federated-circle`.
https://hl7.org/fhir/R4/basic.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cordee.federation.edition import Edition, edition, stays, value_of
from cordee.federation.member import Element, Member, Name, identifier, member
from cordee.federation.participation import entry_key, member_of, structure_key
from cordee.federation.state import State
from cordee.resource.types import Resource

OWN = "https://cordee.example/fhir/"
PROFILE = f"{OWN}StructureDefinition/federated-circle"
STATE = f"{OWN}StructureDefinition/federation-state"
EDITION = f"{OWN}StructureDefinition/federation-edition"
CODES = f"{OWN}CodeSystem/federation"
PEERS = f"{OWN}NamingSystem/federation-peer"
"""System of the codes that name peers."""


@dataclass(frozen=True)
class Record:
    """What is kept of a person's circle.

    `person` is the local Patient, `ins` their INS, `circle` the id of the CareTeam that shows the
    state, None where there is none. `server` is the name that our edits are counted under. `known`
    holds who is described, by key, `local` their local references by key.
    """

    id: str
    person: str
    ins: Name
    server: str
    circle: str | None = None
    state: State = field(default_factory=State)
    known: Mapping[str, Member] = field(default_factory=dict)
    local: Mapping[str, str] = field(default_factory=dict)
    peers: frozenset[str] = frozenset()

    @property
    def by_reference(self) -> dict[str, Member]:
        """Give who the local references are."""
        return {
            reference: self.known[key] for key, reference in self.local.items() if key in self.known
        }


def written(record: Record) -> Resource:
    """Write a record."""
    ids = {key: f"m{number}" for number, key in enumerate(_named(record), 1)}
    rows = [
        row
        for key, entry in sorted(record.state.entries.items())
        for number, each in enumerate(sorted(entry, key=lambda one: (one.server, one.value)), 1)
        for row in _rows(key, each, number, ids)
    ]
    circle = {"resourceType": "CareTeam", "id": "participants", "participant": rows}
    contained = [{name: value for name, value in circle.items() if value}]
    contained += [_described(record, key, id) for key, id in ids.items()]
    return {
        "resourceType": "Basic",
        "id": record.id,
        "meta": {"profile": [PROFILE]},
        "contained": contained,
        "extension": [_state(record)],
        "code": {
            "coding": [
                {"system": CODES, "code": "circle"},
                *({"system": PEERS, "code": name} for name in sorted(record.peers)),
            ]
        },
        "subject": {"reference": record.person, "identifier": identifier(record.ins)},
    }


def _named(record: Record) -> list[str]:
    """Give the keys of all who are spoken of."""
    found = {member_of(key) for key in record.state.entries}
    for entry in record.state.entries.values():
        for each in entry:
            for stay in stays(each.value):
                behalf = stay.get("onBehalfOf", {}).get("identifier")
                if behalf is not None and structure_key(behalf) in record.known:
                    found.add(structure_key(behalf))
    return sorted(found)


def _described(record: Record, key: str, id: str) -> Resource:
    told = record.known[key].described
    source = record.local.get(key)
    kind = {"resourceType": told["resourceType"], "id": id}
    return kind | ({"meta": {"source": source}} if source else {}) | told


def _rows(key: str, each: Edition, number: int, ids: Mapping[str, str]) -> Iterable[Element]:
    parts = [_text("server", each.server), {"url": "number", "valuePositiveInt": number}]
    mark = {"url": EDITION, "extension": [*parts, *_seen(each.vector)]}
    for stay in stays(each.value):
        row = {**stay, "extension": [mark, *stay.get("extension", ())]}
        row["member"] = {"reference": f"#{ids[member_of(key)]}"}
        behalf = stay.get("onBehalfOf", {}).get("identifier")
        structure = ids.get(structure_key(behalf)) if behalf else None
        if structure is not None:
            row["onBehalfOf"] = {"reference": f"#{structure}", "identifier": behalf}
        yield row


def _state(record: Record) -> Element:
    rows = [_text("server", record.server)]
    if record.circle is not None:
        reference = {"reference": f"CareTeam/{record.circle}"}
        rows.append({"url": "circle", "valueReference": reference})
    rows.append({"url": "participants", "valueReference": {"reference": "#participants"}})
    return {"url": STATE, "extension": [*rows, *_seen(sorted(record.state.clock.items()))]}


def _text(url: str, text: str) -> Element:
    return {"url": url, "valueString": text}


def _seen(vector: Iterable[tuple[str, int]]) -> list[Element]:
    return [
        {
            "url": "seen",
            "extension": [_text("server", name), {"url": "edit", "valuePositiveInt": count}],
        }
        for name, count in vector
    ]


def read(resource: Resource) -> Record:
    """Read a record that is valid by its profile. Raises `ValueError` for a contradiction in it."""
    inside = {each["id"]: each for each in resource.get("contained", ())}
    known, local, names = {}, {}, {}
    for id, each in inside.items():
        described = {name: value for name, value in each.items() if name not in ("id", "meta")}
        who = member(described) if each["resourceType"] != "CareTeam" else None
        if who is not None:
            known[who.key], names[f"#{id}"] = who, who.key
            if "source" in each.get("meta", {}):
                local[who.key] = each["meta"]["source"]
    state = _parts(resource, STATE)
    circle = state.get("circle", [{}])[0].get("valueReference", {}).get("reference")
    team = inside.get("participants", {})
    about = resource["subject"]
    return Record(
        id=resource.get("id", ""),
        person=about.get("reference", ""),
        ins=(about["identifier"]["system"], about["identifier"]["value"]),
        server=state["server"][0]["valueString"],
        circle=circle.rpartition("/")[2] if circle else None,
        state=State(_entries(team.get("participant", ()), names), _vector(state.get("seen", ()))),
        known=known,
        local=local,
        peers=frozenset(
            coding["code"]
            for coding in resource["code"].get("coding", ())
            if coding.get("system") == PEERS
        ),
    )


def _entries(rows: Iterable[Element], names: Mapping[str, str]) -> dict[str, frozenset[Edition]]:
    found: dict[tuple[str, int], tuple[str, dict[str, int], list[Element]]] = {}
    for row in rows:
        who = names.get(row.get("member", {}).get("reference", ""))
        if who is None:
            raise ValueError("A participant is nobody described")
        mark = _parts(row, EDITION)
        if "server" not in mark:
            raise ValueError("A participant has no version vector")
        said = (mark["server"][0]["valueString"], _vector(mark["seen"]))
        number = int(mark["number"][0]["valuePositiveInt"])
        place = (entry_key(who, row.get("role", ())), number)
        *first, several = found.setdefault(place, (*said, []))
        if first != list(said):
            raise ValueError("The stays of an edition have different version vectors")
        several.append(_stay(row))
    entries: dict[str, frozenset[Edition]] = {}
    for (key, _), (server, seen, several) in found.items():
        if server not in seen:
            raise ValueError("A version vector does not name its own server")
        one = edition(server, seen, value_of(several))
        entries[key] = entries.get(key, frozenset()) | {one}
    return entries


def _stay(row: Element) -> Element:
    kept = [each for each in row["extension"] if each["url"] != EDITION]
    made = {name: v for name, v in row.items() if name not in ("member", "extension")}
    if "onBehalfOf" in row:
        behalf = {name: v for name, v in row["onBehalfOf"].items() if name != "reference"}
        made["onBehalfOf"] = behalf
    return made | ({"extension": kept} if kept else {})


def _parts(element: Element, url: str) -> dict[str, list[Element]]:
    """Give the parts of the extension with a URL, by name."""
    found: dict[str, list[Element]] = {}
    for extension in element.get("extension", ()):
        if extension.get("url") == url:
            for part in extension.get("extension", ()):
                found.setdefault(part["url"], []).append(part)
    return found


def _vector(rows: Iterable[Element]) -> dict[str, int]:
    found: dict[str, Any] = {}
    for row in rows:
        parts = {part["url"]: part for part in row.get("extension", ())}
        name, count = parts["server"]["valueString"], int(parts["edit"]["valuePositiveInt"])
        found[name] = max(count, found.get(name, 0))
    return found
