"""The pages of the guide, and its package.

https://hl7.org/fhir/R4/implementationguide.html
"""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from cordee.console import capabilities, changes, guide, statement
from cordee.console.api import RefusedError
from cordee.console.brick import bricks
from cordee.console.page import Reader
from cordee.definitions.repository import Repository
from cordee.resource import json

VIEWS = ("differential", "snapshot", "json")
FHIR_JSON = "application/fhir+json"
SERVER = "CapabilityStatement-server"
"""The page of what this very server declares."""


class GuidePages:
    """The guide of one server."""

    def __init__(self, repository: Repository) -> None:
        """Take the definitions in force."""
        self._repository = repository

    async def index(self, reader: Reader) -> Response:
        """List what the guide holds."""
        ordered = guide.artifacts().values()
        groups = [(type, list(rows)) for type, rows in groupby(ordered, lambda one: one.type)]
        told = bricks().values()
        return reader.show(
            "guide.html",
            bricks=told,
            groups=groups,
            examples=guide.examples(),
            version=changes.versions()[0],
        )

    async def changes(self, reader: Reader) -> Response:
        """Tell what changed, version by version."""
        return reader.show(
            "guide-changes.html", versions=changes.versions(), pages=guide.artifacts()
        )

    async def server(self, reader: Reader) -> Response:
        """Tell what this server declares; `type` leads to what it offers on one type."""
        known = await capabilities.known(reader.api)
        name = reader.request.path_params.get("type")
        return _told(reader, SERVER, known.statement, name)

    async def server_json(self, reader: Reader) -> Response:
        """Send what this server declares."""
        answer = await reader.api.get("/fhir/metadata", [("_pretty", "true")])
        answer.resource()
        return Response(answer.content, media_type=FHIR_JSON)

    async def source(self, reader: Reader) -> Response:
        """Send one definition."""
        found = guide.artifacts().get(name := reader.request.path_params["name"])
        if found is None:
            raise _unknown(reader, name)
        return Response(json.serialize(found.resource, pretty=True), media_type=FHIR_JSON)

    async def brick(self, reader: Reader) -> Response:
        """Tell one brick: its rules, its states, its calls."""
        name = reader.request.path_params["name"]
        found = bricks().get(name)
        if found is None:
            raise _unknown(reader, name)
        known = guide.artifacts()
        artifacts = [known[each] for each in found.artifacts]
        return reader.show("guide-brick.html", brick=found, artifacts=artifacts)

    async def artifact(self, reader: Reader) -> Response:
        """Show one definition: its tables, its examples, or its JSON."""
        name = reader.request.path_params["name"]
        found = guide.artifacts().get(name)
        if found is None:
            raise _unknown(reader, name)
        given = reader.request.path_params.get("view") or reader.request.query_params.get("view")
        view = given if given in VIEWS else VIEWS[0]
        if found.type == "CapabilityStatement" and (given is None or given not in VIEWS):
            return _told(reader, name, found.resource, given)
        profile = found.type == "StructureDefinition"
        rows = guide.elements(self._repository, found.resource, view) if profile else []
        return reader.show(
            "guide-artifact.html",
            artifact=found,
            view=view,
            rows=rows if view != "json" else [],
            text=json.serialize(found.resource, pretty=True).decode(),
            examples=guide.used_by(found.resource) if profile else [],
            views=VIEWS if profile else (),
        )

    async def definition(self, reader: Reader) -> Response:
        """Show a profile by its canonical, be it ours or another package's, element by element."""
        url = reader.request.query_params.get("url", "")
        found = self._repository.structure(url)
        if found is None:
            raise _unknown(reader, url)
        return reader.show(
            "guide-artifact.html",
            artifact=guide.Artifact(found),
            view="snapshot",
            rows=guide.elements(self._repository, found, "snapshot"),
            text="",
            examples=[],
            views=(),
        )

    async def example(self, reader: Reader) -> Response:
        """Show one example."""
        name = reader.request.path_params["name"]
        found = guide.examples().get(name)
        if found is None:
            raise _unknown(reader, name)
        text = json.serialize(found, pretty=True).decode()
        profiles = found.get("meta", {}).get("profile", ())
        return reader.show("guide-example.html", name=name, text=text, profiles=profiles)


def _told(reader: Reader, name: str, resource: Mapping[str, Any], type: str | None) -> Response:
    """Show a CapabilityStatement, or what it says of one type."""
    read = statement.read(resource, guide.artifacts())
    ours = guide.artifacts().get(name)
    title = reader.say("guide.server") if ours is None else ours.called(reader.language)
    if type is None:
        lead = reader.say("guide.server-lead") if ours is None else ours.says(reader.language)
        return reader.show(
            "guide-capabilities.html",
            name=name,
            title=title,
            lead=lead,
            resource=resource,
            statement=read,
        )
    kind = read.kinds.get(type)
    if kind is None:
        raise _unknown(reader, f"{name}/{type}")
    return reader.show("guide-kind.html", name=name, title=title, kind=kind)


def _unknown(reader: Reader, name: str) -> RefusedError:
    text = reader.say("guide.unknown", name=name)
    return RefusedError(404, {"issue": [{"diagnostics": text}]})


async def package(request: Request) -> Response:
    """Send the guide as a FHIR package."""
    request.scope["cordee.interaction"] = "guide-package"
    return Response(
        guide.package(),
        media_type="application/gzip",
        headers={"content-disposition": 'attachment; filename="cordee.coordination.tgz"'},
    )
