"""Free times of several people."""

from datetime import UTC, datetime, timedelta

from cordee.coordination.agenda.free_time import Free, Proposal, common, each

HALF, HOUR = timedelta(minutes=30), timedelta(hours=1)


def free(member: str, *minutes: int, length: int = 30) -> list[Free]:
    """Slots that begin so many minutes after eight."""
    eight = datetime(2026, 12, 1, 8, tzinfo=UTC)
    return [
        Free(start, start + timedelta(minutes=length), f"Slot/{member}{minute}")
        for minute in minutes
        for start in (eight + timedelta(minutes=minute),)
    ]


def shown(found: list[Proposal]) -> list[tuple[str, int, tuple[str, ...]]]:
    """Proposals, short."""
    return [
        (f"{one.start:%H:%M}", len(one.members), tuple(name[5:] for name in one.slots))
        for one in found
    ]


def test_a_common_time_is_free_for_all() -> None:
    """With the slots of each that it takes."""
    agendas = {"a": free("a", 0, 30, 90), "b": free("b", 30, 60, 90)}
    assert shown(list(common(agendas, HALF))) == [
        ("08:30", 2, ("a30", "b30")),
        ("09:30", 2, ("a90", "b90")),
    ]


def test_a_longer_time_takes_several_slots() -> None:
    """Without a gap between them."""
    agendas = {"a": free("a", 0, 30, 60, 120), "b": free("b", 30, 90, length=60)}
    assert shown(list(common(agendas, HOUR))) == [("08:30", 2, ("a30", "a60", "b30"))]
    assert list(common({"a": free("a", 0, 60)}, HOUR)) == []


def test_slots_need_not_begin_together() -> None:
    """A time may begin within somebody's slot, which it then takes whole."""
    agendas = {"a": free("a", 0, length=60), "b": free("b", 15)}
    assert shown(list(common(agendas, HALF))) == [("08:15", 2, ("a0", "b15"))]


def test_without_a_duration_a_time_is_a_slot() -> None:
    """The longer of those that begin there."""
    agendas = {"a": free("a", 0, 30), "b": free("b", 0, length=60)}
    assert shown(list(common(agendas, None))) == [
        ("08:00", 2, ("a0", "a30", "b0")),
        ("08:30", 2, ("a30", "b0")),
    ]


def test_any_member_is_free_for_themselves() -> None:
    """In the order of time; nobody without slots, and nothing for nobody."""
    agendas = {"b": free("b", 30), "a": free("a", 0, 30), "c": []}
    assert shown(each(agendas, HALF)) == [
        ("08:00", 1, ("a0",)),
        ("08:30", 1, ("a30",)),
        ("08:30", 1, ("b30",)),
    ]
    assert list(common(agendas, HALF)) == []
    assert list(common({}, HALF)) == []
