"""The identity of a Patient, with how sure it is (*référentiel national d'identitovigilance*)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from cordee.validation.french.identity_status import standing
from cordee.validation.french.systems import REAL_INS, TRIAL_INS


@dataclass(frozen=True, slots=True)
class Person:
    """What the head of a record shows."""

    id: str
    family: str
    given: str
    birth_name: str
    gender: str
    birth: str
    death: str
    birth_place: str
    ins: str
    status: str
    attributes: tuple[str, ...]
    test: bool
    contacts: tuple[tuple[str, str], ...]
    address: str

    @property
    def name(self) -> str:
        """Give the name as it is read."""
        return f"{self.given} {self.family}".strip() or self.id

    @property
    def initials(self) -> str:
        """Give two letters for a badge."""
        return (self.given[:1] + self.family[:1]).upper() or "?"

    def age(self, today: date) -> int | None:
        """Give the age in years, where the day of birth is known and the person lives."""
        try:
            born = date.fromisoformat(self.birth)
        except ValueError:
            return None
        if self.death:
            return None
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    @classmethod
    def of(cls, patient: Mapping[str, Any]) -> "Person":
        """Read a Patient."""
        names = patient.get("name", [])
        usual = next((one for one in names if one.get("use") == "usual"), None)
        official = next((one for one in names if one.get("use") == "official"), None)
        name = usual or official or (names[0] if names else {})
        given = name.get("given") or [name.get("text", "")]
        ins = next(_ins(patient), {})
        stands = standing(dict(patient))
        deceased = patient.get("deceasedDateTime") or patient.get("deceasedBoolean")
        return cls(
            id=str(patient.get("id", "")),
            family=str(name.get("family", "")),
            given=" ".join(str(one) for one in given[:2] if one),
            birth_name=str((official or {}).get("family", "")),
            gender=str(patient.get("gender", "unknown")),
            birth=str(patient.get("birthDate", "")),
            death=str(deceased) if deceased else "",
            birth_place=_birth_place(patient),
            ins=_spaced(str(ins.get("value", ""))),
            status=stands.status.name.lower() if stands.status else "unknown",
            attributes=tuple(sorted(one.name.lower() for one in stands.attributes)),
            test=ins.get("system") in TRIAL_INS,
            contacts=_contacts(patient),
            address=_address(patient),
        )


def _ins(patient: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in patient.get("identifier", ()):
        if one.get("system") in REAL_INS | TRIAL_INS and one.get("use") != "old":
            yield one


def _spaced(number: str) -> str:
    """Write a national number in its groups: 2 53 05 35 238 299 57."""
    if len(number) != 15:
        return number
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    return " ".join(number[a:b] for a, b in pairwise(cuts))


def _birth_place(patient: Mapping[str, Any]) -> str:
    for one in patient.get("extension", ()):
        if str(one.get("url", "")).endswith("/patient-birthPlace"):
            return str(one.get("valueAddress", {}).get("city", ""))
    return ""


def _contacts(patient: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    rows = patient.get("telecom", ())
    return tuple((str(one.get("system", "")), str(one["value"])) for one in rows if "value" in one)


def _address(patient: Mapping[str, Any]) -> str:
    for one in patient.get("address", ()):
        town = f"{one.get('postalCode', '')} {one.get('city', '')}".strip()
        return ", ".join([*(str(line) for line in one.get("line", ())), town])
    return ""
