"""Two servers as users start them hold one circle, whatever breaks between them."""

import argparse
import os
from pathlib import Path

import pytest

from benchmarks.federation import run

pytestmark = [pytest.mark.system, pytest.mark.chaos, pytest.mark.xdist_group("crash")]

EDITS = int(os.environ.get("CORDEE_TEST_FEDERATION_EDITS", "60"))
"""Edits of the test; 1000 is the full measure."""


async def test_no_edit_is_lost_between_two_servers(tmp_path: Path) -> None:
    """With ways cut, a server killed and clocks wrong, both converge; every edit is accounted for.

    Deciding the conflicts at one server closes them at the other.
    """
    asked = argparse.Namespace(edits=EDITS, seed=20, kill_every=max(30, EDITS // 10))
    found = await run(asked, tmp_path)
    print(found)  # noqa: T201 - the counts are the proof
    assert found["edits"] == EDITS
    assert found["lost"] == 0
    assert found["converged"]
    assert found["converged_after_decisions"]
    assert found["kills"] >= 1
    told = ("shown", "replaced_knowingly", "replaced_knowingly_by_the_peer")
    assert sum(found[name] for name in told) + found["only_in_conflict_tasks"] == EDITS
