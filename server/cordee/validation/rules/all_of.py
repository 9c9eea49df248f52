"""Several rules for one value, as one."""

from collections.abc import Sequence
from typing import Any

from cordee.validation.place import Place
from cordee.validation.run import Check, Run


def all_of(checks: Sequence[Check]) -> Check:
    """Join checks; a single one is given back as it is, so that it costs nothing."""
    if len(checks) == 1:
        return checks[0]
    rules = tuple(checks)

    def check(value: Any, place: Place, run: Run) -> None:
        for rule in rules:
            rule(value, place, run)

    return check
