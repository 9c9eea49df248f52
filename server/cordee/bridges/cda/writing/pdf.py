"""The body of a level 1 document as PDF/A-1b: what people read is what archives keep.

https://www.iso.org/standard/38920.html (ISO 19005-1)
"""

import io
from collections.abc import Sequence

import pikepdf

from cordee.bridges.cda.writing.color_profile import srgb
from cordee.bridges.cda.writing.page import Pages
from cordee.bridges.cda.writing.section import Content

Part = tuple[str, Content]
"""A section's title and content."""


def write(title: str, author: str, identity: Sequence[str], parts: Sequence[Part]) -> bytes:
    """Write a document: its title, whose it is, then each part that holds something."""
    pages = Pages(title, author)
    pages.heading(title, 16)
    for line in identity:
        pages.paragraph(line)
    for name, content in parts:
        if not content:
            continue
        pages.heading(name)
        if len(content.headings) == 1:
            for row in content.rows:
                pages.paragraph(row.cells[0])
        else:
            pages.table(content.headings, [row.cells for row in content.rows])
    return archived(pages.bytes())


def archived(data: bytes) -> bytes:
    """Make a PDF a PDF/A-1b: colours tied to a profile, properties told as XMP too."""
    with pikepdf.open(io.BytesIO(data)) as document:
        # What XMP has no word for would contradict it.
        for name in ("/Keywords", "/Trapped", "/Subject"):
            if name in document.docinfo:
                del document.docinfo[name]
        with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata.load_from_docinfo(document.docinfo)
            metadata["pdfaid:part"] = "1"
            metadata["pdfaid:conformance"] = "B"
        profile = document.make_stream(srgb(), N=3)
        document.Root.OutputIntents = pikepdf.Array(
            [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.OutputIntent,
                    S=pikepdf.Name.GTS_PDFA1,
                    OutputConditionIdentifier="sRGB",
                    Info="sRGB",
                    DestOutputProfile=profile,
                )
            ]
        )
        document.Root.Lang = "fr-FR"
        made = io.BytesIO()
        document.save(
            made,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            force_version="1.4",
            deterministic_id=True,
        )
    return made.getvalue()


def is_archival(data: bytes) -> bool:
    """Tell whether a PDF says of itself that it is PDF/A-1."""
    return b"pdfaid:part" in data and (b">1<" in data or b'pdfaid:part="1"' in data)
