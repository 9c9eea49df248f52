"""Servers that say different things of one participant show the same, and ask who coordinates."""

from typing import Any

import pytest

from cordee.federation.conflict import KEPT
from cordee.resource.types import Resource
from federation.conftest import Pair, Server
from federation.test_shared_circle import edited, stays

pytestmark = pytest.mark.xdist_group("federation")
CONFLICTS = "Task?code=federation-conflict"


async def disagree(pair: Pair) -> None:
    """Let both say something else of Daniel Faure, without having heard of one another."""
    await pair.met()
    for server, end in ((pair.north, "2026-03-01"), (pair.south, "2026-07-01")):
        team = await server.circle()
        place = next(
            n
            for n, row in enumerate(team["participant"])
            if row["role"][0]["coding"][0]["code"] == "PCP"
        )
        await edited(server, place, start="2025-03-10", end=end)
    await pair.settle()


async def task_of(server: Server) -> Resource:
    """The one Task of conflict."""
    (found,) = await server.all(CONFLICTS)
    return found


def ends(task: Resource) -> list[str]:
    """The ends that the versions of a Task say."""
    teams = [each for each in task["contained"] if each["resourceType"] == "CareTeam"]
    return sorted(team["participant"][0]["period"]["end"] for team in teams)


def completed(task: Resource, end: str) -> Resource:
    """The Task completed with the version that says this end."""
    (id,) = [
        each["id"] for each in task["contained"] if each["participant"][0]["period"]["end"] == end
    ]
    output: list[Any] = [{"type": KEPT, "valueReference": {"reference": f"#{id}"}}]
    return task | {"status": "completed", "output": output}


async def test_a_conflict_is_a_task_with_both_versions(pair: Pair) -> None:
    """Both show the shorter stay; a Task on each holds what was said, who said it, and for whom."""
    await disagree(pair)
    north, south = await pair.north.circle(), await pair.south.circle()
    assert stays(north) == stays(south)
    assert ("2025-03-10", "2026-03-01") in stays(south)
    for server in (pair.north, pair.south):
        task = await task_of(server)
        assert ends(task) == ["2026-03-01", "2026-07-01"]
        assert sorted(each["name"] for each in task["contained"]) == ["north", "south"]
        assert task["for"] == {"reference": "Patient/person"}
        assert task["focus"] == {"reference": f"CareTeam/{(await server.circle())['id']}"}
        assert "Daniel Faure" in task["description"]
        assert task["status"] == "requested"


async def test_one_decision_ends_it_on_both_sides(pair: Pair) -> None:
    """Who coordinates takes the other version at one server: both show it, both Tasks are done."""
    await disagree(pair)
    await pair.south.put(completed(await task_of(pair.south), "2026-07-01"))
    assert ("2025-03-10", "2026-07-01") in stays(await pair.south.circle())
    await pair.settle()
    assert stays(await pair.north.circle()) == stays(await pair.south.circle())
    other = await task_of(pair.north)
    assert other["status"] == "completed"
    assert ends(other) == ["2026-03-01", "2026-07-01"], "nothing said is lost"
    kept = other["output"][0]["valueReference"]["reference"].removeprefix("#")
    (version,) = [each for each in other["contained"] if each["id"] == kept]
    assert version["participant"][0]["period"]["end"] == "2026-07-01"


async def test_an_edit_of_the_participant_ends_it_too(pair: Pair) -> None:
    """Who changes the participant by a PUT has decided: the Tasks are closed and say by what."""
    await disagree(pair)
    team = await pair.north.circle()
    await edited(
        pair.north,
        [row["period"].get("end") for row in team["participant"]].index("2026-03-01"),
        start="2025-03-10",
        end="2026-09-09",
    )
    await pair.settle()
    for server in (pair.north, pair.south):
        task = await task_of(server)
        assert task["status"] == "completed"
        assert "2026-09-09" in task["output"][0]["valueString"]
        assert ("2025-03-10", "2026-09-09") in stays(await server.circle())


async def test_different_decisions_are_a_new_conflict(pair: Pair) -> None:
    """Two coordinators who decide differently at once are told so, and again nothing is lost."""
    await disagree(pair)
    await pair.north.put(completed(await task_of(pair.north), "2026-03-01"))
    await pair.south.put(completed(await task_of(pair.south), "2026-07-01"))
    await pair.settle()
    assert stays(await pair.north.circle()) == stays(await pair.south.circle())
    for server in (pair.north, pair.south):
        (new,) = await server.all(f"{CONFLICTS}&status=requested")
        assert ends(new) == ["2026-03-01", "2026-07-01"]


async def test_the_versions_stay_in_the_task(pair: Pair) -> None:
    """Nobody takes a version out, or completes the Task with one that was never said."""
    await disagree(pair)
    task = await task_of(pair.north)
    less = task | {"contained": task["contained"][:1], "input": task["input"][:1]}
    answer = await pair.north.http.put(f"/Task/{task['id']}", json=less)
    assert answer.status_code == 409
    output = [{"type": KEPT, "valueReference": {"reference": "#participants"}}]
    invented = task | {"status": "completed", "output": output}
    answer = await pair.north.http.put(f"/Task/{task['id']}", json=invented)
    assert answer.status_code == 422


async def test_saying_the_same_is_no_conflict(pair: Pair) -> None:
    """Two clients that end the same stay on the same day agree."""
    await pair.met()
    for server in (pair.north, pair.south):
        team = await server.circle()
        codes = [row["role"][0]["coding"][0]["code"] for row in team["participant"]]
        await edited(server, codes.index("PCP"), start="2025-03-10", end="2026-03-01")
    await pair.settle()
    assert await pair.north.all(CONFLICTS) == []
    assert stays(await pair.north.circle()) == stays(await pair.south.circle())
