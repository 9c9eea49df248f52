"""The work of a bulk export: page by page into files, saved after each page.

A page is written, then the job that counts it is saved: whatever a crash interrupts, the next run
cuts off what was not counted and goes on from the saved position.

https://hl7.org/fhir/uv/bulkdata/STU2/export.html
"""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from cordee.access.caller import Caller
from cordee.access.narrowing import narrow
from cordee.interactions.at_rest import roused
from cordee.interactions.services import Services
from cordee.interactions.subset import Subset, cut
from cordee.operations.export_job import Folder, Job, Order, Output
from cordee.operations.export_order import type_filter
from cordee.operations.patient_compartment import PATIENT, of_any_patient, of_patient, owners
from cordee.operations.patient_everything import changed_since
from cordee.search.canonical_form import canonical_form
from cordee.search.filter import EVERYTHING, Filter, Ids, all_of, any_of
from cordee.store.port import Page, Query, Version

PAGE = 1_000
PATIENTS_AT_ONCE = 100
"""Patients whose compartments one query covers."""


@dataclass(frozen=True, slots=True)
class Step:
    """One query of the plan: a type, for one slice of the patients (None: not by patient)."""

    type: str
    patients: tuple[str, ...] | None = None


def plan(order: Order) -> list[Step]:
    """Cut an order into steps, the same ones each time."""
    if not order.patients:
        return [Step(type, order.patients) for type in order.types]
    slices = [
        order.patients[start : start + PATIENTS_AT_ONCE]
        for start in range(0, len(order.patients), PATIENTS_AT_ONCE)
    ]
    return [Step(type, part) for type in order.types for part in slices]


async def run(services: Services, folder: Folder, job: Job) -> None:
    """Work until the job is done. Raises `FileNotFoundError` when it is cancelled meanwhile."""
    steps = plan(job.order)
    job.steps = len(steps)
    folder.trim(job)
    while job.step < len(steps):
        step = steps[job.step]
        # Rights are looked at again for every page: an export may take hours.
        caller = await roused(services, job.caller)
        job.sight.setdefault(step.type, sight(services, caller, step.type))
        page = await services.store.search(_query(services, job, step, caller))
        await asyncio.to_thread(_write, services, folder, job, step, _shown(services, caller, page))
        job.after = page.next
        if page.next is None:
            job.step += 1
        await asyncio.to_thread(folder.save, job)
    job.state = "done"
    await asyncio.to_thread(folder.save, job)


def sight(services: Services, caller: Caller, type: str) -> str:
    """Digest what a caller may see of a type; empty for everything."""
    limit = services.policy.narrow(caller, type, EVERYTHING)
    if limit is EVERYTHING:
        return ""
    return hashlib.sha256(canonical_form(limit).encode()).hexdigest()


def _shown(services: Services, caller: Caller, page: Page) -> tuple[Version, ...]:
    """Give a page of versions without what is hidden from the caller."""
    veil = services.policy.veil(caller)
    if veil is None:
        return page.matches
    return tuple(replace(version, body=veil.hide(version.body)) for version in page.matches)


def _query(services: Services, job: Job, step: Step, caller: Caller) -> Query:
    order, type = job.order, step.type
    wanted = [type_filter(services, name, query) for name, query in order.filters if name == type]
    parts = [_owned(services, step), *([any_of(wanted)] if wanted else [])]
    if order.since is not None:
        parts.append(changed_since(services, order.since))
    filter = narrow(services.policy, caller, (type,), all_of([part for part in parts if part]))
    return Query((type,), filter, count=PAGE, after=job.after)


def _owned(services: Services, step: Step) -> Filter:
    if step.patients is None:
        return all_of(())
    if not step.patients:
        return of_any_patient(services, (step.type,))
    if step.type == PATIENT:
        return Ids(step.patients)
    return any_of([of_patient(id) for id in step.patients])


def _write(
    services: Services, folder: Folder, job: Job, step: Step, matches: Iterable[Version]
) -> None:
    kept = [match for match in matches if _in_step(services, job.order, step, match)]
    if not kept:
        return
    bodies = [match.body for match in kept]
    if job.order.elements:
        subset = Subset(elements=_elements(job.order, step.type))
        bodies = [cut(services.repository, subset, body) for body in bodies]
    output = job.outputs.setdefault(step.type, Output(step.type))
    folder.append(output, b"".join(body + b"\n" for body in bodies), len(kept))


def _elements(order: Order, type: str) -> tuple[str, ...]:
    """Give the elements asked of a type: those named alone, and those named `Type.element`."""
    split = [name.rpartition(".") for name in order.elements]
    return tuple(name for owner, _, name in split if owner in {"", type})


def _in_step(services: Services, order: Order, step: Step, match: Version) -> bool:
    """Tell whether a resource is to be written by this step.

    What belongs to several of the patients is met in several steps: the first of them writes it.
    """
    if step.patients is None:
        return True
    found = owners(services, match)
    if not step.patients:
        return bool(found)
    first = next((id for id in order.patients or () if id in found), None)
    return first in step.patients
