"""The whole territory, one resource after another, in an order that references can follow."""

from collections.abc import Iterator
from datetime import date

from cordee.cli.territory.booklet import booklet
from cordee.cli.territory.chance import draws
from cordee.cli.territory.circle import circle, gather
from cordee.cli.territory.directory import directory
from cordee.cli.territory.identity import patient
from cordee.cli.territory.plan import plan
from cordee.resource.types import Resource


def territory(patients: int, seed: int, today: date) -> Iterator[Resource]:
    """Make a territory; the same arguments give the same resources.

    About twelve resources a patient, after the structures and professionals.
    """
    professionals = directory(patients, seed)
    yield from professionals.resources
    for number in range(patients):
        chance = draws(seed, f"patient {number}")
        person = patient(chance, today)
        around = gather(chance, person, professionals, today)
        yield person
        yield from circle(chance, around, professionals, today)
        yield from plan(chance, around, today)
        yield from booklet(chance, around, today)
