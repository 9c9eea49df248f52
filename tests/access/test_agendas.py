"""Agendas under the rules of access: each keeps their own, everybody sees what is free."""

from typing import Any

import pytest

from access.records import professional
from access.serving import Scene
from coordination.agenda.writing import availability, schedule

pytestmark = pytest.mark.xdist_group("circles")
OPEN = availability("2026-01-05T09:00:00+01:00", "2026-01-05T12:00:00+01:00", freq="DAILY")
AGENDA = schedule(OPEN, actor=[{"reference": "PractitionerRole/mine@"}])
OWNER, OTHER = professional("mine"), professional("other")
NEW: dict[str, Any] = {name: value for name, value in AGENDA.items() if name != "id"}


async def test_an_agenda_is_kept_by_whose_it_is(server: Scene) -> None:
    """Nobody else makes one, takes one over, changes or deletes it."""
    refused = await server.send(OTHER, "POST", "/Schedule", NEW)
    assert refused.status_code == 403
    assert refused.json()["issue"][0]["expression"] == ["Schedule.actor"]
    made = await server.send(OWNER, "POST", "/Schedule", NEW)
    assert made.status_code == 201, made.text
    stored = made.json()
    url = f"/Schedule/{stored['id']}"
    given = stored | {"actor": [{"reference": "PractitionerRole/other@"}]}
    assert (await server.send(OWNER, "PUT", url, given)).status_code == 403
    for caller, status in ((OTHER, 403), (OWNER, 200)):
        changed = stored | {"comment": caller.subject}
        assert (await server.send(caller, "PUT", url, changed)).status_code == status
    assert (await server.send(OTHER, "DELETE", url)).status_code == 403


async def test_the_slots_of_an_agenda_are_seen_and_not_written(server: Scene) -> None:
    """They follow the agenda; a booking alone changes them."""
    agenda = (await server.send(OWNER, "POST", "/Schedule", NEW)).json()
    query = f"/Slot?schedule=Schedule/{agenda['id']}&_count=1"
    found = await server.send(OTHER, "GET", query)
    [slot] = [entry["resource"] for entry in found.json()["entry"]]
    url = f"/Slot/{slot['id']}"
    for caller in (OWNER, OTHER):
        taken = slot | {"status": "busy"}
        assert (await server.send(caller, "PUT", url, taken)).status_code == 403
