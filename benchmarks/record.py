"""What a bench found, in the one shape all of them share: a table for people, JSON for tools.

The JSON says what made it: command, machine, versions, dataset, the load beside it. With `--keep`
it is added to `benchmarks/history/<bench>.jsonl`, which `make bench-report` draws.
"""

import argparse
import json
import os
import platform
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

HISTORY = Path(__file__).parent / "history"
LIBRARIES = ("pymongo", "uvicorn", "uvloop", "msgspec", "starlette")

Figures = dict[str, dict[str, float | str | None]]


@dataclass(slots=True)
class Record:
    """The figures of one run of one bench: `rows` maps a row's name to its columns."""

    bench: str
    dataset: dict[str, Any]
    rows: Figures = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)

    def table(self) -> str:
        """Lay the rows out for people."""
        columns = self.columns()
        wide = max([len(self.bench), *(len(name) for name in self.rows)])
        sizes = [
            max(len(name), *(len(shown(row.get(name))) for row in self.rows.values()))
            for name in columns
        ]
        heads = "  ".join(name.rjust(size) for name, size in zip(columns, sizes, strict=True))
        lines = [f"{self.bench:<{wide}}  {heads}"]
        for name, row in self.rows.items():
            cells = [
                shown(row.get(one)).rjust(size) for one, size in zip(columns, sizes, strict=True)
            ]
            lines.append(f"{name:<{wide}}  {'  '.join(cells)}")
        return "\n".join(lines)

    def columns(self) -> list[str]:
        """Give the names of all columns, in the order they were first given."""
        return list(dict.fromkeys(name for row in self.rows.values() for name in row))

    def line(self) -> dict[str, Any]:
        """Give the JSON object of this run."""
        return {
            "bench": self.bench,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": command(),
            "machine": machine(),
            "load_average": round(os.getloadavg()[0], 1),
            "versions": versions(),
            "dataset": self.dataset,
            "rows": self.rows,
            **self.notes,
        }

    def tell(self, *, keep: bool) -> None:
        """Print the table, then the JSON as the last line; add it to the history if asked."""
        made = json.dumps(self.line(), ensure_ascii=False)
        sys.stdout.write(f"{self.table()}\n{made}\n")
        sys.stdout.flush()
        if keep:
            self.keep()

    def keep(self) -> None:
        """Add the result to the history."""
        HISTORY.mkdir(exist_ok=True)
        with (HISTORY / f"{self.bench}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(self.line(), ensure_ascii=False) + "\n")


def shown(value: float | str | None) -> str:
    """Show one figure with three digits that mean something."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if float(value).is_integer():
        return f"{value:,.0f}"
    if abs(value) < 10:
        return f"{value:.2f}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"


def command() -> str:
    """Give the command this process was started with, without paths of this machine."""
    script = Path(sys.argv[0])
    name = "benchmarks" if script.stem == "__main__" else f"benchmarks.{script.stem}"
    given = [Path(one).name if one.startswith("/") else one for one in sys.argv[1:]]
    prefix = "BENCH=quick " if os.environ.get("BENCH") == "quick" else ""
    return " ".join([f"{prefix}python -m {name}", *given])


@cache
def machine() -> str:
    """Describe the machine: cores, memory, processor."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB"


@cache
def versions() -> dict[str, str]:
    """Give the versions of what is measured."""
    found = {"python": platform.python_version()}
    return found | {name: version(name) for name in ("cordee", *LIBRARIES)}


def keeping(parser: argparse.ArgumentParser) -> None:
    """Add the option that keeps a result."""
    parser.add_argument("--keep", action="store_true", help="add the result to the history")
