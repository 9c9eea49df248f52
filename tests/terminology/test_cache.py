"""A bounded memory of answers that grow old."""

import pytest

from cordee.terminology.cache import Cache


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_answers_grow_old(clock: Clock) -> None:
    """An answer is given for as long as it was said to count, and no longer."""
    cache = Cache[str, int](10, clock)
    cache.put("a", 1, seconds=5)
    cache.put("b", 2, seconds=50)
    clock.now = 4.9
    assert cache.get("a") == 1
    clock.now = 5
    assert (cache.get("a"), cache.get("b"), len(cache)) == (None, 2, 1)


def test_the_least_used_make_room(clock: Clock) -> None:
    """A full memory forgets what was longest not asked for."""
    cache = Cache[str, int](2, clock)
    for name in ("a", "b"):
        cache.put(name, 1, seconds=5)
    cache.get("a")
    cache.put("c", 1, seconds=5)
    assert [cache.get(name) for name in ("a", "b", "c")] == [1, None, 1]


def test_a_new_answer_replaces_the_old(clock: Clock) -> None:
    """The same question answered again has one answer, with a new time."""
    cache = Cache[str, int](2, clock)
    cache.put("a", 1, seconds=5)
    clock.now = 4
    cache.put("a", 2, seconds=5)
    clock.now = 8
    assert (cache.get("a"), len(cache)) == (2, 1)
