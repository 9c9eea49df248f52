"""A server that knows plain FHIR alone holds the same circle: it is read, and written."""

import pytest

from cordee.federation.peer import Federation, Peer
from cordee.federation.plain_partner import PlainPartner
from federation.conftest import Pair, example
from federation.test_shared_circle import edited, stays

pytestmark = pytest.mark.xdist_group("federation")


@pytest.fixture
async def plain(pair: Pair) -> PlainPartner:
    """The north's way to the south, which has a circle of its own and never heard of federation."""
    await pair.north.knows_everybody()
    await pair.north.put(example("CareTeam-circle"))
    await pair.south.put(example("Patient-person"))
    await pair.south.put(example("Practitioner-professional-1") | {"id": "faure"})
    role = example("PractitionerRole-practice-1") | {"id": "faure"}
    del role["organization"]
    await pair.south.put(role | {"practitioner": {"reference": "Practitioner/faure"}})
    circle = example("CareTeam-circle") | {"id": "own", "name": "Cercle d'ailleurs"}
    first = circle["participant"][0] | {"member": {"reference": "PractitionerRole/faure"}}
    del circle["managingOrganization"]
    circle["meta"] = {"profile": circle["meta"]["profile"][:1]}
    await pair.south.put(circle | {"participant": [first]})
    peer = Peer(name="south", url="https://south.test/fhir", kind="fhir")
    federation = Federation(server="north", url="https://north.test", peers=(peer,))
    client = pair.north.partner._client
    return PlainPartner(pair.north.services, federation, client, lambda: "secret")


async def test_both_show_everybody(pair: Pair, plain: PlainPartner) -> None:
    """What each has that the other lacks is added, members made where they are unknown."""
    assert await plain.meet() == 1
    assert await plain.catch_up() == 1
    north, south = await pair.north.circle(), await pair.south.circle()
    assert stays(north) == stays(south)
    assert len(south["participant"]) == 7
    assert south["name"] == "Cercle d'ailleurs"
    assert len(await pair.south.all("Practitioner?identifier=810451250186")) == 1
    assert await plain.catch_up() == 0
    assert (await pair.south.circle())["meta"] == south["meta"], "nothing new is written again"


async def test_edits_go_both_ways(pair: Pair, plain: PlainPartner) -> None:
    """A change there is an edit of the peer, one here is written there; both at once are a Task."""
    await plain.meet()
    await plain.catch_up()
    await edited(pair.south, 0, start="2025-03-10", end="2026-01-15")
    await edited(pair.north, 1, start="2025-03-10", end="2026-02-15")
    assert await plain.catch_up() == 1
    north, south = await pair.north.circle(), await pair.south.circle()
    assert stays(north) == stays(south)
    assert {("2025-03-10", "2026-01-15"), ("2025-03-10", "2026-02-15")} <= set(stays(south))
    place = [row["period"].get("end") for row in south["participant"]].index("2026-01-15")
    await edited(pair.south, place, start="2025-03-10", end="2026-03-15")
    place = [row["period"].get("end") for row in north["participant"]].index("2026-01-15")
    await edited(pair.north, place, start="2025-03-10", end="2026-04-15")
    await plain.catch_up()
    assert len(await pair.north.all("Task?code=federation-conflict")) == 1
    assert stays(await pair.north.circle()) == stays(await pair.south.circle())
    assert ("2025-03-10", "2026-03-15") in stays(await pair.south.circle())


async def test_who_is_left_out_there_has_left_here(pair: Pair, plain: PlainPartner) -> None:
    """A peer that erases a participant is shown them again, with the end of their stay."""
    await plain.meet()
    await plain.catch_up()
    team = await pair.south.circle()
    team["participant"].pop()
    await pair.south.put(team)
    await plain.catch_up()
    north, south = await pair.north.circle(), await pair.south.circle()
    assert len(south["participant"]) == len(north["participant"]) == 7
    assert stays(north) == stays(south)


async def test_it_is_listened_to_where_it_can_tell(pair: Pair, plain: PlainPartner) -> None:
    """One Subscription a circle in common, however often one listens."""
    await plain.meet()
    await plain.listen()
    await plain.listen()
    (made,) = await pair.south.all("Subscription")
    assert made["criteria"] == "CareTeam?_id=own"
    assert made["channel"]["endpoint"] == "https://north.test/federation/south/CareTeam/own"
