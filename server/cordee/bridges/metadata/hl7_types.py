"""Identifiers, people and structures in the HL7 v2 types that XDS metadata are written in.

https://profiles.ihe.net/ITI/TF/Volume3/ch-4.2.html
"""

from collections.abc import Sequence

LONGEST = 256
"""Characters of a slot's value in ebRIM."""
_ESCAPES = {"\\": "\\E\\", "^": "\\S\\", "&": "\\T\\", "|": "\\F\\", "~": "\\R\\"}
_BACK = {mark: letter for letter, mark in _ESCAPES.items()}


def escaped(text: str) -> str:
    """Write a text so that none of its characters separates anything; white space is one space."""
    plain = " ".join(text.split())
    return "".join(_ESCAPES.get(letter, letter) for letter in plain)


def plain(text: str) -> str:
    """Read a text that was written so."""
    parts = text.split("\\")
    # Within a pair of backslashes stands a letter that means a separator.
    return "".join(
        _BACK.get(f"\\{piece}\\", piece) if number % 2 else piece
        for number, piece in enumerate(parts)
    )


def cx(value: str, root: str, type: str) -> str:
    """Write an identifier of a patient, or of what a document refers to (CXi)."""
    return f"{escaped(value)}^^^&{root}&ISO^{type}"


def xcn(id: str, names: Sequence[str], root: str, name_type: str, id_type: str) -> str:
    """Write a person or a system; `names` are the family and the given name."""
    family, given = [*names, "", ""][:2]
    tail = f"^^^^^^&{root}&ISO^{name_type}^^^{id_type}"
    room = LONGEST - len(tail) - len(escaped(id)) - 2
    written = shortened(f"{escaped(family)}^{escaped(given)}", room)
    return f"{escaped(id)}^{written}{tail}"


def xon(title: str, id: str, root: str, id_type: str) -> str:
    """Write a structure."""
    tail = f"^^^^^&{root}&ISO^{id_type}^^^{escaped(id)}"
    return shortened(escaped(title), LONGEST - len(tail)) + tail


def parts(text: str) -> list[str]:
    """Give the components of a value, unescaped; sub-components stay as they are."""
    return [piece if "&" in piece else plain(piece) for piece in text.split("^")]


def root_of(component: str) -> str:
    """Give the OID in an assigning authority (`&1.2.3&ISO`)."""
    pieces = component.split("&")
    return pieces[1] if len(pieces) > 1 else ""


def shortened(text: str, room: int) -> str:
    """Shorten a text, never within an escape."""
    if len(text) <= room:
        return text
    cut = text[:room]
    return cut if cut.count("\\") % 2 == 0 else cut[: cut.rindex("\\")]
