"""Operations of an outsider, over HTTP: what is hidden answers as what is not there."""

import pytest

from access.records import OUTSIDER
from access.serving import Scene

pytestmark = pytest.mark.xdist_group("circles")

NAMED = [("Patient", "p@"), ("CareTeam", "t@"), ("Observation", "o@")]
"""What is hidden of a record of each type, as far as operations are called on one."""
WAYS = [("GET", None), ("POST", None), ("POST", {"resourceType": "Parameters", "parameter": []})]


async def test_operations_tell_nothing_of_the_hidden(server: Scene) -> None:
    """Each that is called on one resource, read, posted or with nothing in its parameters."""
    asked = 0
    for entry in server.server.services.operations:
        for type, id in NAMED:
            if not entry.instance_level or type not in entry.types:
                continue
            for method, body in WAYS:
                answers = []
                for name in (id, "none@"):
                    url = f"/{type}/{name}/${entry.code}"
                    told = await server.send(OUTSIDER, method, url, body)
                    text = told.text.replace(server.own(f"{type}/{name}"), "?")
                    answers.append((told.status_code, text))
                assert answers[0] == answers[1], f"{type}/${entry.code}"
                asked += 1
    assert asked > 40
