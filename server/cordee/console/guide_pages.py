"""The pages of the guide, and its package.

https://hl7.org/fhir/R4/implementationguide.html
"""

from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from cordee.console import guide
from cordee.console.api import RefusedError
from cordee.console.brick import bricks
from cordee.console.page import Reader
from cordee.definitions.repository import Repository
from cordee.resource import json

VIEWS = ("differential", "snapshot", "json")


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
        return reader.show("guide.html", bricks=told, groups=groups, examples=guide.examples())

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
        view = reader.request.query_params.get("view", VIEWS[0])
        view = view if view in VIEWS else VIEWS[0]
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

    async def example(self, reader: Reader) -> Response:
        """Show one example."""
        name = reader.request.path_params["name"]
        found = guide.examples().get(name)
        if found is None:
            raise _unknown(reader, name)
        text = json.serialize(found, pretty=True).decode()
        profiles = found.get("meta", {}).get("profile", ())
        return reader.show("guide-example.html", name=name, text=text, profiles=profiles)


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
