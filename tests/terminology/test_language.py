"""Displays in the language that is wanted."""

import pytest

from cordee.definitions.repository import Repository
from cordee.terminology import ExpandOptions, Terminology
from terminology.conftest import FREE, filtered, free, value_set


@pytest.mark.parametrize(
    ("wanted", "display"),
    [
        ("en", "Tree"),
        ("fr-CA, en;q=0.5", "Arbre"),
        ("en;q=0.2, fr;q=0.9", "Arbre"),
        ("fr;q=0, en;q=0.1", "Tree"),
        ("de", "Arbre"),
    ],
)
def test_displays_have_a_language_of_their_own(
    wanted: str, display: str, repository: Repository
) -> None:
    """A designation of a language wanted less does not replace a display in the one wanted."""
    repository.add(free())
    one = {"system": FREE, "concept": [{"code": "A"}]}
    options = ExpandOptions(display_language=wanted)
    for include in (one, filtered("code", "=", "A", FREE)):
        (found,) = Terminology(repository).expand(value_set("x", include), options).members
        assert found.display == display
