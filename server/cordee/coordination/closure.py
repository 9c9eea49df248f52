"""A dossier that is closed is read-only.

A person's dossier is their EpisodeOfCare. Once every one of them is over, what the circle writes in
it can still be read but no longer changed, until one is opened again. The administrative record
(Patient, RelatedPerson) and clinical findings of other sources stay free.

https://hl7.org/fhir/R4/episodeofcare.html
"""

from collections.abc import Iterable, Sequence

from cordee.coordination.question import matching, named
from cordee.errors import Category, FhirError
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource.types import Resource
from cordee.search.filter import Reference
from cordee.store.port import Reader

OVER = frozenset({"finished", "cancelled"})
PEOPLE: dict[str, str] = {
    "Appointment": "participant",
    "CarePlan": "subject",
    "CareTeam": "subject",
    "Communication": "subject",
    "CommunicationRequest": "subject",
    "Flag": "subject",
    "Goal": "subject",
    "QuestionnaireResponse": "subject",
    "RequestGroup": "subject",
    "ServiceRequest": "subject",
    "Task": "for",
}
"""Type written by the circle -> the element that says about whom."""


def persons(resource: Resource | None) -> list[str]:
    """Give whom a resource of the circle is about: "Patient/1"."""
    if resource is None:
        return []
    element = resource.get(PEOPLE[resource["resourceType"]], {})
    rows = [row.get("actor", {}) for row in element] if isinstance(element, list) else [element]
    names = (row.get("reference", "") for row in rows)
    return [name for name in names if name.startswith("Patient/")]


async def closed(reader: Reader, people: Iterable[str]) -> dict[str, Resource]:
    """Give those of some persons ("Patient/1") whose dossier is closed, each with an episode."""
    asked = tuple(dict.fromkeys(people))
    if not asked:
        return {}
    episodes = await matching(reader, "EpisodeOfCare", Reference("patient", asked))
    shut: dict[str, Resource] = {}
    for one in episodes:
        shut.setdefault(whose(one), one)
    for one in episodes:
        if one.get("status") not in OVER:
            shut.pop(whose(one), None)
    return shut


def whose(episode: Resource) -> str:
    """Give whose dossier an EpisodeOfCare is."""
    name: str = episode["patient"]["reference"]
    return name.partition("/_history/")[0]


class OpenDossier:
    """Refuses to change what belongs to a closed dossier."""

    async def check(
        self,
        services: Services,
        reader: Reader,
        request: Request,
        changes: Sequence[Change],
    ) -> None:
        """Raise CONFLICT naming the first dossier that is closed."""
        people = [
            name for each in changes for name in (*persons(each.after), *persons(each.before))
        ]
        for person, episode in (await closed(reader, people)).items():
            which = await named(services, reader, request.caller, episode)
            text = f"The dossier of {person} is closed{which}: it can be read, not changed"
            raise FhirError(Category.CONFLICT, text, expression=changes[0].type)
