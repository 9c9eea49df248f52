"""Circles that two servers hold: edits of any client go to the other, and nobody is erased."""

from typing import Any

import pytest

from cordee.resource.types import Resource
from federation.conftest import Pair, Server, example

pytestmark = pytest.mark.xdist_group("federation")


def stays(team: Resource) -> list[tuple[str, str]]:
    """The periods of a circle, whoever they are of."""
    rows = (row["period"] for row in team["participant"])
    return sorted((row.get("start", ""), row.get("end", "")) for row in rows)


async def edited(server: Server, index: int, **period: str) -> Resource:
    """The circle after an edit of one participant's period by a client that knows nothing."""
    team = await server.circle()
    team["participant"][index]["period"] = period
    return await server.put(team, **{"If-Match": f'W/"{team["meta"]["versionId"]}"'})


async def test_a_circle_appears_at_who_knows_the_person(pair: Pair) -> None:
    """The south, which knew the person alone, holds the whole circle under the national profile."""
    await pair.met()
    north, south = await pair.north.circle(), await pair.south.circle()
    assert stays(north) == stays(south)
    assert south["meta"]["profile"] == [north["meta"]["profile"][0]]
    assert south["subject"] == {"reference": "Patient/person"}
    references = {row["member"]["reference"] for row in south["participant"]}
    found = [await pair.south.http.get(f"/{each}") for each in references]
    assert all(answer.status_code == 200 for answer in found)
    named = await pair.south.all("Practitioner?identifier=810451250186")
    assert [each["name"] for each in named] == [[{"text": "Daniel Faure"}]]


async def test_an_edit_of_an_ordinary_client_is_this_servers(pair: Pair) -> None:
    """A PUT by who never heard of federation is counted in its own transaction, and travels."""
    await pair.met()
    await edited(pair.south, 0, start="2025-03-10", end="2026-05-01")
    state = str((await pair.south.record())["extension"])
    assert "{'url': 'server', 'valueString': 'south'}, {'url': 'edit'" in state
    await pair.settle()
    assert ("2025-03-10", "2026-05-01") in stays(await pair.north.circle())


async def test_who_is_left_out_has_left(pair: Pair) -> None:
    """A participant whom a client leaves out stays in the circle, here and there, and has ended."""
    await pair.met()
    team = await pair.north.circle()
    gone = team["participant"].pop(0)
    written = await pair.north.put(team, **{"If-Match": f'W/"{team["meta"]["versionId"]}"'})
    again = await pair.north.circle()
    assert int(again["meta"]["versionId"]) == int(written["meta"]["versionId"]) + 1
    who = gone["member"]["reference"]
    (back,) = [row for row in again["participant"] if row["member"]["reference"] == who]
    assert back["period"]["end"].startswith("20")
    await pair.settle()
    assert stays(await pair.south.circle()) == stays(again)


async def test_one_stay_of_several_left_out_has_ended(pair: Pair) -> None:
    """Of somebody who came twice, the stay that a client leaves out is kept as ended."""
    await pair.met()
    team = await pair.north.circle()
    second = team["participant"][1] | {"period": {"start": "2026-01-01"}}
    team["participant"].append(second)
    team = await pair.north.put(team)
    team["participant"].pop()
    await pair.north.put(team)
    kept = (await pair.north.circle())["participant"]
    (stay,) = [row for row in kept if row["period"]["start"] == "2026-01-01"]
    assert stay["period"]["end"] >= "2026"


async def test_what_is_each_servers_own_stays(pair: Pair) -> None:
    """Name, managing structure and display of members are not exchanged, nor overwritten."""
    await pair.met()
    team = await pair.south.circle()
    await pair.south.put(team | {"name": "Cercle du sud"})
    await edited(pair.north, 1, start="2025-03-10", end="2026-06-01")
    await pair.settle()
    assert (await pair.south.circle())["name"] == "Cercle du sud"
    north = await pair.north.circle()
    assert north["name"] == example("CareTeam-circle")["name"]
    assert north["managingOrganization"] == example("CareTeam-circle")["managingOrganization"]
    assert north["participant"][0]["member"]["display"] == "Daniel Faure"


async def test_who_ends_a_circle_has_no_part_any_more(pair: Pair) -> None:
    """Closing the circle here withdraws it from the peers, whose own goes on."""
    await pair.met()
    team = await pair.north.circle()
    await pair.north.put(team | {"status": "inactive"})
    assert "federation-peer" not in str((await pair.north.record())["code"])
    assert (await pair.south.circle())["status"] == "active"
    again = example("CareTeam-circle") | {"id": "again"}
    again["participant"] = again["participant"][:2]
    await pair.north.put(again)
    await pair.north.partner.meet()
    await pair.settle()
    assert stays(await pair.north.circle()) == stays(await pair.south.circle())
    assert len((await pair.north.circle())["participant"]) == 6


async def test_the_record_is_the_servers(pair: Pair) -> None:
    """No client changes, makes or deletes a record; it says who may."""
    await pair.met()
    record = await pair.north.record()
    made: dict[str, Any] = {name: value for name, value in record.items() if name != "id"}
    answers = [
        await pair.north.http.put(f"/Basic/{record['id']}", json=record),
        await pair.north.http.post("/Basic", json=made),
        await pair.north.http.delete(f"/Basic/{record['id']}"),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]


async def test_where_a_merge_came_from_is_told(pair: Pair) -> None:
    """The Provenance of a merge names the peer, its record with version, and who was taken in."""
    await pair.met()
    traces = await pair.south.all("Provenance")
    (first,) = traces
    assert first["agent"] == [{"who": {"display": "north"}}]
    source = first["entity"][0]["what"]["reference"]
    record = (await pair.north.record())["id"]
    assert source.startswith(f"https://north.test/fhir/Basic/{record}/_history/")
    targets = [target["reference"] for target in first["target"]]
    assert f"CareTeam/{(await pair.south.circle())['id']}/_history/1" in targets
    taken = await pair.south.all("Practitioner")
    assert {f"Practitioner/{each['id']}" for each in taken} <= set(targets)
    assert all(each["meta"]["source"] == source for each in taken)


async def test_a_merge_of_records_withdraws_the_circle_until_it_is_undone(pair: Pair) -> None:
    """Who became another record is not the person the peers know; taken apart, all goes on."""
    await pair.met()
    there = await pair.south.circle()
    await pair.north.put({"resourceType": "Patient", "id": "other", "name": [{"family": "Roux"}]})
    rows = [
        {"name": f"{word}-patient", "valueReference": {"reference": f"Patient/{id}"}}
        for word, id in (("source", "person"), ("target", "other"))
    ]
    asked = {"resourceType": "Parameters", "parameter": rows}
    merged = await pair.north.http.post("/Patient/$merge", json=asked)
    assert merged.status_code == 200, merged.text
    assert (await pair.north.circle())["subject"]["reference"] == "Patient/other"
    record = await pair.north.record()
    assert record["subject"]["reference"] == "Patient/person"
    assert [row["code"] for row in record["code"]["coding"]] == ["circle"]
    assert await pair.south.hears() == 0
    assert await pair.south.circle() == there
    undone = await pair.north.http.post("/Patient/$unmerge", json=asked)
    assert undone.status_code == 200, undone.text
    await pair.north.partner.meet()
    await pair.settle()
    assert stays(await pair.north.circle()) == stays(await pair.south.circle())
    await edited(pair.north, 0, start="2024-01-01", end="2031-03-04")
    await pair.settle()
    assert stays(await pair.north.circle()) == stays(await pair.south.circle())
    assert await pair.north.all("Task?code=federation-conflict") == []
