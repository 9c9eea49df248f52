"""Criteria of conditional interactions, and what the number of matches means.

Sessions that ask the same question, or for the same identifier, lock the same key before they
search, so two racing clients never create two resources.

https://hl7.org/fhir/R4/http.html#ccreate
https://hl7.org/fhir/R4/http.html#cond-update
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from cordee.access.caller import Caller
from cordee.access.narrowing import narrow
from cordee.errors import Category, FhirError
from cordee.interactions.services import Services
from cordee.search.canonical_form import canonical_form
from cordee.search.filter import EVERYTHING, AllOf, Filter, Token
from cordee.search.parse import parse_query
from cordee.store.port import Query, Reader, Version, WriteSession

Pairs = tuple[tuple[str, str], ...]

# They say how to answer, not what to look for.
_ANSWER = frozenset(("_format", "_pretty", "_summary", "_elements", "_count", "_sort", "_total"))


@dataclass(frozen=True, slots=True)
class Criteria:
    """A question about one type.

    `key` is its canonical form, the same however the question is spelled; `text` is as asked.
    """

    type: str
    filter: Filter
    key: str
    text: str

    @property
    def locks(self) -> tuple[str, ...]:
        """The keys to lock, in order: the identifiers asked for, else the whole question.

        One client may ask for more than another and still mean the same person.
        """
        parts = self.filter.children if isinstance(self.filter, AllOf) else (self.filter,)
        named = {
            f"{self.type}?{canonical_form(part)}"
            for part in parts
            if isinstance(part, Token) and part.index == "identifier" and part.code
        }
        return tuple(sorted(named)) or (self.key,)


def pairs(query: str) -> Pairs:
    """Split a URL query, percent-encoding undone."""
    return tuple(parse_qsl(query.removeprefix("?"), keep_blank_values=True))


def query_of(type: str, text: str) -> Pairs:
    """Split the query of `If-None-Exist`; some clients write `Patient?` or the URL before it."""
    before, mark, after = text.partition("?")
    bare = mark and "=" not in before and before.rpartition("/")[2] in ("", type)
    return pairs(after if bare else text)


def criteria(services: Services, type: str, query: Pairs) -> Criteria:
    """Read criteria strictly: what is not understood must not widen a conditional write.

    Raises PRECONDITION_FAILED when nothing restricts the search, INVALID for bad parameters.
    """
    asked = [(name, value) for name, value in query if name not in _ANSWER]
    parsed = parse_query(services.registry, type, asked, "strict")
    if not asked or parsed.filter == EVERYTHING:
        text = f"The criteria on {type} are not selective enough: they match everything"
        raise FhirError(Category.PRECONDITION_FAILED, text)
    return Criteria(type, parsed.filter, parsed.key, f"{type}?{urlencode(asked, safe=',:/')}")


async def lock(session: WriteSession, asked: Criteria) -> None:
    """Wait for racing sessions with criteria about the same; must come before the search."""
    for key in asked.locks:
        await session.lock(key)


async def matching(
    services: Services, reader: Reader, caller: Caller, asked: Criteria, *, limit: int | None = 2
) -> tuple[Version, ...]:
    """Give up to `limit` resources that match and that the caller may see."""
    filter = narrow(services.policy, caller, (asked.type,), asked.filter)
    page = await reader.search(Query((asked.type,), filter, count=limit))
    return page.matches


async def sole_match(
    services: Services, reader: Reader, caller: Caller, asked: Criteria
) -> Version | None:
    """Give the only match, or None; raises MULTIPLE_MATCHES for several."""
    found = await matching(services, reader, caller, asked)
    if len(found) > 1:
        raise several(asked)
    return found[0] if found else None


def several(asked: Criteria) -> FhirError:
    """Say that criteria match more than one resource."""
    text = f"The criteria {asked.text} match more than one resource"
    return FhirError(Category.MULTIPLE_MATCHES, text)


def unmatched(asked: Criteria) -> FhirError:
    """Say that criteria match nothing."""
    return FhirError(Category.NOT_FOUND, f"Nothing matches {asked.text}")


def updated_id(type: str, found: Version | None, given: str | None) -> str | None:
    """Give the id a conditional update writes to: the match's, else the body's, else None.

    Raises INVALID when the body names another resource than the match.
    """
    if found is None:
        return given
    if given is not None and given != found.id:
        text = f"The criteria match {type}/{found.id}, but the resource says its id is {given}"
        raise FhirError(Category.INVALID, text, expression="id")
    return found.id


def refuse_unmatched(current: Version | None) -> None:
    """Raise CONFLICT if an update-as-create would overwrite a resource that does not match."""
    if current is not None and not current.deleted:
        text = f"{current.type}/{current.id} exists but does not match the criteria"
        raise FhirError(Category.CONFLICT, text, expression="id")
