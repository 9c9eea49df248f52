"""Lines of the audit written as forms and values come back byte for byte."""

import json

import pytest

from cordee.store.sheet import MARK, Form, read, written

READ = Form.of(f'{{"id":"{MARK}id{MARK}","at":"{MARK}recorded{MARK}","who":"{MARK}who{MARK}"}}')
SHORT = Form.of(f'{{"id":"{MARK}id{MARK}"}}')


def test_lines_are_pieces_and_values() -> None:
    """Each line has its form's pieces, its own id and values, and the moment of all."""
    raw = written("2026-01-01", ["a", "b", "c"], [(READ, ("é\\n",)), (SHORT, ()), (READ, ("x",))])
    assert list(read(raw).lines()) == [
        '{"id":"a","at":"2026-01-01","who":"é\\n"}'.encode(),
        b'{"id":"b"}',
        b'{"id":"c","at":"2026-01-01","who":"x"}',
    ]


def test_a_form_is_written_once() -> None:
    """However many lines have it."""
    raw = written("2026", [str(n) for n in range(50)], [(READ, (str(n),)) for n in range(50)])
    assert raw.count(b"who") == 2  # in a piece, and as the slot's name
    assert len({json.loads(line)["who"] for line in read(raw).lines()}) == 50


@pytest.mark.parametrize(
    "raw",
    [
        b'["2026",[[["a","b"],["id"]]],["1"],[1],[[]]]',
        b'["2026",[[["a","b"],["id"]]],["1"],[0],[["too many"]]]',
        b'["2026",[[["a"],["id"]]],["1"],[0],[[]]]',
        b'["2026",[[["a","b"],["id"]]],["1","2"],[0],[[]]]',
    ],
    ids=["no such form", "too many values", "too few pieces", "more ids than lines"],
)
def test_what_is_no_sheet_is_refused(raw: bytes) -> None:
    """A sheet that does not fit together gives no lines."""
    with pytest.raises((ValueError, IndexError)):
        list(read(raw).lines())
