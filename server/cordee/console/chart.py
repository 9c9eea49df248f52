"""Small charts, drawn on the server."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 640
ROW = 30
LABEL = 200


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it stands for, how much, how it is written, how long it is in pixels."""

    label: str
    value: float
    text: str
    length: float
    y: int


def bars(rows: Sequence[tuple[str, float, str]]) -> list[Bar]:
    """Scale rows of (label, value, text) to the widest."""
    most = max((value for _, value, _ in rows), default=0) or 1
    room = WIDTH - LABEL - 110
    return [
        Bar(label, value, text, round(max(2.0, room * value / most), 1), 4 + ROW * number)
        for number, (label, value, text) in enumerate(rows)
    ]
