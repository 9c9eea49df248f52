"""A peer that lies, exaggerates or repeats itself harms nobody."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from cordee.background import LARGE, on_loop
from cordee.federation.record import EDITION, PEERS, STATE
from cordee.resource.types import Resource
from cordee.validation.validator import Validator
from federation.conftest import Pair, example
from federation.test_shared_circle import edited, stays

pytestmark = pytest.mark.xdist_group("federation")


class Liar:
    """A client that reads one record which was tampered with."""

    def __init__(self, told: Resource) -> None:
        self.told = told

    async def read(self, path: str) -> Resource:
        """Tell it, whatever is asked."""
        del path
        return self.told


async def told(pair: Pair, change: Callable[[Resource], None]) -> tuple[Any, str | None]:
    """Let the north hear the south's record after a change; give what it did and its refusal."""
    record = copy.deepcopy(await pair.south.record())
    record["meta"]["versionId"] = "999"
    change(record)
    partner = pair.north.partner
    honest = partner._client
    partner._client = Liar(record)  # type: ignore[assignment]
    try:
        done = await partner.take(record["id"])
    finally:
        partner._client = honest
    return done, partner.standing.refused.get(record["id"])


def rows(record: Resource) -> list[Any]:
    """The participants of a record."""
    found: list[Any] = record["contained"][0]["participant"]
    return found


def mark(row: Any) -> list[Any]:
    """The version vector of a participant."""
    (found,) = [each["extension"] for each in row["extension"] if each["url"] == EDITION]
    return list(found)


def another_person(record: Resource) -> None:
    record["subject"]["identifier"]["value"] = "295109912611193"


def ten_thousand(record: Resource) -> None:
    first, member = rows(record)[0], record["contained"][1]
    for number in range(10_000):
        named = copy.deepcopy(member) | {"id": f"x{number}"}
        named["practitioner"]["identifier"]["value"] = f"8{number:011}"
        record["contained"].append(named)
        rows(record).append({**first, "member": {"reference": f"#x{number}"}})


def huge_vector(record: Resource) -> None:
    (state,) = record["extension"]
    for number in range(100):
        parts = [
            {"url": "server", "valueString": f"s{number}"},
            {"url": "edit", "valuePositiveInt": 1},
        ]
        state["extension"].append({"url": "seen", "extension": parts})


def far_ahead(record: Resource) -> None:
    (state,) = record["extension"]
    state["extension"][-1]["extension"][1]["valuePositiveInt"] = 2_000_000_000


def another_server(record: Resource) -> None:
    (state,) = record["extension"]
    state["extension"][0]["valueString"] = "north"


def strange_name(record: Resource) -> None:
    (state,) = record["extension"]
    state["extension"][-1]["extension"][0]["valueString"] = "../../etc"


def local_reference(record: Resource) -> None:
    rows(record)[0]["onBehalfOf"] = {"reference": "Organization/structure-1"}


def hidden_reference(record: Resource) -> None:
    url = "http://hl7.org/fhir/StructureDefinition/resource-pertainsToGoal"
    rows(record)[0]["extension"].append(
        {"url": url, "valueReference": {"reference": "Patient/person"}}
    )


def no_vector(record: Resource) -> None:
    del rows(record)[0]["extension"]


def long_stay(record: Resource) -> None:
    rows(record)[0]["role"][0]["text"] = "x" * 50_000


def of_another_kind(record: Resource) -> None:
    record["code"]["coding"] = [{"system": PEERS, "code": "north"}]


def of_another_profile(record: Resource) -> None:
    record["extension"] = [each for each in record["extension"] if each["url"] != STATE]


def long_text(record: Resource) -> None:
    text = "x" * LARGE
    record["text"] = {"status": "generated", "div": f"<div xmlns='urn:no-xhtml'>{text}</div>"}


LIES = [
    another_person,
    ten_thousand,
    huge_vector,
    far_ahead,
    another_server,
    strange_name,
    local_reference,
    hidden_reference,
    no_vector,
    long_stay,
    of_another_kind,
    of_another_profile,
]


