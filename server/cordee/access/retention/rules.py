"""When a record's time is over: legal figures read from data, applied to one person's dates.

https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000036658351 (CSP R1112-7)
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from cordee.resource.types import Resource


@dataclass(frozen=True, slots=True)
class Life:
    """What decides about a record: dates of a person, and the labels on their Patient.

    `dead` without `death` is a death on an unknown day.
    """

    last_care: date
    birth: date | None = None
    death: date | None = None
    dead: bool = False
    held: bool = False
    transfused: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """Until when a record is kept, and by which rule; `until` None means without end."""

    until: date | None
    rule: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The figures."""

    care: int
    minor: int
    death: int
    transfusion: int
    system: str
    hold_label: str
    transfusion_label: str

    @classmethod
    def load(cls) -> "Rules":
        """Read them from the package's data."""
        text = (files(__package__) / "rules.toml").read_text("utf-8")
        found = tomllib.loads(text)
        labels = found["labels"]
        return cls(
            care=found["care"]["years"],
            minor=found["minor"]["birthday"],
            death=found["death"]["years"],
            transfusion=found["transfusion"]["years"],
            system=labels["system"],
            hold_label=labels["hold"],
            transfusion_label=labels["transfusion"],
        )

    def life(self, patient: Resource, last_care: date) -> Life:
        """Read what a Patient says."""
        tags = {tag.get("code") for tag in _tags(patient) if tag.get("system") == self.system}
        died = patient.get("deceasedDateTime")
        return Life(
            last_care,
            birth=_latest(patient.get("birthDate")),
            death=_latest(died),
            dead=died is not None or patient.get("deceasedBoolean") is True,
            held=self.hold_label in tags,
            transfused=self.transfusion_label in tags,
        )

    def term(self, life: Life) -> Term:
        """Give how long a record is kept: what is in doubt is kept longer."""
        if life.held:
            return Term(None, "litigation")
        terms = [Term(later(life.last_care, self.care), "care")]
        if life.death is not None and life.death < later(life.last_care, self.death):
            terms = [Term(later(max(life.death, life.last_care), self.death), "death")]
        elif life.birth is not None and not life.dead:
            terms.append(Term(later(life.birth, self.minor), "minor"))
        if life.transfused:
            terms.append(Term(later(life.last_care, self.transfusion), "transfusion"))
        return max(terms, key=lambda term: term.until or date.max)


def later(day: date, years: int) -> date:
    """Give the same day years later; of a leap day the first of March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _tags(patient: Resource) -> list[dict[str, str]]:
    meta = patient.get("meta", {})
    return [*meta.get("tag", ()), *meta.get("security", ())]


def _latest(text: str | None) -> date | None:
    """Give the last day that a FHIR date may mean: a year alone means its end."""
    if text is None:
        return None
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    if not month:
        return date(int(year), 12, 31)
    if not day:
        following = date(int(year) + int(month) // 12, int(month) % 12 + 1, 1)
        return date.fromordinal(following.toordinal() - 1)
    return date(int(year), int(month), int(day[:2]))
