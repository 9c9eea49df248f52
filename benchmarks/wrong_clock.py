"""`cordee` with a clock that is wrong by the seconds in a file, which may change while it runs.

`python -m benchmarks.wrong_clock FILE serve …`. What the server takes the time from is its service
`clock`, so that is what is replaced.
"""

import sys
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import cordee.app
from cordee.cli import main
from cordee.interactions.services import Services, now


def clock(file: Path) -> datetime:
    """Give the wrong time."""
    try:
        return now() + timedelta(seconds=float(file.read_text()))
    except ValueError:  # it is being written
        return now()


if __name__ == "__main__":
    made: Any = partial(Services, clock=partial(clock, Path(sys.argv.pop(1))))
    vars(cordee.app)["Services"] = made
    main()
