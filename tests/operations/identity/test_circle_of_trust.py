"""Callers outside the circle of trust learn no INS, also not through a match."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from cordee.access.caller import Caller
from cordee.access.identity_veil import VEIL, Veil
from cordee.access.policy import OpenPolicy
from cordee.app import services
from cordee.settings import Settings
from cordee.web.application import build

TEST_INS = "urn:oid:1.2.250.1.213.1.4.10"


class SocialPolicy(OpenPolicy):
    """Everybody is a purely social professional."""

    def veil(self, caller: Caller) -> Veil | None:  # noqa: ARG002 - the port's shape
        """Hide national identifiers."""
        return VEIL


@pytest.fixture
async def social(
    mongodb_uri: str, mongodb_database: str, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a social professional; somebody else stored a patient with an INS."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=mongodb_database, data=tmp_path)
    async with services(settings) as opened:
        for policy, store in ((OpenPolicy(), True), (SocialPolicy(), False)):
            app = build(replace(opened, policy=policy))
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://test/fhir") as http:
                if store:
                    await http.put("/Patient/p", json=patient("150067511600142", "1950-06-15"))
                else:
                    yield http


def patient(ins: str, born: str) -> dict[str, Any]:
    """Make a patient with an INS of the test range."""
    return {
        "resourceType": "Patient",
        "id": "p",
        "identifier": [{"system": TEST_INS, "value": ins}],
        "name": [{"family": "Moreau", "given": ["Paul"]}],
        "birthDate": born,
    }


async def test_a_match_does_not_confirm_an_ins(social: httpx.AsyncClient) -> None:
    """The right INS and a wrong one earn the same score, and none is shown."""
    answers = [
        (await social.post("/Patient/$match", json=patient(ins, "1950-06-16"))).json()
        for ins in ("150067511600142", "150067511600239")
    ]
    scores = [answer["entry"][0]["search"]["score"] for answer in answers]
    assert scores[0] == scores[1]
    assert "150067511600142" not in str(answers)


@pytest.mark.parametrize("operation", ["$ins-check", "$ins-search"])
async def test_insi_is_not_asked_for_them(social: httpx.AsyncClient, operation: str) -> None:
    """The operations that ask INSi are refused."""
    answer = await social.post(f"/Patient/{operation}", json=patient("150067511600142", "1950"))
    assert answer.status_code == 403
