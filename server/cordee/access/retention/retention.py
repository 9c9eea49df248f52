"""Which records' time is over, and their removal, each with a line of the audit before it.

Nothing but what is in one person's record alone is ever removed: resources that are in another
person's record too stay, and so do AuditEvents, which tell what was.
"""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from cordee.access.audit.act import Act, Audit
from cordee.access.operator import operator
from cordee.access.retention.rules import Rules, Term
from cordee.resource import json
from cordee.search.filter import EVERYTHING
from cordee.store.port import Query, Store
from cordee.store.records import Holdings, Records

STAYS = frozenset({"AuditEvent"})
"""Types of the patient compartment that are not removed with a record, nor count as care."""


@dataclass(frozen=True, slots=True)
class Over:
    """A record whose time is over."""

    patient: str
    last_care: date
    term: Term
    holdings: Holdings


class Retention:
    """Examines all records of a store."""

    def __init__(self, store: Store, records: Records, rules: Rules) -> None:
        """Keep the ports and figures."""
        self._store = store
        self._records = records
        self._rules = rules

    async def over(self, today: date) -> AsyncIterator[Over]:
        """Give the records whose time is over on a day, in the order of their ids."""
        last: dict[str, int] = {}
        async for patient, moment in self._records.last_dates():
            last[patient] = max(moment, last.get(patient, moment))
        async for version in self._store.stream(Query(("Patient",), EVERYTHING)):
            known = last.get(version.id)
            care = _day(known) if known is not None else version.last_updated.date()
            term = self._rules.term(self._rules.life(json.parse(version.body), care))
            if term.until is not None and term.until <= today:
                yield Over(version.id, care, term, await self._records.holdings(version.id))

    async def remove(self, over: Over, audit: Audit) -> None:
        """Remove a record, once the audit says so."""
        now = time.time()
        act = Act(
            name="$retention",
            status=200,
            begun=now,
            ended=now,
            caller=operator(),
            type="Patient",
            id=over.patient,
            patients=(over.patient,),
            affects_state=True,
        )
        await audit.record(act)
        await self._records.remove(over.holdings)


def _day(milliseconds: int) -> date:
    seconds = min(max(milliseconds, -(2**35) * 1000), 2**37 * 1000) // 1000
    return datetime.fromtimestamp(max(seconds, -(2**33)), UTC).date()
