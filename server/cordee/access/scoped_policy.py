"""Scopes as a policy around another: what the token allows, of what the caller may.

https://hl7.org/fhir/smart-app-launch/STU2.1/scopes-and-launch-context.html
"""

from collections.abc import Collection
from functools import lru_cache

from cordee.access.caller import Caller
from cordee.access.policy import Action, Policy, Provisional, States, Veil
from cordee.access.scopes import WRITES, Scope, bounded, granted, patient_of
from cordee.errors import FhirError
from cordee.search.filter import (
    EVERYTHING,
    NOTHING,
    Filter,
    InCompartment,
    all_of,
    any_of,
)
from cordee.search.matching import matches, questions
from cordee.search.parse import parse_query
from cordee.search.registry import SearchRegistry
from cordee.search.values import Extraction
from cordee.store.port import Reader

SEEING = frozenset("rs")


class ScopedPolicy:
    """The inner policy's answer, and never more than the caller's scopes give."""

    def __init__(self, inner: Policy, registry: SearchRegistry) -> None:
        """Keep the inner policy, and what compiles the searches that narrow scopes."""
        self._inner = inner
        self._registry = registry
        self._limit = lru_cache(maxsize=8192)(self._compiled)

    async def prepare(self, caller: Caller) -> Caller:
        """Let the inner policy prepare."""
        return await self._inner.prepare(caller)

    def provisional(self, caller: Caller) -> Provisional | None:
        """Let the inner policy remember."""
        return self._inner.provisional(caller)

    def narrow(self, caller: Caller, type: str, filter: Filter) -> Filter:
        """Restrict to what both the scopes and the inner policy let the caller see."""
        seen = self._inner.narrow(caller, type, filter)
        if not bounded(caller):
            return seen
        limit = self._limit(_key(caller), type, SEEING)
        return seen if limit is EVERYTHING else all_of((seen, limit))

    def may(self, caller: Caller, action: Action, type: str, states: States) -> bool:
        """Allow what the scopes and the inner policy both allow."""
        if bounded(caller):
            limit = self._limit(_key(caller), type, frozenset(WRITES[action]))
            if limit is NOTHING:
                return False
            if limit is not EVERYTHING and not all(matches(limit, each) for each in states()):
                return False
        return self._inner.may(caller, action, type, states)

    async def opening(
        self, caller: Caller, reader: Reader, extraction: Extraction, fresh: Collection[str] = ()
    ) -> Caller:
        """Let the inner policy open records; what may be written there is bounded as ever."""
        return await self._inner.opening(caller, reader, extraction, fresh)

    def stamp(self, caller: Caller, type: str, extraction: Extraction) -> str | None:
        """Give the inner policy's stamp."""
        return self._inner.stamp(caller, type, extraction)

    def veil(self, caller: Caller) -> Veil | None:
        """Give the inner policy's veil."""
        return self._inner.veil(caller)

    def _compiled(self, caller: Caller, type: str, permissions: frozenset[str]) -> Filter:
        """Give what a caller's scopes let them reach of a type."""
        writing = permissions.isdisjoint(SEEING)
        parts = [
            self._reached(scope, caller, type, writing=writing)
            for scope in granted(caller, type, permissions)
        ]
        return EVERYTHING if EVERYTHING in parts else _sure(any_of(parts))

    def _reached(self, scope: Scope, caller: Caller, type: str, *, writing: bool) -> Filter:
        asked = self._asked(scope, type)
        if scope.level != "patient" or asked is NOTHING:
            return asked
        if "Patient" in self._registry.memberships(type):
            return all_of((InCompartment(patient_of(caller) or ""), asked))
        # Who and where is not in anybody's record: a patient's token may read it, never write it.
        return NOTHING if writing else asked

    def _asked(self, scope: Scope, type: str) -> Filter:
        if not scope.query:
            return EVERYTHING
        try:
            filter = parse_query(self._registry, type, scope.query, "strict").filter
        except FhirError:
            return NOTHING  # what cannot be understood grants nothing
        # So do chains, which a write cannot be held against, and what narrows nothing.
        return NOTHING if filter == EVERYTHING or any(questions(filter)) else filter


def _key(caller: Caller) -> Caller:
    """Give what of a caller the scopes depend on, so that answers can be kept."""
    patient = patient_of(caller)
    return Caller(kind=caller.kind, scopes=caller.scopes, patient=patient)


def _sure(filter: Filter) -> Filter:
    return NOTHING if filter == NOTHING else EVERYTHING if filter == EVERYTHING else filter
