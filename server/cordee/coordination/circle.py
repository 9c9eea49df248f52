"""The *cercle de soins*: one a person, also while two records of theirs are being merged.

Only CareTeams that claim the national profile are circles; others stay free. A circle that is
closed (`inactive`) or was an error makes room for another.

https://hl7.org/fhir/R4/careteam.html
"""

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from cordee.coordination.question import found, named
from cordee.errors import Category, FhirError
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource import canonical, json
from cordee.resource.types import Resource
from cordee.store.port import Reader, WriteSession

PROFILE = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam"
MERGED = frozenset({"replaces", "replaced-by"})
"""Links between the records that a merge made one person's."""
OVER = frozenset({"inactive", "entered-in-error"})


def is_circle(team: Resource) -> bool:
    """Tell whether a CareTeam claims to be a circle of care."""
    claimed = team.get("meta", {}).get("profile", ())
    return any(canonical.split(url)[0] == PROFILE for url in claimed)


def is_living(team: Resource | None) -> bool:
    """Tell whether a CareTeam is a circle that keeps others away."""
    return team is not None and is_circle(team) and team.get("status") not in OVER


def person(team: Resource) -> str | None:
    """Give whose circle it is: "Patient/1", or None if the reference says nothing."""
    reference: str | None = team.get("subject", {}).get("reference")
    return reference


async def circle_of(services: Services, reader: Reader, whose: str) -> Resource | None:
    """Give the active circle of a person ("Patient/1"), else another active team of theirs."""
    teams = await found(services, reader, "CareTeam", f"subject={whose}&status=active")
    return next(filter(is_circle, teams), next(iter(teams), None))


class OneCircle:
    """Refuses a second living circle of a person, and names the first."""

    def concerns(self, change: Change) -> bool:
        """Look only where a circle begins to live: made, opened again, or given to somebody."""
        if not is_living(change.after):
            return False
        assert change.after is not None
        before = change.before
        return not (is_living(before) and before and person(before) == person(change.after))

    async def follow(
        self,
        services: Services,
        session: WriteSession,
        request: Request,
        change: Change,
    ) -> Sequence[Resource]:
        """Raise CONFLICT if the person has another living circle; nothing follows."""
        assert change.after is not None
        whose = person(change.after)
        if whose is None:
            return ()
        people = await one_person(session, whose)
        await lock(session, people)
        for team in await living(services, session, people):
            if team["id"] != change.id:
                which = await named(services, session, request.caller, team)
                text = (
                    f"{person(team)} has a circle of care already{which}: "
                    "change that one, or end it first (status inactive)"
                )
                raise FhirError(Category.CONFLICT, text, expression="CareTeam.subject")
        return ()


async def lock(session: WriteSession, people: Iterable[str]) -> None:
    """Let nobody else begin a circle of some persons ("Patient/1") meanwhile."""
    for whose in sorted(set(people)):
        await session.lock(f"circle {whose}")


async def living(services: Services, reader: Reader, people: Iterable[str]) -> list[Resource]:
    """Give the living circles of some persons ("Patient/1")."""
    subjects = quote(",".join(people))
    query = f"subject={subjects}&_profile:below={quote(PROFILE)}"
    return [team for team in await found(services, reader, "CareTeam", query) if is_living(team)]


async def one_person(reader: Reader, whose: str) -> tuple[str, ...]:
    """Give all records of a person: the one named ("Patient/1"), and those merged with it."""
    known, open = {whose: None}, [whose]
    while open:
        found = await reader.read("Patient", open.pop().partition("/")[2])
        if found is None or found.deleted:
            continue
        for row in json.parse(found.body).get("link", ()):
            other = row.get("other", {}).get("reference", "")
            if row.get("type") in MERGED and other.startswith("Patient/") and other not in known:
                known[other] = None
                open.append(other)
    return tuple(known)
