"""Text set on A4 pages: headings, paragraphs, tables, in an embedded font.

https://docs.reportlab.com/reportlab/userguide/ch2_graphics/
"""

import io
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

PLAIN, BOLD = "cordee-plain", "cordee-bold"
WIDTH, HEIGHT = A4
MARGIN = 50.0
LEADING = 1.3
_CELL = 4.0
"""Space around the text of a table's cell."""


@cache
def _fonts() -> dict[str, frozenset[int]]:
    """Register the fonts once; give the characters each can draw."""
    drawn = {}
    folder = files("font_source_sans_pro") / "files"
    for name, file in ((PLAIN, "SourceSansPro-Regular.ttf"), (BOLD, "SourceSansPro-Bold.ttf")):
        font = TTFont(name, str(folder / file))
        pdfmetrics.registerFont(font)
        drawn[name] = frozenset(font.face.charToGlyph)
    return drawn


def drawable(text: str, font: str = PLAIN) -> str:
    """Give text whose every character the font has; others become a question mark."""
    known = _fonts()[font]
    return "".join(one if ord(one) in known else "?" for one in text)


class Pages:
    """Pages filled from top to bottom; `bytes` ends them."""

    def __init__(self, title: str, author: str) -> None:
        """Begin the first page; the two go into the document's properties."""
        _fonts()
        self._buffer = io.BytesIO()
        # Invariant: the same text makes the same bytes.
        self._canvas = Canvas(self._buffer, pagesize=A4, invariant=1, pageCompression=1)
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setCreator("Cordée")
        self._y = HEIGHT - MARGIN

    def heading(self, text: str, size: float = 12) -> None:
        """Set a line in bold, kept together with what follows."""
        self._room(size * LEADING + 40)
        self._y -= size * 0.6
        self._lines(_wrap(text, BOLD, size, WIDTH - 2 * MARGIN), MARGIN, BOLD, size)
        self._y -= 2

    def paragraph(self, text: str, size: float = 10) -> None:
        """Set running text."""
        for line in text.split("\n"):
            self._lines(_wrap(line, PLAIN, size, WIDTH - 2 * MARGIN), MARGIN, PLAIN, size)
        self._y -= 3

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Set a table; its first column is the widest."""
        widths = _widths(len(headings))
        self._row(headings, widths, BOLD)
        for row in rows:
            self._row(row, widths, PLAIN)
        self._y -= 4

    def _row(self, cells: Sequence[str], widths: Sequence[float], font: str) -> None:
        size = 9.0
        told = [
            _wrap(cell, font, size, width - 2 * _CELL)
            for cell, width in zip(cells, widths, strict=True)
        ]
        lines = max(map(len, told))
        for start in range(0, lines, 40):
            part = [column[start : start + 40] for column in told]
            height = max(1, *map(len, part)) * size * LEADING + 2 * _CELL
            self._room(height)
            self._cells(part, widths, height, font, size)

    def _cells(
        self,
        columns: Sequence[Sequence[str]],
        widths: Sequence[float],
        height: float,
        font: str,
        size: float,
    ) -> None:
        x, top = MARGIN, self._y
        for column, width in zip(columns, widths, strict=True):
            self._canvas.rect(x, top - height, width, height, stroke=1, fill=0)
            self._y = top - _CELL
            self._lines(column, x + _CELL, font, size)
            x += width
        self._y = top - height

    def _lines(self, lines: Sequence[str], x: float, font: str, size: float) -> None:
        for line in lines:
            self._room(size * LEADING)
            self._y -= size * LEADING
            # After a page break the font is that of a new page.
            self._canvas.setFont(font, size)
            self._canvas.drawString(x, self._y + size * 0.3, line)

    def _room(self, height: float) -> None:
        if self._y - height < MARGIN:
            self._canvas.showPage()
            self._canvas.setLineWidth(0.4)
            self._y = HEIGHT - MARGIN

    def bytes(self) -> bytes:
        """End the last page and give the PDF."""
        self._canvas.save()
        return self._buffer.getvalue()


def _widths(columns: int) -> list[float]:
    total = WIDTH - 2 * MARGIN
    if columns == 1:
        return [total]
    first = total * (0.5 if columns == 2 else 0.4)
    return [first, *[(total - first) / (columns - 1)] * (columns - 1)]


@lru_cache(maxsize=20_000)
def _width(word: str, font: str) -> float:
    """Give the width of a word at size 1; the same words come again and again."""
    return float(pdfmetrics.stringWidth(word, font, 1))


def _wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """Break text into lines that fit; words longer than a line are cut."""
    lines: list[str] = []
    most, space = width / size, _width(" ", font)
    for paragraph in drawable(text, font).split("\n") or [""]:
        current: list[str] = []
        used = 0.0
        for whole in paragraph.split():
            word, own = whole, _width(whole, font)
            if current and used + space + own > most:
                lines.append(" ".join(current))
                current, used = [], 0.0
            if own > most:
                word = _cut(word, font, most, lines)
                own = _width(word, font)
            used += own + (space if current else 0.0)
            current.append(word)
        lines.append(" ".join(current))
    return lines


def _cut(word: str, font: str, most: float, lines: list[str]) -> str:
    """Put the beginning of a long word on lines of its own; give the rest."""
    while (own := _width(word, font)) > most and len(word) > 1:
        fits = max(1, int(len(word) * most / own))
        lines.append(word[:fits])
        word = word[fits:]
    return word
