"""What provisions of Consents say of codes, labels and times, written a second time, plainly.

Nothing here is taken from the product. Each provision concerns one caller: a member of the circle
whom it denies something, or an outsider whom it permits something. Each thing tells in plain words
what a reader of the law would ask: in which systems it is coded, with what, how it is labelled,
and when it was.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from access.records import CONSENT, professional, reference
from cordee.access.caller import Caller

Json: TypeAlias = dict[str, Any]

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
OID = "urn:oid:2.16.840.1.113883.6.1"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
LEVEL = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
OWN = "urn:own"
GLUCOSE, LIPID = "15074-8", "2093-3"
LETTER, PLAN = "11490-0", "18776-5"


def coding(system: str | None, code: str) -> Json:
    return {"system": system, "code": code} if system else {"code": code}


def concept(*codings: tuple[str | None, str]) -> Json:
    return {"coding": [coding(*each) for each in codings]} if codings else {"text": "en mots"}


@dataclass(frozen=True, eq=False)
class Thing:
    """A resource of one person, and what it says.

    `systems` are those that all of its content is coded in, `codes` its content's, `inside` all
    that are found in it. `years` is its time, None where it tells none.
    """

    name: str
    type: str
    rest: Json
    systems: tuple[str, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    inside: tuple[str, ...] = ()
    labels: tuple[tuple[str | None, str], ...] = ()
    time: tuple[str, str] | None = None

    @property
    def id(self) -> str:
        """Its id."""
        return f"{self.name}@"

    def resource(self) -> Json:
        """Make it."""
        made = {"resourceType": self.type, "id": self.id, "subject": reference("Patient/p@")}
        if self.labels:
            made["meta"] = {"security": [coding(*label) for label in self.labels]}
        return made | self.rest


def observation(
    name: str,
    *codings: tuple[str | None, str],
    year: str | None = "2022-03-01",
    time: tuple[str, str] | None = None,
    labels: tuple[tuple[str | None, str], ...] = (),
    systems: tuple[str, ...] | None = None,
    inside: tuple[str, ...] = (),
    parts: tuple[tuple[str, str], ...] = (),
    **rest: Any,
) -> Thing:
    """Make an observation; coded in the systems of its codings unless told otherwise."""
    content = {"status": "final", "code": concept(*codings)} | rest
    if year and "effectivePeriod" not in rest:
        content["effectiveDateTime"] = year
        time = (year, year)
    if parts:
        content["component"] = [{"code": concept(part)} for part in parts]
    codes = (*((system, code) for system, code in codings if system), *parts)
    found = tuple(dict.fromkeys(system for system, _ in codes)) if systems is None else systems
    return Thing(
        name,
        "Observation",
        content | {"performer": [reference("Practitioner/d@")]},
        found,
        tuple(each for each in codes if each[0] in found),
        (*(code for _, code in (*codings, *parts)), *inside),
        labels,
        time,
    )


def flag(name: str, *codings: tuple[str, str]) -> Thing:
    rest = {"status": "active", "code": concept(*codings)}
    codes = tuple(code for _, code in codings)
    return Thing(name, "Flag", rest, tuple(system for system, _ in codings), codings, codes)


def document(name: str, code: str, date: str, **more: Any) -> Thing:
    rest = {
        "status": "current",
        "type": concept((LOINC, code)),
        "date": f"{date}T10:00:00Z",
        "content": [{"attachment": {"title": "x"}}],
    }
    time = more.pop("time", (date, date))
    return Thing(
        name, "DocumentReference", rest | more, (LOINC,), ((LOINC, code),), (code,), time=time
    )


def condition(name: str, time: tuple[str, str] | None, **rest: Any) -> Thing:
    return Thing(
        name,
        "Condition",
        {"code": concept((LOINC, LIPID))} | rest,
        (LOINC,),
        ((LOINC, LIPID),),
        (LIPID,),
        time=time,
    )


ALWAYS = "9999"
THINGS = (
    observation("glucose", (LOINC, GLUCOSE), year="2020-05-10"),
    observation("lipid", (LOINC, LIPID)),
    observation("by-oid", (OID, GLUCOSE)),
    observation("otherwise", (SNOMED, "33747003")),
    observation("twice", (LOINC, LIPID), (SNOMED, "27113001")),
    observation("in-words"),
    observation("same-code", (LOINC, LIPID), (OWN, GLUCOSE)),
    observation("no-system", (LOINC, LIPID), (None, GLUCOSE)),
    observation("with-part", (LOINC, LIPID), parts=((LOINC, GLUCOSE),)),
    observation(
        "with-value",
        (LOINC, LIPID),
        systems=(),
        inside=("33747003",),
        valueCodeableConcept=concept((SNOMED, "33747003")),
    ),
    observation(
        "with-note",
        (LOINC, LIPID),
        inside=(GLUCOSE,),
        method=concept((LOINC, GLUCOSE)),
    ),
    observation("undated", (LOINC, LIPID), year=None),
    observation("old", (LOINC, LIPID), year="2019-12-31"),
    observation("a-month", (LOINC, LIPID), year="2020-12"),
    observation(
        "new-year",
        (LOINC, LIPID),
        time=("2020-12-31", "2021-01-02"),
        effectivePeriod={"start": "2020-12-31", "end": "2021-01-02"},
    ),
    observation(
        "going-on",
        (LOINC, LIPID),
        time=("2018-01-01", ALWAYS),
        effectivePeriod={"start": "2018-01-01"},
    ),
    observation("hiv", (LOINC, LIPID), labels=((ACT, "HIV"),)),
    observation("psy", (LOINC, LIPID), labels=((ACT, "PSY"),)),
    observation("drinking", (LOINC, LIPID), labels=((ACT, "ETHUD"),)),
    observation("bare-label", (LOINC, LIPID), labels=((None, "HIV"),)),
    observation("own-label", (LOINC, LIPID), labels=((OWN, "tout"),)),
    observation("restricted", (LOINC, LIPID), labels=((LEVEL, "R"),)),
    observation("very", (LOINC, LIPID), labels=((LEVEL, "V"),)),
    observation("normal", (LOINC, LIPID), labels=((LEVEL, "N"),)),
    flag("abuse", (ACT, "SUD")),
    flag("alcohol", (ACT, "ETHUD")),
    flag("mind", (ACT, "PSY")),
    document("letter", LETTER, "2020-02-02"),
    document("plan", PLAN, "2022-02-02"),
    document(
        "late-letter",
        PLAN,
        "2022-02-02",
        time=("2020-06-01", "2022-02-02"),
        context={"period": {"start": "2020-06-01", "end": "2020-06-09"}},
    ),
    condition("lasting", ("2019-01-01", ALWAYS), onsetDateTime="2019-01-01"),
    condition(
        "healed",
        ("2019-01-01", "2019-02-01"),
        onsetDateTime="2019-01-01",
        abatementDateTime="2019-02-01",
        clinicalStatus=concept(
            ("http://terminology.hl7.org/CodeSystem/condition-clinical", "resolved")
        ),
    ),
    condition("since-when", None, recordedDate="2020-03-01"),
    condition("in-age", None, onsetString="vers quarante ans", recordedDate="2022-03-01"),
    Thing(
        "sent",
        "Communication",
        {"status": "completed", "sent": "2022-01-01T00:00:00Z"},
        time=("2022-01-01", "2022-01-01"),
    ),
)

Test: TypeAlias = Callable[[Thing], bool]


@dataclass(frozen=True, eq=False)
class Provision:
    """What one caller is denied, or permitted, and by which plain test.

    `person` tells whether a member sees the person, too; an outsider never does by these.
    """

    name: str
    says: str
    body: Json
    holds: Test
    person: bool = True
    more: Json = field(default_factory=dict)

    @property
    def caller(self) -> Caller:
        """Whom it concerns."""
        return professional(self.name)

    @property
    def member(self) -> bool:
        """Tell whether the caller is of the circle."""
        return self.name.startswith("d-")

    @property
    def role(self) -> str:
        """The reference of the caller."""
        return f"PractitionerRole/{self.name}@"

    def sees(self, thing: Thing) -> bool:
        """Tell whether the caller sees a thing."""
        return not self.holds(thing) if self.member else self.holds(thing)

    def consent(self) -> Json:
        """Make the Consent."""
        actor = {"actor": [{"role": {"text": "x"}, "reference": reference(self.role)}]}
        made = CONSENT | {"id": f"{self.name}@", "patient": reference("Patient/p@")} | self.more
        return made | {"provision": {"type": self.says} | self.body | actor}


def everything(_thing: Thing) -> bool:
    return True


def nothing(_thing: Thing) -> bool:
    return False


def may_have(system: str, *codes: str, known: tuple[str, ...] | None = None) -> Test:
    """Tell what may be about one of the codes; `known` are those that surely are not."""

    def test(thing: Thing) -> bool:
        if system not in thing.systems or set(codes) & set(thing.inside):
            return True
        own = {code for of, code in thing.codes if of == system}
        return known is not None and not own <= set(known)

    return test


def has(system: str, *codes: str) -> Test:
    return lambda thing: any((system, code) in thing.codes for code in codes)


def may_be_labelled(system: str, *codes: str, known: tuple[str, ...] = ()) -> Test:
    """Tell what has such a label, or one that may be meant so."""
    return lambda thing: any(
        code in codes or (of == system and code not in known) for of, code in thing.labels
    )


def labelled(system: str, *codes: str) -> Test:
    return lambda thing: any((system, code) in thing.labels for code in codes)


def touches(start: str, end: str) -> Test:
    """Tell what is of a time, at least in part, or of an unknown one."""
    return lambda thing: (
        thing.time is None or not (thing.time[1] < start or thing.time[0] > end + "~")
    )


def within(start: str, end: str) -> Test:
    return lambda thing: (
        thing.time is not None and thing.time[0] >= start and thing.time[1] <= end + "~"
    )


def every(*tests: Test) -> Test:
    return lambda thing: all(test(thing) for test in tests)


def some(*tests: Test) -> Test:
    return lambda thing: any(test(thing) for test in tests)


def no(test: Test) -> Test:
    return lambda thing: not test(thing)


def of(*types: str) -> Test:
    return lambda thing: thing.type in types


def kinds(*types: str) -> Json:
    system = "http://hl7.org/fhir/resource-types"
    return {"class": [{"system": system, "code": type} for type in types]}


def codes(*found: tuple[str | None, str]) -> Json:
    return {"code": [concept(*found)]}


def security(*found: tuple[str | None, str]) -> Json:
    return {"securityLabel": [coding(*each) for each in found]}


IN_2020 = {"dataPeriod": {"start": "2020-01-01", "end": "2020-12-31"}}
YEAR = ("2020-01-01", "2020-12-31")
PROFILE = {"class": [{"system": "urn:ietf:rfc:3986", "code": "http://x/profile"}]}
ODD = {"modifierExtension": [{"url": "http://x/odd", "valueBoolean": True}]}
GLUCOSES = may_have(LOINC, GLUCOSE)
ABUSES = may_have(ACT, "SUD", "ETHUD", "OPIOIDUD", known=("PSY",))
HIVS = may_be_labelled(ACT, "HIV", known=("PSY", "ETHUD", "SUD"))
DRUGS = may_be_labelled(ACT, "SUD", "ETHUD", known=("PSY", "HIV"))
LEVELS = some(may_be_labelled(LEVEL), lambda thing: (None, "R") in thing.labels)


def other(body: Json, says: str = "permit") -> Json:
    """Nest an exception."""
    return {"provision": [{"type": says} | body]}


DENIED = (
    Provision("d-code", "deny", codes((LOINC, GLUCOSE)), GLUCOSES),
    Provision(
        "d-any-code",
        "deny",
        codes((LOINC, GLUCOSE), (LOINC, LETTER)),
        may_have(LOINC, GLUCOSE, LETTER),
    ),
    Provision("d-two-systems", "deny", codes((LOINC, GLUCOSE), (SNOMED, "1")), everything, False),
    Provision("d-tree", "deny", codes((ACT, "SUD")), ABUSES),
    Provision(
        "d-leaf", "deny", codes((ACT, "ETHUD")), may_have(ACT, "ETHUD", "SUD", known=("PSY",))
    ),
    Provision("d-unknown", "deny", codes((SNOMED, "33747003")), everything, False),
    Provision("d-bare", "deny", codes((None, GLUCOSE)), everything, False),
    Provision("d-words", "deny", {"code": [{"text": "sucre"}]}, everything, False),
    Provision("d-class", "deny", {"class": [coding(LOINC, LETTER)]}, may_have(LOINC, LETTER)),
    Provision(
        "d-classes",
        "deny",
        {"class": [coding(LOINC, LETTER), *kinds("Flag")["class"]]},
        some(may_have(LOINC, LETTER), of("Flag")),
    ),
    Provision("d-profile", "deny", PROFILE, everything, False),
    Provision("d-resource", "deny", kinds("DomainResource"), everything, False),
    Provision(
        "d-narrow",
        "deny",
        kinds("Observation") | codes((LOINC, GLUCOSE)),
        every(of("Observation"), GLUCOSES),
    ),
    Provision("d-label", "deny", security((ACT, "HIV")), HIVS),
    Provision("d-sort", "deny", security((ACT, "SUD")), DRUGS),
    Provision("d-labels", "deny", security((ACT, "HIV"), (LEVEL, "R")), some(HIVS, LEVELS)),
    Provision("d-own-label", "deny", security((OWN, "peu")), lambda thing: bool(thing.labels)),
    Provision("d-bare-label", "deny", security((None, "HIV")), everything, False),
    Provision("d-level", "deny", security((LEVEL, "R")), LEVELS),
    Provision("d-normal", "deny", security((LEVEL, "N")), everything, False),
    Provision("d-year", "deny", IN_2020, touches(*YEAR)),
    Provision("d-since", "deny", {"dataPeriod": {"start": "2020"}}, touches("2020", "9999")),
    Provision(
        "d-when",
        "deny",
        {"dataPeriod": {"extension": [{"url": "urn:x", "valueString": "x"}]}},
        everything,
        False,
    ),
    Provision(
        "d-year-code", "deny", IN_2020 | codes((LOINC, GLUCOSE)), every(touches(*YEAR), GLUCOSES)
    ),
    Provision("d-odd", "deny", codes((LOINC, GLUCOSE)) | ODD, everything, False),
    Provision("d-odd-whole", "deny", codes((LOINC, GLUCOSE)), everything, False, ODD),
    Provision("d-purpose", "deny", {"purpose": [{"display": "soins"}]}, everything, False),
    Provision("d-research", "deny", {"purpose": [{"code": "HRESCH"}]}, nothing),
    Provision(
        "d-correct", "deny", {"action": [{"coding": [{"code": "correct"}]}]}, everything, False
    ),
    Provision(
        "d-but-code",
        "deny",
        kinds("Observation") | other(codes((LOINC, LIPID))),
        every(of("Observation"), no(has(LOINC, LIPID))),
    ),
    Provision(
        "d-but-year",
        "deny",
        kinds("Observation", "Condition") | other(IN_2020),
        every(of("Observation", "Condition"), no(within(*YEAR))),
    ),
    Provision(
        "d-but-label",
        "deny",
        kinds("Observation") | other(security((ACT, "PSY"))),
        every(of("Observation"), no(labelled(ACT, "PSY"))),
    ),
    Provision(
        "d-but-words",
        "deny",
        kinds("Observation") | other({"code": [{"text": "x"}]}),
        of("Observation"),
    ),
    Provision(
        "d-nested",
        "permit",
        {"code": [{"text": "x"}]} | other(codes((LOINC, GLUCOSE)), "deny"),
        GLUCOSES,
    ),
    Provision(
        "d-back",
        "deny",
        kinds("Observation")
        | {
            "provision": [
                {"type": "permit"}
                | codes((LOINC, LIPID))
                | {"provision": [{"type": "deny"} | security((ACT, "HIV"))]}
            ]
        },
        every(of("Observation"), no(every(has(LOINC, LIPID), no(HIVS)))),
    ),
)
"""Members of the circle: what each is denied."""

PERMITTED = (
    Provision("p-code", "permit", codes((LOINC, GLUCOSE)), has(LOINC, GLUCOSE)),
    Provision("p-tree", "permit", codes((ACT, "SUD")), has(ACT, "SUD", "ETHUD")),
    Provision("p-unknown", "permit", codes((SNOMED, "33747003")), has(SNOMED, "33747003")),
    Provision("p-bare", "permit", codes((None, GLUCOSE)), nothing),
    Provision("p-words", "permit", {"code": [{"text": "sucre"}]}, nothing),
    Provision("p-class", "permit", {"class": [coding(LOINC, LETTER)]}, has(LOINC, LETTER)),
    Provision("p-profile", "permit", PROFILE, nothing),
    Provision("p-resource", "permit", kinds("DomainResource"), nothing),
    Provision(
        "p-narrow",
        "permit",
        kinds("DocumentReference") | codes((LOINC, LETTER), (LOINC, GLUCOSE)),
        every(of("DocumentReference"), has(LOINC, LETTER)),
    ),
    Provision("p-label", "permit", security((ACT, "HIV")), labelled(ACT, "HIV")),
    Provision("p-sort", "permit", security((ACT, "SUD")), labelled(ACT, "SUD", "ETHUD")),
    Provision("p-both-labels", "permit", security((ACT, "HIV"), (ACT, "PSY")), nothing),
    Provision("p-bare-label", "permit", security((None, "HIV")), nothing),
    Provision("p-level", "permit", security((LEVEL, "R")), labelled(LEVEL, "R", "N")),
    Provision("p-year", "permit", IN_2020, within(*YEAR)),
    Provision("p-since", "permit", {"dataPeriod": {"start": "2018"}}, within("2018", "9999")),
    Provision(
        "p-when",
        "permit",
        {"dataPeriod": {"extension": [{"url": "urn:x", "valueString": "x"}]}},
        nothing,
    ),
    Provision("p-odd", "permit", codes((LOINC, GLUCOSE)) | ODD, nothing),
    Provision(
        "p-purpose",
        "permit",
        codes((LOINC, GLUCOSE)) | {"purpose": [{"display": "soins"}]},
        nothing,
    ),
    Provision(
        "p-correct",
        "permit",
        codes((LOINC, GLUCOSE)) | {"action": [{"coding": [{"code": "correct"}]}]},
        nothing,
    ),
    Provision(
        "p-one",
        "permit",
        {"data": [{"meaning": "instance", "reference": reference("Observation/lipid@")}]}
        | codes((LOINC, LIPID)),
        lambda thing: thing.name == "lipid",
    ),
    Provision(
        "p-not-one",
        "permit",
        {"data": [{"meaning": "instance", "reference": reference("Observation/lipid@")}]}
        | codes((LOINC, GLUCOSE)),
        nothing,
    ),
    Provision(
        "p-but-code",
        "permit",
        kinds("Observation") | other(codes((LOINC, GLUCOSE)), "deny"),
        every(of("Observation"), no(GLUCOSES)),
    ),
    Provision(
        "p-but-label",
        "permit",
        kinds("Observation") | other(security((ACT, "HIV")), "deny"),
        every(of("Observation"), no(HIVS)),
    ),
    Provision(
        "p-but-year",
        "permit",
        kinds("Observation") | other(IN_2020, "deny"),
        every(of("Observation"), no(touches(*YEAR))),
    ),
)
"""Outsiders: what each is permitted."""
