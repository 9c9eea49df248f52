"""Whom two servers both know: asked by INS, of persons whose identity is qualified.

Who asks names its persons to the peer, and learns which of them the peer knows; the peer keeps
nothing of the others. Nobody who opposes the sharing of their circle is named, or known.

Defined by us: `https://cordee.example/fhir/OperationDefinition/CareTeam-meet`.
https://hl7.org/fhir/R4/operations.html
"""

from collections.abc import Collection, Iterable
from functools import partial

from cordee.access import consent
from cordee.access.caller import ANONYMOUS, Caller
from cordee.access.period import Clock
from cordee.access.provision import Eyes
from cordee.definitions.repository import Repository
from cordee.errors import Category, FhirError
from cordee.federation.circle_record import persons, share
from cordee.federation.member import Element, Name, identifier
from cordee.federation.peer import Federation, Peer
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import OperationEntry, Services
from cordee.operations.parameters import Arguments
from cordee.operations.registry import OWN, entry
from cordee.resource.types import Resource
from cordee.search.filter import NOTHING
from cordee.store.port import Reader
from cordee.validation.french.systems import REAL_INS, TRIAL_INS

MOST = 200
"""Persons asked about at once."""


def federation_operations(
    repository: Repository, federation: Federation | None
) -> tuple[OperationEntry, ...]:
    """Give the operations that peers call; none where there are no peers."""
    if federation is None:
        return ()
    return (entry(repository, OWN + "CareTeam-meet", partial(meet, federation)),)


async def meet(federation: Federation, services: Services, request: Request) -> Response:
    """Give those of the persons named whom this server knows, too; their circles are shared.

    Raises FORBIDDEN for who is no peer, INVALID for what is no INS.
    """
    arguments = Arguments(request)
    peer = asking(federation, request.caller, arguments.text("server"))
    names = [_ins(each) for each in arguments.all("person")]
    if len(names) > MOST:
        raise FhirError(Category.TOO_COSTLY, f"At most {MOST} persons can be named at once")
    known = await sharing(services, services.store, names)
    for ins, person in known.items():
        await share(services, person, ins, peer.name, federation.server)
    return Response(
        200,
        resource=_parameters("known", known),
        concerns=frozenset(person.partition("/")[2] for person in known.values()),
    )


def asking(federation: Federation, caller: Caller, named: str | None) -> Peer:
    """Give the peer that calls: it says who it is, and its token says so, too.

    Where nobody is authenticated, its word is enough. Raises FORBIDDEN.
    """
    peer = federation.peer(named or "")
    if peer is None:
        raise FhirError(Category.FORBIDDEN, "This operation is for the peers of this server")
    if caller == ANONYMOUS:
        return peer
    if caller.kind != "system" or peer.client is None or caller.subject != peer.client:
        raise FhirError(Category.FORBIDDEN, f"The caller is not the peer {peer.name}")
    return peer


async def sharing(services: Services, reader: Reader, names: list[Name]) -> dict[Name, str]:
    """Give whom of some persons this server knows and who do not oppose it, by INS."""
    known = await persons(services, reader, names)
    opposed = await opposing(services, reader, known.values())
    return {ins: person for ins, person in known.items() if person not in opposed}


async def opposing(services: Services, reader: Reader, patients: Collection[str]) -> set[str]:
    """Give those ("Patient/1") who let nobody in particular see their circle."""
    clock = Clock(int(services.clock().timestamp() * 1000))
    consents = await consent.oppositions(reader, list(patients))
    eyes = Eyes(frozenset(), clock, consent.CARE, services.terminology.family)
    rulings = consent.rulings(consents, eyes)
    return {ruling.patient for ruling in rulings if ruling.rule.denied("CareTeam") != NOTHING}


def asked(server: str, names: Iterable[Name]) -> Resource:
    """Make what a peer is asked with."""
    made = _parameters("person", names)
    rows = [{"name": "server", "valueString": server}, *made.get("parameter", ())]
    return made | {"parameter": rows}


def answered(answer: Resource, names: Collection[Name]) -> list[Name]:
    """Read an answer: those of the names asked about that the peer knows."""
    rows = answer.get("parameter", ())
    known = [row["valueIdentifier"] for row in rows if "valueIdentifier" in row]
    found = [(each.get("system"), each.get("value")) for each in known]
    return [name for name in names if name in found]


def _parameters(name: str, names: Iterable[Name]) -> Resource:
    rows = [{"name": name, "valueIdentifier": identifier(each)} for each in names]
    made: Resource = {"resourceType": "Parameters"}
    return made | ({"parameter": rows} if rows else {})


def _ins(given: Element) -> Name:
    system = given.get("system") if isinstance(given, dict) else None
    value = given.get("value") if isinstance(given, dict) else None
    if system not in REAL_INS | TRIAL_INS or not isinstance(value, str) or not value.isalnum():
        text = "person must be an INS"
        raise FhirError(Category.INVALID, text, expression="Parameters.parameter")
    return str(system), value
