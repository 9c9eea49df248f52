"""FHIR transaction: all entries of a Bundle or none.

The order is that of the specification: DELETE, POST, PUT and PATCH, GET. All of it is one write of
the store; what needs no database is done before it, so that it stays short.

https://hl7.org/fhir/R4/http.html#transaction
https://hl7.org/fhir/R4/http.html#trules
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from cordee.background import beside
from cordee.interactions import answer, bundle, conditional, identity, linking, update, visibility
from cordee.interactions import delete as deleting
from cordee.interactions.candidate import Candidate, authored, opened, permit
from cordee.interactions.change import Change
from cordee.interactions.commit import learned
from cordee.interactions.dispatch import audited, interaction, perform_in
from cordee.interactions.entry import Entry, at, entries_of, read, render
from cordee.interactions.exchange import Request, Response
from cordee.interactions.guard import settle
from cordee.interactions.identity import Write
from cordee.interactions.patch import prepared
from cordee.interactions.plan import Plan, given_id
from cordee.interactions.preparation import prepare
from cordee.interactions.resolution import resolve
from cordee.interactions.services import Services, Submission
from cordee.interactions.stamp import revision
from cordee.search.values import Extraction
from cordee.store.port import Method, Version, WriteSession

METHODS: dict[str, Method] = {"POST": "POST", "PUT": "PUT", "PATCH": "PATCH"}


async def transaction(services: Services, request: Request) -> Response:
    """Do every entry or none; answer in the order of the request.

    Raises the `FhirError` of the first entry that fails, its elements named from the Bundle.
    """
    begun = time.time()
    raw = entries_of(services, request)
    kind = _kind(services, request)
    if kind is not None:
        request = await kind.admit(services, request)
        raw = entries_of(services, request)
    entries = [read(request, index, item) for index, item in enumerate(raw)]
    for entry in entries:
        with at(entry):
            interaction(services, entry)
    plan = Plan.of(services, entries)
    ready = None
    if not plan.open:
        ready = await beside(request.size, partial(prepare, services, plan.fresh()))

    async def work(session: WriteSession) -> Attempt:
        attempt = Attempt(services, session, plan, plan.fresh(), ready, request.size)
        await attempt.run()
        if kind is not None:
            attempt.after = await kind.follow(services, session, request, attempt.answers)
        return attempt

    done = await services.store.write(work)
    deleting.forget(services, [version for _, version in done.removed])
    for write in plan.writes:
        learned(services, done.answers[write.entry.index])
    acts = [
        act
        for entry in entries
        for act in audited(services, entry, begun, done.answers[entry.index])
    ]
    await services.audit.record(*acts)
    if done.after is not None:
        await done.after()
    shown = (render(entry, done.answers[entry.index]) for entry in entries)
    return Response(200, body=bundle.assemble("transaction-response", shown))


def _kind(services: Services, request: Request) -> Submission | None:
    """Find what asks for more of a transaction that claims to be of a kind."""
    body = request.body
    if not isinstance(body, dict):
        return None
    return next((each for each in services.submissions if each.concerns(body)), None)


@dataclass(slots=True)
class Attempt:
    """One run of a transaction through a session of the store."""

    services: Services
    session: WriteSession
    plan: Plan
    writes: tuple[Write, ...]
    ready: dict[int, Candidate] | None
    """The candidates, where they do not depend on what the database holds."""
    size: int
    """Bytes of the Bundle."""
    current: dict[tuple[str, str], Version] = field(default_factory=dict)
    removed: list[tuple[Entry, Version]] = field(default_factory=list)
    answers: dict[int, Response] = field(default_factory=dict)
    after: Callable[[], Awaitable[None]] | None = None
    """What is to be done once it is committed."""

    async def run(self) -> None:
        """Do everything; the answers are then in `answers`, by entry index."""
        for key in self.plan.lock_keys:
            await self.session.lock(key)
        keys = self.plan.keys
        if keys:
            known = await self.session.read_many(keys, deleted=True)
            self.current = await visibility.among(
                self.services, self.session, self.plan.caller, known
            )
        await self._delete()
        await self._match()
        gone = [(entry, f"{version.type}/{version.id}") for entry, version in self.removed]
        identity.check_distinct(self.writes, gone)
        candidates = self.ready if self.ready is not None else await self._prepare()
        await self._write(candidates)
        await self._check_links(candidates)
        await self._settle(candidates)
        await self._read()

    async def _delete(self) -> None:
        for entry, criteria in self.plan.deletes:
            request = entry.request
            with at(entry):
                if criteria is not None:
                    gone = await deleting.remove_matching(
                        self.services, self.session, request, criteria
                    )
                else:
                    name = f"{request.type}/{request.id}"
                    version = self.current.get((request.type or "", request.id or ""))
                    one = await deleting.remove(self.services, self.session, request, version, name)
                    gone = (one,) if one else ()
            self.removed += [(entry, version) for version in gone]
            self.answers[entry.index] = deleting.answer_for(request, gone)

    async def _match(self) -> None:
        """Answer the criteria of conditional entries, and say what each entry follows."""
        for write in self.writes:
            with at(write.entry):
                if write.criteria is None:
                    write.current = self.current.get((write.type, write.id or ""))
                else:
                    await self._match_one(write, write.criteria)
        identity.check_criteria(self.writes)

    async def _match_one(self, write: Write, criteria: conditional.Criteria) -> None:
        caller = write.request.caller
        found = await conditional.sole_match(self.services, self.session, caller, criteria)
        if write.entry.method == "POST":
            write.matched = found
            write.id = found.id if found else write.id
        elif write.entry.method == "PATCH":
            write.current = found
            write.id = found.id if found else None
        else:
            given = given_id(write)
            write.id = conditional.updated_id(write.type, found, given) or write.id
            write.current = found or self.current.get((write.type, write.id or ""))
            if found is None:
                conditional.refuse_unmatched(write.current)

    async def _prepare(self) -> dict[int, Candidate]:
        found = await resolve(self.services, self.session, self.writes, self.plan.references)
        made = partial(prepare, self.services, self.writes, found)
        return await beside(self.size, made)

    async def _write(self, candidates: dict[int, Candidate]) -> None:
        items: list[tuple[Version, Extraction]] = []
        fresh = self._fresh()
        for write in self.writes:
            entry = write.entry
            if write.matched is not None:
                self.answers[entry.index] = answer.matched(write.matched)
                continue
            with at(entry):
                await self._open(write, candidates.get(entry.index), fresh)
                new = await self._checked(write, candidates)
            moment = self.services.clock()
            method = METHODS[entry.method]
            version = revision(new.resource, new.id, write.current, moment, method)
            if write.current is None:
                version = authored(self.services, write.request, version, new)
            items.append((version, new.extraction))
            created = write.current is None or write.current.deleted
            told = answer.written(
                version, 201 if created else 200, new.extraction, new.issues, write.current
            )
            self.answers[entry.index] = visibility.shown(
                self.services, write.request.caller, version, new.extraction, told
            )
        if items:
            await self.session.put_many(items)

    def _fresh(self) -> frozenset[str]:
        """Give the patients that this transaction brings."""
        return frozenset(
            f"Patient/{each.id}"
            for each in self.writes
            if each.type == "Patient" and each.is_fresh and each.matched is None
        )

    async def _open(self, write: Write, new: Candidate | None, fresh: frozenset[str]) -> None:
        """Let the caller open the records of the patients that this transaction brings."""
        if new is None:
            return
        write.request = await opened(
            self.services, self.session, write.request, new.extraction, fresh
        )

    async def _checked(self, write: Write, candidates: dict[int, Candidate]) -> Candidate:
        """Give the candidate of an entry after the checks that depend on the current version."""
        index, request = write.entry.index, write.request
        if write.entry.method == "PATCH":
            if write.current is None:
                if write.criteria is not None:
                    raise conditional.unmatched(write.criteria)
                raise answer.not_found(write.type, write.id or "")
            candidates[index] = await prepared(self.services, request, write.current)
            return candidates[index]
        new = candidates[index]
        if write.entry.method == "PUT":
            update.check(self.services, request, new, write.current, fresh=write.is_fresh)
        else:
            permit(self.services, request, "create", new.type, lambda: (new.extraction,))
        return new

    async def _check_links(self, candidates: dict[int, Candidate]) -> None:
        for write in self.writes:
            new = candidates.get(write.entry.index)
            if new is not None:
                with at(write.entry):
                    await linking.check_integrity(
                        self.services, self.session, write.request, new.resource
                    )
        gone = [version for _, version in self.removed]
        await linking.check_unreferenced(self.services, self.session, self.plan.caller, gone)

    async def _settle(self, candidates: dict[int, Candidate]) -> None:
        for write in self.writes:
            new = candidates.get(write.entry.index)
            if new is not None:
                change = Change(new.type, new.id, write.current, new.resource)
                with at(write.entry):
                    await settle(self.services, self.session, write.entry.request, (change,))

    async def _read(self) -> None:
        for entry in self.plan.reads:
            with at(entry):
                self.answers[entry.index] = await perform_in(self.services, self.session, entry)
