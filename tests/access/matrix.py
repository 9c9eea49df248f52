"""The rules of access written a second time, plainly: who stands how to whom, and what follows.

Nothing here is taken from the product. The same tables make the data that a server is given and the
answers that it must give.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from cordee.access.caller import Caller, Perimeter

LABELS = (
    None,
    "MASQUE_PS",
    "MASQUE_PSOCIAL",
    "MASQUE_PT",
    "INVISIBLE_PATIENT",
    "INVISIBLE_REPRESENTANTS_LEGAUX",
)
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "Observation": ("Observation", {"status": "final", "code": {"text": "poids"}}),
    "Condition": ("Condition", {}),
    "CarePlan": ("CarePlan", {"status": "active", "intent": "plan"}),
    "Communication": ("Communication", {"status": "completed"}),
    "Flag": ("Flag", {"status": "active", "code": {"text": "alerte"}}),
    "QuestionnaireResponse": ("QuestionnaireResponse", {"status": "completed"}),
    "note": (
        "DocumentReference",
        {
            "status": "current",
            "type": {
                "coding": [
                    {
                        "system": "https://mos.esante.gouv.fr/NOS/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote",
                        "code": "OBS",
                    }
                ]
            },
            "content": [{"attachment": {"title": "note"}}],
        },
    ),
    "letter": (
        "DocumentReference",
        {
            "status": "current",
            "type": {"coding": [{"system": "http://loinc.org", "code": "11490-0"}]},
            "content": [{"attachment": {"title": "lettre"}}],
        },
    ),
    "trace": (
        "AuditEvent",
        {
            "type": {"code": "rest"},
            "recorded": "2026-01-01T00:00:00Z",
            "agent": [{"requestor": True, "who": {"display": "x"}}],
            "source": {"observer": {"display": "y"}},
        },
    ),
}
"""Kind → type and content; `note` and `letter` are documents for the circle and for doctors."""

SOCIAL = ("CarePlan", "Communication", "Flag", "QuestionnaireResponse", "note")
"""Kinds that a purely social professional sees, as far as labels allow."""
KEPT_FROM: dict[str, tuple[str, ...]] = {
    "health": ("MASQUE_PS",),
    "medico-social": ("MASQUE_PS", "MASQUE_PSOCIAL"),
    "social": ("MASQUE_PSOCIAL",),
    "unsaid": ("MASQUE_PS", "MASQUE_PSOCIAL"),
    "patient": ("INVISIBLE_PATIENT",),
    "guardian": ("INVISIBLE_REPRESENTANTS_LEGAUX",),
    "relative": ("MASQUE_PT", "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX"),
}
ADDED_BY_PERSONS = ("Observation", "Communication", "QuestionnaireResponse", "note", "letter")
ADDED_BY_RELATIVES = ("Communication", "QuestionnaireResponse", "note", "letter")
HANDED_IN = ("QuestionnaireResponse",)
PERMITTED = ("Observation", "note", "letter")
"""Kinds of the classes that the consents for outsiders name, and the opposition to a part."""

PATIENTS = ("p", "r", "q")
"""One with a circle; one who opposed all sharing, with the same circle; one without a circle."""


@dataclass(frozen=True)
class Actor:
    """Who asks: `stands` tells how to the patients p and r, `as_` what they see as."""

    name: str
    caller: Caller
    stands: str
    as_: str


def _professional(
    name: str, stands: str, perimeter: Perimeter | None = "health", *, by: str = "PractitionerRole"
) -> Actor:
    own = f"{by}/{name}@"
    caller = Caller(
        subject=f"{name}@",
        issuer="https://id.example",
        kind="professional",
        perimeter=perimeter,
        references=() if by == "Organization" else (own,),
        organizations=(own,) if by == "Organization" else (),
    )
    return Actor(name, caller, stands, perimeter or "unsaid")


def _person(name: str, kind: Any, reference: str, stands: str, as_: str) -> Actor:
    return Actor(name, Caller(subject=f"{name}@", kind=kind, references=(reference,)), stands, as_)


ACTORS = (
    _professional("doctor", "member"),
    _professional("person", "member", by="Practitioner"),
    _professional("structure", "member", by="Organization"),
    _professional("educator", "member", "medico-social"),
    _professional("social", "member", "social"),
    _professional("unsaid", "member", None),
    _professional("former", "ended"),
    _professional("next", "future"),
    _professional("closed", "closed"),
    _professional("nobody", "none"),
    _professional("nobody-social", "none", "social"),
    _professional("refused", "refused"),
    _professional("permitted", "permitted"),
    _professional("lapsed", "none"),
    _professional("delegated", "permitted", by="Organization"),
    _professional("partly", "partly"),
    _professional("urgent", "urgent"),
    _person("patient", "patient", "Patient/p@", "self", "patient"),
    _person("patient-r", "patient", "Patient/r@", "self-r", "patient"),
    _person("guardian", "relative", "RelatedPerson/guardian@", "guardian", "guardian"),
    _person("neighbour", "relative", "RelatedPerson/neighbour@", "member", "relative"),
    _person("stranger", "relative", "RelatedPerson/stranger@", "none", "relative"),
    Actor(
        "software",
        Caller(subject="s@", kind="system", scopes=frozenset(("system/*.cruds",))),
        "everything",
        "",
    ),
    Actor("nameless", Caller(), "none", ""),
)

MEMBERS = [
    actor.caller.references[0] if actor.caller.references else actor.caller.organizations[0]
    for actor in ACTORS
    if actor.stands in ("member", "refused", "partly")
]


@dataclass(frozen=True)
class Thing:
    """One resource that is asked for."""

    kind: str
    label: str | None
    patient: str

    @property
    def type(self) -> str:
        """Its resource type."""
        return KINDS[self.kind][0]

    @property
    def id(self) -> str:
        """Its id."""
        return f"{self.kind.lower()}-{(self.label or 'plain').replace('_', '-')}-{self.patient}@"

    def resource(self) -> dict[str, Any]:
        """Make it."""
        type, rest = KINDS[self.kind]
        made: dict[str, Any] = {"resourceType": type, "id": self.id} | rest
        who = {"reference": f"Patient/{self.patient}@"}
        if type == "AuditEvent":
            made["entity"] = [{"what": who}]
        else:
            made["subject"] = who
        if self.label and self.kind == "note":
            made["securityLabel"] = [{"coding": [{"code": self.label}]}]
        elif self.label:
            made["meta"] = {"security": [{"system": "urn:labels", "code": self.label}]}
        return made


THINGS = [
    Thing(kind, label, patient)
    for kind, label, patient in product(KINDS, LABELS, PATIENTS)
    if patient == "p" or label is None
]


def way(actor: Actor, patient: str) -> str | None:
    """Tell how an actor has come to a record: reading and writing, reading, or not at all."""
    if actor.stands == "everything":
        return "write"
    table = {
        ("member", "p"): "write",
        ("self", "p"): "write",
        ("self-r", "r"): "write",
        ("guardian", "p"): "write",
        ("urgent", "p"): "read",
        ("urgent", "r"): "read",
        ("permitted", "p"): "permit",
        ("partly", "p"): "write",
    }
    return table.get((actor.stands, patient))


def sees(actor: Actor, thing: Thing) -> bool:
    """Tell whether an actor sees a thing."""
    found = way(actor, thing.patient)
    if found is None or actor.stands == "everything":
        return found is not None
    if thing.kind == "trace":
        return actor.as_ in ("patient", "guardian") and thing.label not in KEPT_FROM[actor.as_]
    if found == "permit" and thing.kind not in PERMITTED:
        return False
    if actor.stands == "partly" and thing.kind in PERMITTED:
        return False
    narrow = actor.as_ in ("social", "unsaid", "relative")
    if narrow and thing.kind not in SOCIAL:
        return False
    return thing.label not in KEPT_FROM[actor.as_]


def adds(actor: Actor, kind: str, patient: str) -> bool:
    """Tell whether an actor may add a thing of a kind to a record."""
    if actor.stands == "everything":
        return True
    if kind == "trace" or actor.name == "nameless":
        return False
    shut = actor.stands == "partly" and kind in PERMITTED
    if kind in HANDED_IN or way(actor, patient) != "write" or shut:
        return kind in HANDED_IN
    if actor.as_ in ("patient", "guardian"):
        return kind in ADDED_BY_PERSONS
    if actor.as_ == "relative":
        return kind in ADDED_BY_RELATIVES
    return actor.as_ not in ("social", "unsaid") or kind in (*SOCIAL, "letter")


def changes(actor: Actor, thing: Thing) -> int:
    """Tell how a server answers an update, by somebody else's hand, of a thing as it is."""
    if thing.kind == "trace":
        return 405 if sees(actor, thing) else 404
    if not sees(actor, thing):
        return 404
    if actor.as_ in ("patient", "guardian", "relative"):
        return 403
    return (
        200
        if adds(actor, thing.kind, thing.patient) and way(actor, thing.patient) == "write"
        else 403
    )


