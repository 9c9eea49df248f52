"""`make bench-report`: the history of results as tables and charts in docs/performance.md.

Between `<!-- bench:NAME -->` and `<!-- /bench -->` stands the newest result of a bench, with the
command that made it; at `NAME@before` the one before it. The chart beside it is drawn from all
results in `benchmarks/history`.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.chart import Line, drawn
from benchmarks.record import HISTORY, shown

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
CHARTS = PAGE.parent / "performance"
PLACE = re.compile(r"(<!-- bench:([\w-]+)(@before)? -->\n).*?(<!-- /bench -->)", re.DOTALL)
Result = dict[str, Any]


def history(bench: str) -> list[Result]:
    """Read the results of a bench, the oldest first."""
    path = HISTORY / f"{bench}.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def table(result: Result) -> str:
    """Lay a result out in Markdown, with what made it."""
    rows: dict[str, dict[str, Any]] = result["rows"]
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    lines = [f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for name, row in rows.items():
        lines.append(f"| {name} | {' | '.join(shown(row.get(one)) for one in columns)} |")
    return "\n".join([*lines, "", _made(result)])


STANDARD = frozenset(
    ("bench", "at", "command", "machine", "load_average", "versions", "dataset", "rows")
)
"""What every result says; the rest is told in words."""


def _made(result: Result) -> str:
    said = {name: value for name, value in result.items() if name not in STANDARD}
    told = "; ".join(f"{name}: {value or 0}" for name, value in said.items())
    dataset = ", ".join(f"{name} {_plain(value)}" for name, value in result["dataset"].items())
    versions = result["versions"]
    return (
        f"`{result['command']}` · {result['at'][:16].replace('T', ' ')} · {result['machine']}, "
        f"load {result['load_average']} · Python {versions['python']}, "
        f"Cordée {versions['cordee']} · {dataset}" + (f" · **{told}**" if told else "")
    )


def _plain(value: Any) -> str:
    return "/".join(map(str, value)) if isinstance(value, list) else str(value)


def growth(results: list[Result]) -> list[Line]:
    """Draw latency against the smallest record, one line a search, by the size of the record."""
    newest = results[-1]
    sizes = [float(size) for size in newest["dataset"]["patients"]]
    lines = []
    for name, row in newest["rows"].items():
        first = row.get(f"{int(sizes[0])} ms")
        if first:
            points = [(size, row[f"{int(size)} ms"] / first) for size in sizes]
            lines.append(Line(name, points))
    return lines


def ratios(results: list[Result]) -> list[Line]:
    """Draw the ratio to the floor of each row, run after run."""
    names = {name: None for one in results for name in one["rows"]}
    lines = []
    for name in names:
        points = [
            (float(number), float(one["rows"][name]["ratio"]))
            for number, one in enumerate(results, start=1)
            if one["rows"].get(name, {}).get("ratio") is not None
        ]
        if points:
            lines.append(Line(name, points))
    return lines


DRAWN: dict[str, tuple[str, str, Callable[[list[Result]], list[Line]]]] = {
    "growth": ("patients", "latency, against the smallest record", growth),
    "mix": ("run", "rate, against the floor", ratios),
    "rest": ("run", "rate, against the floor", ratios),
}
"""Benches with a chart: what its axes mean, and its lines."""


def places(text: str) -> Iterator[str]:
    """Name the benches that the page shows."""
    for found in PLACE.finditer(text):
        yield found[2]


def report(text: str) -> str:
    """Give the page with the newest results, drawing the charts on the way."""

    def filled(found: "re.Match[str]") -> str:
        results = history(found[2])[: -1 if found[3] else None]
        if not results:
            return found[0]
        chart = ""
        if found[2] in DRAWN and not found[3]:
            x, y, lines = DRAWN[found[2]]
            CHARTS.mkdir(exist_ok=True)
            (CHARTS / f"{found[2]}.svg").write_text(drawn(lines(results), x, y), "utf-8")
            chart = f"\n![{y}](performance/{found[2]}.svg)\n"
        return f"{found[1]}{table(results[-1])}\n{chart}{found[4]}"

    return PLACE.sub(filled, text)


def main() -> None:
    """Write the page anew."""
    text = PAGE.read_text("utf-8")
    PAGE.write_text(report(text), "utf-8")
    sys.stdout.write(f"{PAGE.name}: {', '.join(places(text))}\n")


if __name__ == "__main__":
    main()
