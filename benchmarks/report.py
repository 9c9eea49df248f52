"""Print a table of what was measured, and one JSON object as the last line."""

import json
import os
import platform
import sys
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(slots=True)
class Row:
    """The rounds of one scenario, what stands against the floor beside it.

    CPU is in microseconds per answer, of the server's process and of the database's.
    """

    name: str
    rates: list[float] = field(default_factory=list)
    floor_rates: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    floor_cpu: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    floor_database: list[float] = field(default_factory=list)
    errors: int = 0

    @property
    def ratio(self) -> float | None:
        """Give the median over rounds of rate against floor rate, None without a floor."""
        if not self.floor_rates:
            return None
        return median(
            mine / floor for mine, floor in zip(self.rates, self.floor_rates, strict=True)
        )

    def figures(self) -> dict[str, float | str | None]:
        """Give the medians over rounds, as one row of a record."""
        named = {
            "per s": self.rates,
            "floor per s": self.floor_rates,
            "p50 ms": self.p50,
            "p99 ms": self.p99,
            "server µs": self.cpu,
            "mongod µs": self.database,
            "floor server µs": self.floor_cpu,
            "floor mongod µs": self.floor_database,
        }
        found: dict[str, float | str | None] = {}
        if self.ratio is not None:
            found["ratio"] = round(self.ratio, 3)
        found |= {name: round(median(values), 2) for name, values in named.items() if values}
        return found | {"errors": self.errors}


def table(rows: list[Row]) -> str:
    """Lay the rows out for people; CPU is in µs per answer, `f.` means the floor's."""
    speed = ("per s", "floor/s", "ratio", "p50 ms", "p99 ms")
    heads = (*speed, "server", "mongod", "f.server", "f.mongod", "errors")
    lines = [f"{'scenario':<18}" + "".join(f"{head:>9}" for head in heads)]
    for row in rows:
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else "-"
        figures = (
            f"{_middle(row.rates):.0f}",
            f"{_middle(row.floor_rates):.0f}",
            ratio,
            f"{_middle(row.p50):.1f}",
            f"{_middle(row.p99):.1f}",
            f"{_middle(row.cpu):.0f}",
            f"{_middle(row.database):.0f}",
            f"{_middle(row.floor_cpu):.0f}",
            f"{_middle(row.floor_database):.0f}",
            str(row.errors),
        )
        lines.append(f"{row.name:<18}" + "".join(f"{figure:>9}" for figure in figures))
    return "\n".join(lines)


def summary(rows: list[Row], facts: dict[str, Any]) -> str:
    """Give the one JSON line that tools read."""
    return json.dumps(
        {
            "machine": f"{platform.machine()} {os.cpu_count()} cores",
            "python": platform.python_version(),
            **facts,
            "ratios": {row.name: round(row.ratio, 3) for row in rows if row.ratio is not None},
            "rates": {row.name: round(_middle(row.rates), 1) for row in rows},
            "cpu_us": {row.name: _cpu(row) for row in rows if row.cpu},
            "load_average": round(os.getloadavg()[0], 1),
            "p99_ms": {row.name: round(_middle(row.p99), 1) for row in rows if row.p99},
            "errors": sum(row.errors for row in rows),
        }
    )


def _cpu(row: Row) -> dict[str, int]:
    pairs = {
        "server": row.cpu,
        "mongod": row.database,
        "floor_server": row.floor_cpu,
        "floor_mongod": row.floor_database,
    }
    return {name: round(_middle(values)) for name, values in pairs.items() if values}


def write(text: str) -> None:
    """Print at once, also into a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _middle(values: list[float]) -> float:
    return median(values) if values else 0.0