async def test_large_records_are_read_beside_the_loop(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a peer tells at length holds none of our callers up."""
    await pair.met()
    looped: list[bool] = []
    whole = Validator.validate

    def watched(self: Validator, *given: Any, **more: Any) -> Any:
        looped.append(on_loop())
        return whole(self, *given, **more)

    monkeypatch.setattr(Validator, "validate", watched)
    _, reason = await told(pair, long_text)
    assert reason == "The record is not valid"
    assert looped == [False]


async def test_lies_are_refused_as_a_whole(pair: Pair) -> None:
    """Whatever is beyond the limits or about somebody else changes nothing, and is noted."""
    await pair.met()
    before = await pair.north.record(), await pair.north.circle()
    for lie in LIES:
        done, why = await told(pair, lie)
        assert done is None, lie.__name__
        assert why, lie.__name__
    assert (await pair.north.record(), await pair.north.circle()) == before
    assert len(await pair.north.all("CareTeam")) == 1


async def test_old_news_changes_nothing(pair: Pair) -> None:
    """A record that is played back, however old, is known already."""
    await pair.met()
    old = copy.deepcopy(await pair.south.record())
    await edited(pair.south, 0, start="2025-03-10", end="2026-05-01")
    await pair.settle()
    after = await pair.north.circle()
    done, _ = await told(pair, lambda record: record.update(copy.deepcopy(old)))
    assert done is not None
    assert not done.changed
    assert await pair.north.circle() == after


async def test_edits_of_ours_that_we_never_made_overrule_nothing(pair: Pair) -> None:
    """A peer that says we ended a stay ourselves only raises a conflict."""
    await pair.met()

    def forge(record: Resource) -> None:
        row, (state,) = rows(record)[0], record["extension"]
        row["period"] = {"start": "2025-03-10", "end": "2025-04-01"}
        for part in (*mark(row), *state["extension"]):
            if part["url"] == "seen" and part["extension"][0]["valueString"] == "north":
                part["extension"][1]["valuePositiveInt"] = 500

    done, why = await told(pair, forge)
    assert done is not None, why
    (task,) = await pair.north.all("Task?code=federation-conflict")
    said = {each["name"]: each["participant"][0]["period"] for each in task["contained"]}
    assert "end" not in said["north.2"] or said["north.2"]["end"] != "2025-04-01"
    await edited(pair.north, 1, start="2025-03-10", end="2026-10-10")
    assert "north.2" in str((await pair.north.record())["extension"])
    await pair.settle()
    assert stays(await pair.north.circle()) == stays(await pair.south.circle())


async def test_who_is_no_peer_learns_nothing(pair: Pair) -> None:
    """Only peers may ask whom we know, and only by an INS; strangers are not told of."""
    await pair.met()
    ins = {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "253053523829957"}

    async def ask(server: str, *persons: dict[str, str]) -> Any:
        rows = [{"name": "person", "valueIdentifier": person} for person in persons]
        body = {
            "resourceType": "Parameters",
            "parameter": [{"name": "server", "valueString": server}, *rows],
        }
        return await pair.north.http.post("/CareTeam/$meet", json=body)

    assert (await ask("stranger", ins)).status_code == 403
    known = await ask("south", ins, ins | {"value": "295109912611193"})
    assert known.json()["parameter"] == [{"name": "known", "valueIdentifier": ins}]
    assert (await ask("south", {"system": "urn:oid:1.2.3", "value": "1"})).status_code == 400
    many = [ins | {"value": f"{n:015}"} for n in range(300)]
    assert (await ask("south", *many)).status_code == 403


async def test_who_opposes_is_not_known_any_more(pair: Pair) -> None:
    """A Consent that denies the circle to all withdraws it at once, and nobody is told of them."""
    await pair.met()
    await pair.north.put(
        {
            "resourceType": "Consent",
            "id": "no",
            "status": "active",
            "scope": {"coding": [{"code": "patient-privacy"}]},
            "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
            "patient": {"reference": "Patient/person"},
            "policyRule": {"coding": [{"code": "OPTOUT"}]},
            "provision": {"type": "deny"},
        }
    )
    assert "federation-peer" not in str((await pair.north.record())["code"])
    pair.south.partner.forget()
    assert await pair.south.partner.meet() == 0
    await edited(pair.north, 0, start="2025-03-10", end="2026-12-12")
    assert await pair.south.hears() == 0


async def test_an_identity_that_is_not_qualified_is_not_told_of(pair: Pair) -> None:
    """Where the status is provisional here, the peer is not asked, and its record not taken in."""
    await pair.north.knows_everybody()
    person = example("Patient-person")
    await pair.south.put(person)
    provisional = copy.deepcopy(person)
    provisional["identifier"] = [{"system": "urn:oid:1.2.3", "value": "1"}]
    provisional["extension"][0]["extension"][0]["valueCoding"]["code"] = "PROV"
    del provisional["meta"]
    await pair.north.put(provisional)
    await pair.north.put(example("CareTeam-circle"))
    assert await pair.north.partner.meet() == 0
    assert await pair.south.hears() == 0
    assert await pair.south.all("CareTeam") == []


async def test_an_identity_in_doubt_withdraws_the_circle(pair: Pair) -> None:
    """A person whose INS is no longer sure is not shared from that very write on."""
    await pair.met()
    doubtful = example("Patient-person")
    doubtful["identifier"] = [{"system": "urn:oid:1.2.3", "value": "1"}]
    doubtful["extension"][0]["extension"][0]["valueCoding"]["code"] = "PROV"
    del doubtful["meta"]
    await pair.north.put(doubtful)
    assert "federation-peer" not in str((await pair.north.record())["code"])


async def test_one_record_that_cannot_be_taken_in_stops_no_other(pair: Pair) -> None:
    """A closed dossier refuses the merge, says so, and takes it once it is open again."""
    await pair.met()
    dossier = example("EpisodeOfCare-dossier")
    closed = dossier | {
        "status": "finished",
        "period": {"start": "2025-01-01", "end": "2026-01-01"},
    }
    del closed["meta"]
    await pair.north.put(closed)
    await edited(pair.south, 0, start="2025-03-10", end="2026-05-01")
    assert await pair.north.hears() == 0
    (why,) = pair.north.partner.standing.refused.values()
    assert "closed" in why
    await pair.north.put(closed | {"status": "active"})
    assert await pair.north.hears() == 1
    assert pair.north.partner.standing.refused == {}
