"""The PDF of level 1 documents: archival by veraPDF's verdict, and readable whatever the text."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cordee.bridges.cda.writing import pdf
from cordee.bridges.cda.writing.section import Content, Row

ROOT = Path(__file__).resolve().parents[4]
CHECK = ROOT / "tests/system/verapdf/Check.java"
JARS = ROOT / "build/verapdf"
PARTS = [
    (
        "Actions prévues",
        Content(
            ("Action", "Quand", "Par"),
            tuple(
                Row((f"Évaluation n° {n} à l'œil nu ≥ 3 — “voilà”", "22/11/2026", "Mme Özdemir"))
                for n in range(90)
            ),
        ),
    ),
    ("Remarques", Content(("Remarque",), (Row(("Ligne longue " * 80,)), Row(("漢 \x00",))))),
    ("Rien", Content((), ())),
]


def written() -> bytes:
    """Write several pages."""
    return pdf.write("Plan personnalisé", "Dr Zoé Traoré", ["Patient : Chloë Lœwe"], PARTS)


def test_the_same_text_is_the_same_file() -> None:
    """Nothing of the day or of chance gets into the file."""
    assert written() == written()


def test_a_word_longer_than_a_line_is_broken() -> None:
    """Nothing runs over the edge for ever."""
    content = Content(("A", "B"), (Row(("x" * 5_000, "y")),))
    assert pdf.write("t", "a", [], [("p", content)]).startswith(b"%PDF-1.4")


@pytest.mark.skipif(
    shutil.which("javac") is None or not JARS.is_dir(),
    reason="veraPDF is not here; tests/system/install fetches it",
)
def test_verapdf_finds_it_archival(tmp_path: Path) -> None:
    """The validator of the PDF Association says PDF/A-1b."""
    path = tmp_path / "plan.pdf"
    path.write_bytes(written())
    told = subprocess.run(
        ["java", "-cp", f"{JARS}{os.sep}*", str(CHECK), str(path)],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert f"{path} true" in told.stdout
