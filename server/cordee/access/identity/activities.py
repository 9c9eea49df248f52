"""The activities of a professional, as Pro Santé Connect tells them; one must be chosen of several.

A profession exercised (`exercices`) has activities, each at one structure (`situation d'exercice`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cordee.access.tokens.claims import Claims
from cordee.errors import Category, FhirError, Issue, Severity

HEADER = "X-Situation-Exercice"
"""How a caller says which activity they call in."""

STRUCTURE = (
    ("numeroFinessSite", "1"),
    ("numeroSiretSite", "3"),
    ("identifiantTechniqueDeLaStructure", ""),
    ("numeroFinessetablissementJuridique", "1"),
    ("numeroSirenSite", "2"),
    ("ancienIdentifiantDeLaStructure", ""),
)
"""Where an activity names its structure, and the digit that makes a national structure id of it."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity: the profession's code, the structure's name and what identifies it.

    `told` are the ids by the names of `STRUCTURE`, those that tell most first.
    """

    profession: str = ""
    structure: str = ""
    told: tuple[tuple[str, str], ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Give the structure's ids, bare and as national structure ids."""
        prefixes = dict(STRUCTURE)
        whole = [prefixes[name] + id for name, id in self.told if prefixes[name]]
        return tuple(dict.fromkeys([*(id for _, id in self.told), *whole]))

    def claims(self) -> Claims:
        """Give the activity as the only one, in the provider's own form."""
        row = {"raisonSocialeSite": self.structure, **dict(self.told)}
        exercise = {"codeProfession": self.profession, "activities": [row]}
        return {"SubjectRefPro": {"exercices": [exercise]}}


def activities(userinfo: Claims) -> tuple[Activity, ...]:
    """Read `SubjectRefPro`; what is empty is absent, and who has no profession has no activity."""
    reference = userinfo.get("SubjectRefPro")
    exercises = reference.get("exercices") if isinstance(reference, dict) else None
    found = [
        _activity(exercise, row)
        for exercise in _rows(exercises)
        for row in _rows(exercise.get("activities")) or [{}]
    ]
    return tuple(dict.fromkeys(found))


def _activity(exercise: dict[str, Any], row: dict[str, Any]) -> Activity:
    given = ((name, str(row.get(name) or "").strip()) for name, _ in STRUCTURE)
    return Activity(
        profession=str(exercise.get("codeProfession") or "").strip(),
        structure=str(row.get("raisonSocialeSite") or "").strip(),
        told=tuple(pair for pair in given if pair[1]),
    )


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def chosen(found: Sequence[Activity], practice: str | None) -> Activity | None:
    """Give the activity that the caller acts in; None when they have none.

    `practice` is an id of its structure, or its number in the order of the list. Raises FORBIDDEN
    with one issue a choice when it is needed and missing, or names none or several.
    """
    if practice is None:
        if len(found) > 1:
            raise _ask("You have several activities: choose one", found)
        return found[0] if found else None
    wanted = practice.strip()
    named = [each for each in found if wanted in each.ids]
    if len(named) == 1:
        return named[0]
    if wanted in map(str, range(1, len(found) + 1)):
        return found[int(wanted) - 1]
    raise _ask(f"{HEADER} names none of your activities, or several", found)


def _ask(reason: str, found: Sequence[Activity]) -> FhirError:
    first = Issue(Severity.ERROR, "forbidden", f"{reason}, by the header {HEADER}")
    choices = tuple(
        Issue(
            Severity.INFORMATION, "informational", f"{HEADER}: {_key(found, each)} - {_name(each)}"
        )
        for each in found
    )
    return FhirError(Category.FORBIDDEN, first.diagnostics, issues=(first, *choices))


def _key(found: Sequence[Activity], activity: Activity) -> str:
    """Give the shortest way to name an activity: its structure's id if it is the only one there."""
    for _, id in activity.told:
        if sum(id in each.ids for each in found) == 1:
            return id
    return str(found.index(activity) + 1)


def _name(activity: Activity) -> str:
    return f"profession {activity.profession or 'unknown'}, {activity.structure or 'no structure'}"
