"""Suspected duplicates, found page by page."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cordee.app import services
from cordee.interactions.create import create
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.operations.matching import duplicates as module
from cordee.operations.matching.duplicates import Pair, duplicates
from cordee.settings import Settings

NAMES = ("Lefèvre", "Moreau", "Le Goff", "Garcia", "Petit")


@pytest.fixture
async def opened(
    mongodb_uri: str, mongodb_database: str, tmp_path: Path
) -> AsyncIterator[Services]:
    """Services over a fresh database."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=mongodb_database, data=tmp_path)
    async with services(settings) as found:
        yield found


async def patient(opened: Services, family: str, born: str, **other: Any) -> str:
    """Store a patient; give the id."""
    body = {
        "resourceType": "Patient",
        "name": [{"family": family, "given": ["Jeanne"]}],
        "birthDate": born,
        "gender": "female",
    }
    answer = await create(opened, Request("", "Patient", body=body | other))
    return answer.id or ""


async def test_each_pair_comes_once_also_after_an_interruption(
    opened: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pairs across pages are found, none twice; going on from a position finds the rest."""
    monkeypatch.setattr(module, "PAGE", 2)
    ids = [await patient(opened, name, f"19{n}1-03-09") for n, name in enumerate(NAMES, 4)]
    slip = await patient(opened, "Lefebvre", "1941-03-09")
    same = await patient(opened, "LE-GOFF", "1961-03-09")
    link = [{"other": {"reference": f"Patient/{ids[1]}"}, "type": "replaced-by"}]
    await patient(opened, "Moreau", "1951-03-09", active=False, link=link)
    stages = [stage async for stage in duplicates(opened, least=0.85)]
    pairs = [pair for stage in stages for pair in stage.pairs]
    assert {(pair.one, pair.other, pair.grade) for pair in pairs} == {
        (ids[0], slip, "probable"),
        (ids[2], same, "certain"),
    }
    assert len(pairs) == 2
    assert sum(stage.patients for stage in stages) == 8
    rest = [stage async for stage in duplicates(opened, least=0.85, after=stages[0].after)]
    assert [pair for stage in rest for pair in stage.pairs] == [Pair(ids[2], same, 1.0, "certain")]
