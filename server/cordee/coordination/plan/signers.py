"""Who may sign a plan: the members of the person's circle, at that moment.

https://hl7.org/fhir/R4/careteam-definitions.html#CareTeam.participant
"""

from cordee.coordination.circle import circle_of
from cordee.coordination.membership import present
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import Reader

ROLE = "PractitionerRole"


async def is_member(services: Services, reader: Reader, whose: str, who: str) -> bool:
    """Tell whether `who` ("PractitionerRole/1") takes part now in the circle of a person.

    So do the professional behind a member's role, and a role of that professional or within a
    structure that is a member.
    """
    circle = await circle_of(services, reader, whose)
    now = int(services.clock().timestamp() * 1000)
    members = {stay["member"].get("reference", "") for stay in present(circle or {}, now)}
    if who in members:
        return True
    roles = [name.partition("/")[2] for name in {who, *members} if name.startswith(f"{ROLE}/")]
    found = await reader.read_many([(ROLE, id) for id in sorted(roles)])
    stands = {f"{ROLE}/{id}": _stands_for(json.parse(v.body)) for (_, id), v in found.items()}
    persons = {stands[name][0] for name in members if name in stands} | members
    persons.discard("")
    return who in persons or bool(set(stands.get(who, ())) & persons)


async def national_identifiers(reader: Reader, who: str) -> frozenset[str]:
    """Give the identifiers of a person, or of the person behind a role."""
    type, _, id = who.partition("/")
    version = await reader.read(type, id) if id else None
    if version is None or version.deleted:
        return frozenset()
    resource = json.parse(version.body)
    if type == ROLE and (person := _stands_for(resource)[0]):
        return await national_identifiers(reader, person)
    return frozenset(each["value"] for each in resource.get("identifier", ()) if "value" in each)


def _stands_for(role: Resource) -> tuple[str, str]:
    """Give the professional and the structure of a role, empty where it names none."""
    professional, structure = (
        role.get(name, {}).get("reference", "") for name in ("practitioner", "organization")
    )
    return professional, structure