def record() -> Iterator[dict[str, Any]]:
    """Make the people, circles and consents that the table tells of."""
    ended: dict[str, Any] = {"period": {"start": "2020-01-01", "end": "2020-12-31"}}
    future = {"period": {"start": "2990-01-01"}}
    rows = [{"member": {"reference": name}, "period": {"start": "2020-01-01"}} for name in MEMBERS]
    rows.append({"member": {"reference": "PractitionerRole/former@"}} | ended)
    rows.append({"member": {"reference": "PractitionerRole/next@"}} | future)
    for patient in PATIENTS:
        yield {"resourceType": "Patient", "id": f"{patient}@"}
    for patient in ("p", "r"):
        who = {"reference": f"Patient/{patient}@"}
        yield {
            "resourceType": "CareTeam",
            "id": f"circle-{patient}@",
            "status": "active",
            "subject": who,
            "participant": rows,
        }
        yield consent(f"glass-{patient}", who, "permit", "urgent", emergency=True)
    who = {"reference": "Patient/p@"}
    yield {
        "resourceType": "CareTeam",
        "id": "closed@",
        "status": "inactive",
        "subject": who,
        "participant": [{"member": {"reference": "PractitionerRole/closed@"}}],
    }
    yield consent("refusal", who, "deny", "refused")
    classes = ("Observation", "DocumentReference")
    yield consent("partial", who, "deny", "partly", classes)
    yield consent("permit", who, "permit", "permitted", classes)
    yield consent("lapse", who, "permit", "lapsed", classes, **ended)
    yield consent("delegation", who, "permit", "delegated", classes)
    yield consent("opposition", {"reference": "Patient/r@"}, "deny", None)
    for name, code, patient in (
        ("guardian", "GUARD", "p"),
        ("neighbour", "NBOR", "p"),
        ("stranger", "NBOR", "p"),
    ):
        yield {
            "resourceType": "RelatedPerson",
            "id": f"{name}@",
            "patient": {"reference": f"Patient/{patient}@"},
            "relationship": [{"coding": [{"code": code}]}],
        }


def consent(
    id: str,
    patient: dict[str, str],
    says: str,
    actor: str | None,
    types: tuple[str, ...] = (),
    *,
    emergency: bool = False,
    **more: Any,
) -> dict[str, Any]:
    """Make a Consent in force."""
    category = "http://terminology.hl7.org/CodeSystem/consentcategorycodes"
    rule: dict[str, Any] = {"type": says} | more
    if actor is not None:
        kind = "Organization" if actor == "delegated" else "PractitionerRole"
        named = {"reference": f"{kind}/{actor}@"}
        rule["actor"] = [{"role": {"text": "destinataire"}, "reference": named}]
    if types:
        system = "http://hl7.org/fhir/resource-types"
        rule["class"] = [{"system": system, "code": type} for type in types]
    if emergency:
        reason = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
        rule["purpose"] = [{"system": reason, "code": "BTG"}]
    code = "emrgonly" if emergency else "dnr"
    return {
        "resourceType": "Consent",
        "id": f"{id}@",
        "status": "active",
        "scope": {"coding": [{"code": "patient-privacy"}]},
        "category": [{"coding": [{"system": category, "code": code}]}],
        "patient": patient,
        "policyRule": {"text": "CSP L1110-4"},
        "provision": rule,
    }
