import threading

import pytest

from cordee.definitions.reading import Kept, Reads, note, noting, reading


class Shelf:
    """Texts that others are made of, and how often something was made."""

    def __init__(self, **texts: str) -> None:
        self.texts = texts
        self.made: list[str] = []

    def read(self, name: str) -> str:
        """Read a text, saying so."""
        note(name)
        self.made.append(name)
        return self.texts.get(name, "")


def test_a_value_is_made_once() -> None:
    """What is asked for again is not made again, also when nothing was found."""
    shelf = Shelf()
    kept = Kept(shelf.read)
    assert (kept("a"), kept("a")) == ("", "")
    assert shelf.made == ["a"]


def test_only_what_was_made_of_a_change_is_made_again() -> None:
    """A change drops what read it, and nothing else."""
    shelf = Shelf(a="1", b="2")
    kept = Kept(shelf.read)
    kept("a"), kept("b")
    shelf.texts["a"] = "3"
    kept.forget({"a"})
    assert (kept("a"), kept("b")) == ("3", "2")
    assert shelf.made == ["a", "b", "a"]


def test_a_change_reaches_what_was_made_of_parts() -> None:
    """What was made of a kept part is dropped with it, also where the part was there before."""
    shelf = Shelf(a="1")
    parts = Kept(shelf.read)
    wholes = Kept[str, str](lambda name: f"({parts(name)})")
    parts("a")
    wholes("a")
    shelf.texts["a"] = "2"
    for kept in (wholes, parts):
        kept.forget({"a"})
    assert wholes("a") == "(2)"


def test_work_put_off_counts_too() -> None:
    """What is read later on behalf of a value counts as read for it."""
    shelf = Shelf(later="1")
    kept = Kept[str, Reads](lambda _: reading())
    reads = kept("a")
    with noting(reads):
        shelf.read("later")
    kept.forget({"later"})
    assert kept("a") is not reads


def test_what_could_not_be_made_is_tried_again() -> None:
    """A failure is not kept."""
    calls: list[str] = []

    def fail(name: str) -> str:
        calls.append(name)
        raise ValueError(name)

    kept = Kept(fail)
    for _ in range(2):
        with pytest.raises(ValueError, match="a"):
            kept("a")
    assert calls == ["a", "a"]


def test_the_oldest_makes_room() -> None:
    """Requests that name ever other things do not fill the memory."""
    shelf = Shelf()
    kept = Kept(shelf.read, most=2)
    for name in "abca":
        kept(name)
    assert shelf.made == ["a", "b", "c", "a"]


def test_one_thread_makes_at_a_time() -> None:
    """What another thread has under way is not taken for a circle, and not seen half made."""
    order: list[str] = []
    begun, go = threading.Event(), threading.Event()

    def make(key: str) -> str:
        order.append(f"begin {key}")
        begun.set()
        go.wait(0 if key == "second" else 10)
        order.append(f"end {key}")
        return key

    kept = Kept(make)
    first = threading.Thread(target=kept, args=("first",))
    second = threading.Thread(target=kept, args=("second",))
    first.start()
    assert begun.wait(10)
    second.start()
    second.join(0.05)  # it would be over by now, were it let in
    go.set()
    first.join()
    second.join()
    assert order == ["begin first", "end first", "begin second", "end second"]
