"""`$export`: bulk data, asynchronously, as NDJSON files.

https://hl7.org/fhir/uv/bulkdata/STU2/export.html
https://hl7.org/fhir/R4/async.html
"""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from cordee.access.caller import Caller
from cordee.background import ended
from cordee.errors import Category, FhirError
from cordee.interactions import paging
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import OperationEntry, Services
from cordee.operations import export_run
from cordee.operations.export_job import Folder, Folders, Job
from cordee.operations.export_order import order
from cordee.resource import json

NDJSON = "application/fhir+ndjson"
DEFINITION = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/"
KEPT = timedelta(hours=24)
"""How long a finished export's files stay."""
RETRY_AFTER = "2"

log: Any = structlog.get_logger("cordee.export")

_tasks: dict[str, asyncio.Task[None]] = {}
"""Jobs this process works on, by id: an event loop alone does not keep its tasks alive."""


async def kick_off(services: Services, request: Request) -> Response:
    """Begin an export; the answer's Content-Location is where to ask how it goes."""
    if not request.prefer.respond_async:
        raise FhirError(
            Category.INVALID, "An export answers later: send the header Prefer: respond-async"
        )
    wanted = await order(services, request)
    folders = Folders(services.settings.data)
    _expire(services, folders)
    folder = folders.make()
    level = "/".join(part for part in (request.type, request.id, "$export") if part)
    job = Job(
        request=paging.url(f"{request.base_url}/{level}", request.query),
        base_url=request.base_url,
        started=services.clock(),
        caller=request.caller.at_rest(),
        order=wanted,
    )
    await asyncio.to_thread(folder.save, job)
    _work(services, folder)
    return Response(202, location=f"$export/{folder.id}")


async def status(services: Services, request: Request) -> Response:
    """Say how an export goes: 202 while it runs, its manifest when it is done, 500 if it failed.

    A job that nobody works on, because its process died, is taken up again here.
    """
    folder, job = _own(services, request)
    if job.state == "failed":
        raise FhirError(Category.BUG, f"The export failed: {job.failure}")
    if job.state == "running":
        _work(services, folder)
        progress = f"{job.step} of {job.steps} parts, {_lines(job)} resources"
        return Response(202, headers={"X-Progress": progress, "Retry-After": RETRY_AFTER})
    expires = (job.started + KEPT).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return Response(
        200,
        body=json.serialize(_manifest(services, folder, job)),
        headers={"Content-Type": "application/json", "Expires": expires},
    )


async def cancel(services: Services, request: Request) -> Response:
    """Stop an export, or throw its files away (202)."""
    folder, _ = _own(services, request)
    await asyncio.to_thread(folder.remove)
    if task := _tasks.get(folder.id):
        task.cancel()
    return Response(202)


async def file(services: Services, request: Request) -> Path:
    """Give the path of one file of a finished export; `request.version` is its name.

    Raises `FhirError` NOT_FOUND for any name that the manifest does not list, and for a file of
    what its caller may not see as they did then.
    """
    folder, job = _own(services, request)
    types = {output.name: output.type for output in job.outputs.values()}
    type = types.get(request.version or "")
    if job.state != "done" or type is None or request.version is None:
        raise FhirError(Category.NOT_FOUND, f"The export has no file {request.version!r}")
    caller = await services.policy.prepare(request.caller)
    if job.sight.get(type, "") != export_run.sight(services, caller, type):
        text = "What you may see has changed since this export: order it again"
        raise FhirError(Category.NOT_FOUND, text)
    return folder.path / request.version


async def resume(services: Services) -> None:
    """Take up the exports that a crash or a restart interrupted."""
    folders = Folders(services.settings.data)
    _expire(services, folders)
    for folder in folders.all():
        job = folder.read()
        if job is not None and job.state == "running":
            _work(services, folder)


async def stop() -> None:
    """Stop working; the jobs go on when the server is there again."""
    await ended(*_tasks.values())


def _own(services: Services, request: Request) -> tuple[Folder, Job]:
    """Give a job to the caller who ordered it; to others it is unknown."""
    folder = Folders(services.settings.data).find(request.id)
    job = folder.read() if folder else None
    if folder is None or job is None or _whose(job.caller) != _whose(request.caller):
        raise FhirError(Category.NOT_FOUND, "This export is not known: cancelled, or expired")
    return folder, job


def _whose(caller: Caller) -> tuple[object, ...]:
    """Give what makes a caller the same one on another day, seeing as much as then."""
    eyes = (caller.kind, caller.perimeter, caller.patient, caller.scopes)
    acting = tuple(sorted(caller.organizations))
    return caller.issuer, caller.subject, caller.client, *eyes, acting


def _manifest(services: Services, folder: Folder, job: Job) -> dict[str, Any]:
    files = f"{job.base_url}/$export/{folder.id}"
    return {
        "transactionTime": job.started.isoformat(timespec="milliseconds"),
        "request": job.request,
        "requiresAccessToken": services.settings.auth != "off",
        "output": [
            {"type": output.type, "url": f"{files}/{output.name}", "count": output.count}
            for output in job.outputs.values()
        ],
        "error": [],
    }


def _lines(job: Job) -> int:
    return sum(output.count for output in job.outputs.values())


def _expire(services: Services, folders: Folders) -> None:
    oldest = services.clock() - KEPT
    for folder in folders.all():
        job = folder.read()
        if job is not None and job.started < oldest:
            folder.remove()


def _work(services: Services, folder: Folder) -> None:
    """Work on a job in the background, unless this process does already."""
    if folder.id in _tasks:
        return
    task = asyncio.get_running_loop().create_task(_worked(services, folder))
    _tasks[folder.id] = task
    task.add_done_callback(lambda _: _tasks.pop(folder.id, None))


async def _worked(services: Services, folder: Folder) -> None:
    with folder.claimed() as mine:
        job = folder.read() if mine else None
        if job is None or job.state != "running":
            return
        try:
            await export_run.run(services, folder, job)
        except FileNotFoundError:
            log.info("export cancelled", job=folder.id[:6])
        except FhirError as error:
            if error.category is Category.UNAVAILABLE:
                return  # the database is away: the next question about the job goes on
            _fail(folder, job, str(error))
        except Exception as error:  # noqa: BLE001 - a job must end in a state that can be told
            log.error(  # noqa: TRY400 - messages and locals could hold health data
                "bug", error=type(error).__qualname__, job=folder.id[:6]
            )
            _fail(folder, job, "an internal error; the server's log has the reason")


def _fail(folder: Folder, job: Job, reason: str) -> None:
    job.state, job.failure = "failed", reason
    folder.save(job)


EXPORTS = (
    OperationEntry("export", DEFINITION + "export", kick_off, system=True),
    OperationEntry(
        "export", DEFINITION + "patient-export", kick_off, ("Patient",), type_level=True
    ),
    OperationEntry(
        "export", DEFINITION + "group-export", kick_off, ("Group",), instance_level=True
    ),
)
"""The three levels; their definitions come from the Bulk Data guide, which is not part of R4."""
