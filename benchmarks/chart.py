"""A line chart as SVG: small, static, readable on light and dark pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log10
from typing import TypeAlias
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, BOTTOM, RIGHT = 760, 380, 60, 44, 220
COLOURS = ("#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#0891b2", "#65a30d", "#db2777")
NAMED = 12
"""Lines that get a name beside their end: those that end highest."""

Scale: TypeAlias = Callable[[float], float]
"""Value → place on the picture."""


@dataclass(frozen=True, slots=True)
class Line:
    """A name and its points, by ascending x."""

    name: str
    points: Sequence[tuple[float, float]]


def drawn(lines: Sequence[Line], x: str, y: str) -> str:
    """Draw lines; the x axis is logarithmic when it spans more than a factor of ten."""
    xs = [point[0] for line in lines for point in line.points]
    top = max([point[1] for line in lines for point in line.points], default=1.0) * 1.1
    wide = bool(xs) and min(xs) > 0 and max(xs) / min(xs) > 10
    low, high = (log10(min(xs)), log10(max(xs))) if wide else (min(xs), max(xs))

    def across(value: float) -> float:
        share = ((log10(value) if wide else value) - low) / ((high - low) or 1)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def up(value: float) -> float:
        return HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - 16)

    parts = [_axes((x, y), top, sorted(set(xs)), across, up)]
    ends: list[tuple[float, str, str]] = []
    for number, line in enumerate(lines):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{across(a):.1f},{up(b):.1f}" for a, b in line.points)
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{path}"/>')
        ends.append((line.points[-1][1], line.name, colour))
    place = 0.0
    for value, name, colour in sorted(ends, reverse=True)[:NAMED]:
        place = max(place + 14, up(value))
        text = f"{escape(name)} {value:.2f}"
        parts.append(f'<text x="{WIDTH - RIGHT + 8}" y="{place:.0f}" fill="{colour}">{text}</text>')
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="12" role="img">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _axes(names: tuple[str, str], top: float, ticks: list[float], across: Scale, up: Scale) -> str:
    x, y = names
    end, base = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = [f'<path d="M{LEFT} 10V{base}H{end}" fill="none" stroke="#555"/>']
    parts += [
        f'<text x="{LEFT - 6}" y="{up(value) + 4:.0f}" text-anchor="end">{value:.2g}</text>'
        f'<path d="M{LEFT} {up(value):.1f}H{end}" stroke="#ddd"/>'
        for value in (top * share / 4 for share in range(5))
    ]
    for value in ticks if len(ticks) <= 12 else ticks[:: len(ticks) // 12 + 1]:
        place = f'x="{across(value):.0f}" y="{base + 16}"'
        parts.append(f'<text {place} text-anchor="middle">{value:,.0f}</text>')
    middle = (LEFT + end) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x)}</text>')
    parts.append(f'<text x="{LEFT + 6}" y="22">{escape(y)}</text>')
    return "\n".join(parts)
