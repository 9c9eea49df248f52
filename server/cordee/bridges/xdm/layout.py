"""Where things lie in an XDM archive, and the two files in it that people read.

https://profiles.ihe.net/ITI/TF/Volume2/ITI-32.html
"""

from collections.abc import Sequence
from html import escape

from cordee.bridges.metadata.lot import DocumentEntry

ARCHIVE = "IHE_XDM.ZIP"
MEDIA_TYPE = "application/zip"
FOLDER = "IHE_XDM"
SUBSET = f"{FOLDER}/SUBSET01"
METADATA = "METADATA.XML"
INDEX = "INDEX.HTM"
README = "README.TXT"


def document_name(number: int) -> str:
    """Name the document of a number, as file systems of 8.3 letters take it."""
    return f"DOC{number:05}.XML"


def index(entries: Sequence[DocumentEntry], sender: str) -> str:
    """Write the page that leads to the documents."""
    rows = "\n".join(
        f'<li><a href="{SUBSET}/{escape(row.uri or "")}">{escape(row.title or "Document")}</a></li>'
        for row in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML Basic 1.1//EN" '
        '"http://www.w3.org/TR/xhtml-basic/xhtml-basic11.dtd">\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr">\n'
        "<head><title>Documents</title></head>\n"
        f"<body><h1>Documents</h1><p>{escape(sender)}</p>\n"
        f"<ul>\n{rows}\n</ul>\n"
        f'<p><a href="{README}">{README}</a></p></body></html>\n'
    )


def readme(entries: Sequence[DocumentEntry], sender: str, application: str) -> str:
    """Write who sends what, by which software, and what lies where."""
    files = [f"  {SUBSET}/{row.uri} : {row.title or 'Document'}" for row in entries]
    lines = (
        f"Emetteur : {sender}",
        f"Application : {application}",
        "",
        f"Ouvrir {INDEX} dans un navigateur pour lire les documents.",
        "",
        "Contenu :",
        f"  {INDEX} : liste des documents",
        f"  {SUBSET}/{METADATA} : metadonnees",
        *files,
        "",
    )
    return "\r\n".join(lines)
