"""The body of a level 1 document as PDF/A-1b: what people read is what archives keep.

https://www.iso.org/standard/38920.html (ISO 19005-1)
"""

import io
from collections.abc import Sequence
from xml.sax.saxutils import escape

import pikepdf

from cordee.bridges.cda.writing.color_profile import srgb
from cordee.bridges.cda.writing.page import Pages, drawable
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
    return archived(pages.bytes(), title, author)


def archived(data: bytes, title: str, author: str) -> bytes:
    """Make a PDF a PDF/A-1b: colours tied to a profile, properties told as XMP and nowhere else."""
    with pikepdf.open(io.BytesIO(data)) as document:
        del document.trailer["/Info"]
        xmp = _XMP.format(title=escape(drawable(title)), author=escape(drawable(author)))
        document.Root.Metadata = document.make_stream(
            xmp.encode(), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML
        )
        document.Root.OutputIntents = pikepdf.Array(
            [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.OutputIntent,
                    S=pikepdf.Name.GTS_PDFA1,
                    OutputConditionIdentifier="sRGB",
                    Info="sRGB",
                    DestOutputProfile=document.make_stream(srgb(), N=3),
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
            fix_metadata_version=False,
            compress_streams=False,
        )
    return made.getvalue()


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<xmp:CreatorTool>Cordée</xmp:CreatorTool>
<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
"""What an archived document tells of itself (ISO 16684-1)."""
