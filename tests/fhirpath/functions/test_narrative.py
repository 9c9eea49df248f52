"""Narratives."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

Evaluate: TypeAlias = Callable[..., list[Any]]


@pytest.mark.parametrize(
    ("inside", "good"),
    [
        ("<p>x</p>", True),
        ("<p onclick='x()'>x</p>", False),
        ("<script>x</script>", False),
        ("<form>x</form>", False),
        ("  ", False),
        ("<img src='a.png' alt='a'/>", True),
        ("<!-- x --><b>x</b>", True),
        ("<p>x", False),
        ("&eacute;", True),
    ],
)
def test_narratives(evaluate: Evaluate, inside: str, good: bool) -> None:
    """htmlChecks() lets pass what a narrative may hold."""
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{inside}</div>'
    focus = {"resourceType": "Patient", "text": {"status": "generated", "div": div}}
    assert evaluate("text.div.htmlChecks()", focus) == [good]
