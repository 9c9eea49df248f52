"""However states are exchanged, servers that heard of the same edits hold the same state."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.federation.edition import edition, joined, value_of, values, winner
from cordee.federation.state import State

SERVERS = ("a", "b", "c")
KEYS = ("nurse", "doctor")


def said(end: str | None) -> bytes:
    """The value of one stay."""
    return value_of([{"period": {"start": "2025-01-01"} | ({"end": end} if end else {})}])


VALUES = (*(said(f"2026-01-{day:02}") for day in range(1, 8)), said(None))


@dataclass
class World:
    """Servers that edit, and send one another what they know: perhaps late, twice, or never."""

    states: dict[str, State] = field(default_factory=lambda: {name: State() for name in SERVERS})
    sent: list[State] = field(default_factory=list)
    made: list[tuple[str, bytes]] = field(default_factory=list)
    """All that was ever said of a participant: key, value."""
    replaced: set[tuple[str, bytes]] = field(default_factory=set)
    """What somebody replaced who knew it."""


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("edit"), st.sampled_from(SERVERS), st.sampled_from(KEYS), st.integers(0, 7)
        ),
        st.tuples(st.just("send"), st.sampled_from(SERVERS)),
        st.tuples(st.just("hear"), st.sampled_from(SERVERS), st.integers(0, 30)),
    ),
    max_size=40,
)


def played(steps: list[tuple[str, ...]]) -> World:
    """The world after some steps."""
    world = World()
    for kind, server, *rest in steps:
        state = world.states[server]
        if kind == "edit":
            key, value = str(rest[0]), VALUES[int(rest[1])]
            known = values(state.entries[key]) if key in state.entries else []
            world.replaced |= {(key, old) for old in known if old != value}
            world.states[server] = state.edited(server, key, value)
            world.made.append((key, value))
        elif kind == "send":
            world.sent.append(state)
        elif world.sent:
            world.states[server] = state.join(world.sent[int(rest[0]) % len(world.sent)])
    return world


@settings(max_examples=300, deadline=None)
@given(STEPS, st.permutations(SERVERS))
def test_servers_converge_in_any_order(steps: list[tuple[str, ...]], order: list[str]) -> None:
    """Joining all states in any order, with repetitions, gives one state and the same winners."""
    world = played(steps)
    first = State()
    for name in (*SERVERS, *SERVERS):
        first = first.join(world.states[name])
    second = State()
    for name in order:
        second = world.states[name].join(second)
    assert first == second
    assert first.winners() == second.winners()


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_nothing_said_is_lost(steps: list[tuple[str, ...]]) -> None:
    """What was said is held, shown or in conflict, unless somebody who knew it replaced it."""
    world = played(steps)
    whole = State()
    for state in world.states.values():
        whole = whole.join(state)
    for key, value in world.made:
        held = value in values(whole.entries[key])
        assert held or (key, value) in world.replaced


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_a_join_is_commutative_associative_and_idempotent(steps: list[tuple[str, ...]]) -> None:
    """The three laws hold for states that edits and exchanges can lead to."""
    one, two, three = played(steps).states.values()
    assert one.join(two) == two.join(one)
    assert one.join(two).join(three) == one.join(two.join(three))
    assert one.join(one) == one


def test_an_edit_that_knew_the_conflict_ends_it() -> None:
    """Two servers disagree until one of them, or anybody who has heard both, says what holds."""
    base = State().edited("a", "nurse", VALUES[0])
    left, right = base.edited("a", "nurse", VALUES[1]), base.edited("b", "nurse", VALUES[2])
    both = left.join(right)
    assert sorted(both.conflicts()["nurse"]) == sorted([VALUES[1], VALUES[2]])
    settled = both.edited("c", "nurse", VALUES[2])
    assert settled.conflicts() == {}
    assert left.join(settled).join(right) == settled


def test_saying_the_same_is_no_conflict() -> None:
    """Servers that make the same edit at the same time agree."""
    left, right = State().edited("a", "nurse", VALUES[0]), State().edited("b", "nurse", VALUES[0])
    both = left.join(right)
    assert both.conflicts() == {}
    assert both.winners() == {"nurse": VALUES[0]}


def test_the_shorter_stay_wins_until_somebody_decides() -> None:
    """Of two versions, that which opens the record for less time is shown, whoever said it."""
    longer, shorter = said("2026-12-31"), said("2026-02-01")
    entry = frozenset({edition("a", {"a": 1}, longer), edition("b", {"b": 1}, shorter)})
    assert winner(entry) == shorter
    assert winner(entry | {edition("c", {"c": 1}, said(None))}) == shorter


def test_an_edition_that_was_followed_is_forgotten() -> None:
    """Joining keeps no edition that another follows."""
    old, new = edition("a", {"a": 1}, VALUES[0]), edition("b", {"a": 1, "b": 1}, VALUES[1])
    assert joined(frozenset({old}), frozenset({new})) == frozenset({new})
