"""What scopes say (https://hl7.org/fhir/smart-app-launch/STU2.1/scopes-and-launch-context.html)."""

from typing import Any

import pytest

from cordee.access.caller import ANONYMOUS, Caller
from cordee.access.scopes import Scope, granted, on_resources, parse, within
from cordee.errors import Category, FhirError

NURSE = Caller(subject="1", kind="professional", references=("Practitioner/1",))
ROBOT = Caller(subject="r", kind="system")


def having(who: Caller, *scopes: str, **more: Any) -> Caller:
    """Give a caller with scopes."""
    return Caller(subject=who.subject, kind=who.kind, scopes=frozenset(scopes), **more)


@pytest.mark.parametrize(
    ("text", "expected"),
    {
        "user/Patient.rs": Scope("user", "Patient", frozenset("rs")),
        "patient/*.cruds": Scope("patient", "*", frozenset("cruds")),
        "system/Observation.read": Scope("system", "Observation", frozenset("rs")),
        "user/Task.write": Scope("user", "Task", frozenset("cud")),
        "user/*.*": Scope("user", "*", frozenset("cruds")),
        "user/Observation.s?category=vital-signs&code=http%3A%2F%2Floinc.org%7C1-8": Scope(
            "user",
            "Observation",
            frozenset("s"),
            (("category", "vital-signs"), ("code", "http://loinc.org|1-8")),
        ),
    }.items(),
)
def test_scopes_are_read(text: str, expected: Scope) -> None:
    """Both versions are read, with what narrows them."""
    assert parse(frozenset({text})) == (expected,)


@pytest.mark.parametrize(
    "text",
    ["user/Patient.", "user/Patient.sr", "user/Patient.rsx", "user/patient.rs", "group/Patient.rs"],
)
def test_what_is_no_scope_grants_nothing(text: str) -> None:
    """Permissions out of order, unknown ones and unknown levels are left out."""
    assert parse(frozenset({text})) == ()


def test_other_scopes_are_not_about_resources() -> None:
    """An issuer's own scopes neither grant nor bound; a broken one on resources bounds."""
    given = ("openid", "launch/patient", "profile", "user/Patient.rs", "user/broken")
    assert on_resources(given) == {"user/Patient.rs", "user/broken"}


def test_a_person_without_scopes_is_not_bounded_by_them() -> None:
    """Only software must have scopes; what people may is bounded by the policy then."""
    assert within(NURSE, "d", ("Patient",)) == ("Patient",)
    assert within(ANONYMOUS, "s", ("Patient",)) == ("Patient",)


@pytest.mark.parametrize(
    "caller",
    [
        ROBOT,
        having(ROBOT, "user/Patient.cruds"),
        having(ROBOT, "patient/Patient.cruds", patient="Patient/3"),
        having(NURSE, "system/Patient.cruds"),
        having(NURSE, "patient/Patient.cruds"),
        having(NURSE, "user/Patient.rs"),
        having(NURSE, "user/Observation.cruds"),
        having(NURSE, "user/broken"),
    ],
    ids=lambda caller: f"{caller.kind} {' '.join(caller.scopes)}",
)
def test_what_is_not_granted_is_refused(caller: Caller) -> None:
    """No scopes for software, the wrong level, no patient in context, too little, another type."""
    with pytest.raises(FhirError) as refused:
        within(caller, "d", ("Patient",))
    assert refused.value.category is Category.FORBIDDEN
    assert 'error="insufficient_scope"' in refused.value.headers["WWW-Authenticate"]


def test_of_many_types_those_granted_remain() -> None:
    """A search on everything is a search on what the scopes give."""
    caller = having(NURSE, "user/Patient.s", "user/Observation.r")
    assert within(caller, "s", ("Observation", "Patient", "Task")) == ("Patient",)


def test_the_patient_in_context_makes_patient_scopes_usable() -> None:
    """The record that was opened, or the patient who calls."""
    for caller in (
        having(NURSE, "patient/*.rs", patient="Patient/3"),
        having(Caller(subject="p", kind="patient"), "patient/*.rs", references=("Patient/3",)),
    ):
        assert len(granted(caller, "Observation", frozenset("r"))) == 1
