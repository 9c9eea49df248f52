"""Lines of the audit written once where they are alike: what a block of the journal holds.

A sheet is JSON, an array of five: the moment that stands for `recorded` in all lines; the forms,
each `[[piece, …], [slot, …]]` with one piece more than slots; the ids of the lines; the places of
their forms; their other values. A line is the pieces of its form with values between them: the id
in the first slot, the moment wherever `recorded` is, the other values in the others. Values stand
as they stand inside the line, escaped already, so that putting a line together is joining texts and
gives the same bytes for ever.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec

RECORDED = "recorded"
MARK = "\0"
"""Stands around slots in the text that a form is made of: JSON has no such character."""

Row: TypeAlias = "tuple[Form, tuple[str, ...]]"

_encode = msgspec.json.Encoder().encode


class Form(msgspec.Struct, frozen=True, array_like=True):
    """What lines have in common, and the names of what stands between."""

    pieces: tuple[str, ...]
    slots: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Form":
        """Take a text apart in which slots stand between marks."""
        parts = text.split(MARK)
        return cls(tuple(parts[::2]), tuple(parts[1::2]))

    def at(self, recorded: str) -> "Form":
        """Give the form with the moment put in."""
        pieces = [self.pieces[0]]
        for slot, piece in zip(self.slots, self.pieces[1:], strict=True):
            if slot == RECORDED:
                pieces[-1] += recorded + piece
            else:
                pieces.append(piece)
        return Form(tuple(pieces), tuple(slot for slot in self.slots if slot != RECORDED))

    def line(self, values: Sequence[str]) -> bytes:
        """Put a line together; raises `ValueError` unless each slot gets a value."""
        parts = [""] * (2 * len(self.slots) + 1)
        parts[::2] = self.pieces
        parts[1::2] = values
        return "".join(parts).encode()


class Sheet(msgspec.Struct, array_like=True):
    """The lines of one block."""

    recorded: str
    forms: tuple[Form, ...]
    ids: list[str]
    places: list[int]
    rows: list[list[str]]

    def lines(self) -> Iterator[bytes]:
        """Put all lines together. Raises `ValueError` or `IndexError` on what is none."""
        forms = [form.at(self.recorded) for form in self.forms]
        for id, place, row in zip(self.ids, self.places, self.rows, strict=True):
            yield forms[place].line((id, *row))


def written(recorded: str, ids: Sequence[str], rows: Sequence[Row]) -> bytes:
    """Write a sheet of rows: forms, and the values for their slots; each has an id."""
    known: dict[int, int] = {}
    forms: list[Form] = []
    places: list[int] = []
    for form, _ in rows:
        place = known.get(id(form))
        if place is None:
            place = known[id(form)] = len(forms)
            forms.append(form)
        places.append(place)
    return _encode((recorded, forms, ids, places, [values for _, values in rows]))


read = msgspec.json.Decoder(Sheet).decode
"""Read a sheet. Raises `msgspec.DecodeError` on what is none."""
