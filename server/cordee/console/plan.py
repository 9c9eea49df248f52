"""The plan of a record on a line of time, and its referrals on a board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any

from cordee.console.page import text_of

BOARD = {
    "asked": frozenset({"draft", "requested", "received", "proposed"}),
    "accepted": frozenset({"accepted", "ready", "active", "on-hold"}),
    "going": frozenset({"in-progress"}),
    "done": frozenset({"completed", "cancelled", "rejected", "failed", "revoked"}),
}
"""Column → statuses of Task and ServiceRequest that stand in it."""

ROW = 34
LABELS = 7
"""Months named at most: more would run into one another."""
SOON = 7
"""Days before its term in which an activity is due soon."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the timeline; `x` and `width` are thousandths of its whole, `y` is in pixels."""

    title: str
    kind: str
    state: str
    begin: str
    end: str
    who: str
    reference: str
    x: int
    width: int
    y: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars between two days; `today` and the months' ticks are in thousandths."""

    bars: tuple[Bar, ...]
    today: int
    ticks: tuple[tuple[int, str], ...]
    height: int


@dataclass(frozen=True, slots=True)
class Card:
    """A referral or a task on the board."""

    title: str
    who: str
    when: str
    urgent: bool
    reference: str


def states(progress: Mapping[str, Any] | None) -> dict[str, tuple[str, str]]:
    """Read `$progress`: reference → state and term."""
    found = {}
    for row in (progress or {}).get("parameter", ()):
        if row.get("name") == "activity":
            parts = {part["name"]: part for part in row.get("part", ())}
            reference = parts.get("reference", {}).get("valueReference", {}).get("reference", "")
            state = parts.get("state", {}).get("valueCode", "open")
            found[str(reference)] = (state, str(parts.get("term", {}).get("valueDateTime", "")))
    return found


def timeline(
    resources: Sequence[Mapping[str, Any]],
    known_states: Mapping[str, tuple[str, str]],
    today: date,
) -> Timeline:
    """Place goals, tasks, referrals and appointments between their days."""
    rows = [row for one in resources if (row := _row(one, known_states, today)) is not None]
    rows.sort(key=lambda row: (row[1], row[2]))
    first = min([today - timedelta(days=30), *(row[1] for row in rows)])
    first = max(first, today - timedelta(days=730))
    last = max([today + timedelta(days=45), *(row[2] for row in rows)])
    last = min(last, today + timedelta(days=730))
    whole = (last - first).days or 1

    def place(moment: date) -> int:
        return min(1000, max(0, (moment - first).days * 1000 // whole))

    bars = tuple(
        Bar(
            **said,
            x=place(begin),
            width=max(6, place(end) - place(begin)),
            y=34 + ROW * number,
        )
        for number, (said, begin, end) in enumerate(rows)
    )
    ticks = tuple((place(month), month.isoformat()[:7]) for month in _months(first, last))
    return Timeline(bars, place(today), ticks, 44 + ROW * len(rows))


def _months(first: date, last: date) -> list[date]:
    months, moment = [], first.replace(day=1)
    while moment <= last:
        if moment >= first:
            months.append(moment)
        moment = (moment + timedelta(days=32)).replace(day=1)
    return months[:: max(1, ceil(len(months) / LABELS))]


def _row(
    one: Mapping[str, Any], known_states: Mapping[str, tuple[str, str]], today: date
) -> tuple[dict[str, str], date, date] | None:
    reference = f"{one['resourceType']}/{one.get('id')}"
    state, term = known_states.get(reference, ("", ""))
    begin, end = _days(one, term)
    if begin is None and end is None:
        return None
    begin = begin or end or today
    until = end or max(today, begin)
    said = {
        "title": title(one),
        "kind": str(one["resourceType"]),
        "state": _goal_state(one) or state or _state(one, end, today),
        "begin": begin.isoformat(),
        "end": end.isoformat() if end else "",
        "who": who(one),
        "reference": reference,
    }
    return said, begin, max(begin, until)


def _state(one: Mapping[str, Any], end: date | None, today: date) -> str:
    """Tell the state of what `$progress` does not speak of, by the same words."""
    status = str(one.get("status", ""))
    if status in BOARD["done"]:
        return "done" if status == "completed" else "ended"
    if one["resourceType"] == "Appointment" or end is None:
        return "open"
    if end < today:
        return "late"
    return "due" if end <= today + timedelta(days=SOON) else "open"


def _goal_state(one: Mapping[str, Any]) -> str:
    if one["resourceType"] != "Goal":
        return ""
    return "done" if one.get("lifecycleStatus") == "completed" else "goal"


def _days(one: Mapping[str, Any], term: str) -> tuple[date | None, date | None]:
    restriction = one.get("restriction", {}).get("period", {})
    period = one.get("occurrencePeriod") or one.get("executionPeriod") or restriction
    begin = one.get("startDate") or one.get("start") or period.get("start")
    begin = begin or one.get("authoredOn")
    targets = [row["dueDate"] for row in one.get("target", ()) if "dueDate" in row]
    end = term or (targets[0] if targets else None) or one.get("end") or period.get("end")
    return _day(begin), _day(end or one.get("occurrenceDateTime"))


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def title(one: Mapping[str, Any]) -> str:
    """Give what an activity is called."""
    said = one.get("description")
    if isinstance(said, dict):
        return text_of(said)
    concept = one.get("code") or next(iter(one.get("serviceType", ())), None)
    return str(said or text_of(concept) or one["resourceType"])


def who(one: Mapping[str, Any]) -> str:
    """Give who is to do it."""
    rows = [one.get("owner"), *one.get("performer", ())]
    actors = [row.get("actor") or {} for row in one.get("participant", ())]
    # Whom an appointment is about is known on their own page.
    rows += [row for row in actors if not str(row.get("reference", "")).startswith("Patient/")]
    return next((str(row["display"]) for row in rows if row and row.get("display")), "")


def board(resources: Sequence[Mapping[str, Any]]) -> dict[str, list[Card]]:
    """Sort referrals and tasks into columns."""
    columns: dict[str, list[Card]] = {name: [] for name in BOARD}
    for one in resources:
        status = str(one.get("status", ""))
        column = next((name for name, codes in BOARD.items() if status in codes), "asked")
        columns[column].append(
            Card(
                title(one),
                who(one),
                str(one.get("authoredOn", "")),
                one.get("priority") in {"urgent", "asap", "stat"},
                f"{one['resourceType']}/{one.get('id')}",
            )
        )
    return columns
