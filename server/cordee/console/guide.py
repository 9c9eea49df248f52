"""`/ig`: the published guide of coordination, made from the definitions that are in force.

What the pages tell is read from our own package, so that guide and server cannot differ.

https://hl7.org/fhir/R4/implementationguide.html
"""

import io
import tarfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from cordee.definitions import shipped
from cordee.definitions.repository import Repository
from cordee.resource import json
from cordee.resource.types import Resource

PACKAGES = ("cordee.coordination", "cordee.identity")
"""The packages we author; the others are renditions of what others publish."""

ORDER = (
    "StructureDefinition",
    "PlanDefinition",
    "Questionnaire",
    "OperationDefinition",
    "CapabilityStatement",
    "SearchParameter",
    "CodeSystem",
    "ValueSet",
)

Element = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Artifact:
    """One page of the guide."""

    resource: Resource

    @property
    def type(self) -> str:
        """The type of resource it is."""
        return str(self.resource["resourceType"])

    @property
    def name(self) -> str:
        """What its page is called."""
        return f"{self.type}-{self.resource['id']}"

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.resource.get("title") or self.resource.get("name") or self.resource["id"])

    def called(self, language: str) -> str:
        """Give its title in a language, its own where it speaks that one."""
        return texts().get(self.name, {}).get("title", {}).get(language, self.title)

    def says(self, language: str) -> str:
        """Give its description in a language."""
        own = str(self.resource.get("description", ""))
        return texts().get(self.name, {}).get("says", {}).get(language, own)


@lru_cache(maxsize=1)
def texts() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Read what definitions are called in languages they do not speak: page → what → language."""
    return tomllib.loads((files(__package__) / "definitions.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def artifacts() -> dict[str, Artifact]:
    """Give what we author, by page name, in the order of the guide."""
    found = [
        Artifact(pack.resource(entry))
        for pack in shipped.packs()
        if pack.manifest.id in PACKAGES
        for entry in pack.entries
    ]
    known = [one for one in found if one.type in ORDER]
    ordered = sorted(known, key=lambda one: (ORDER.index(one.type), one.title))
    return {one.name: one for one in ordered}


@lru_cache(maxsize=1)
def examples() -> dict[str, Resource]:
    """Give the examples by file name; none where they were not packaged."""
    for folder in (Path(str(files("cordee"))) / "console" / "examples", _beside()):
        if folder.is_dir():
            return {
                path.stem: json.parse(path.read_bytes()) for path in sorted(folder.glob("*.json"))
            }
    return {}


def _beside() -> Path:
    return Path(str(files("cordee"))).parents[1] / "ig" / "examples"


def elements(repository: Repository, profile: Resource, view: str) -> list[Mapping[str, Any]]:
    """Give the rows of a profile's table: `differential` or `snapshot`."""
    whole = repository.structure(profile["url"]) or profile
    source = profile if view == "differential" else whole
    return [_row(element) for element in source.get(view, {}).get("element", ())]


def _row(element: Element) -> Mapping[str, Any]:
    path = str(element.get("id") or element["path"])
    types = [
        {
            "code": type.get("code", ""),
            "targets": [_last(url) for url in type.get("targetProfile", ())],
        }
        for type in element.get("type", ())
    ]
    fixed = next((v for k, v in element.items() if k.startswith(("fixed", "pattern"))), None)
    return {
        "path": path,
        "depth": min(path.count("."), 8),
        "name": path.partition(".")[2] or path,
        "cardinality": f"{element.get('min', '')}..{element.get('max', '')}".strip("."),
        "must": bool(element.get("mustSupport")),
        "types": types,
        "short": element.get("short", ""),
        "binding": element.get("binding", {}),
        "fixed": None if fixed is None else json.serialize(fixed).decode(),
        "invariants": [c["key"] for c in element.get("constraint", ()) if "key" in c],
    }


def _last(url: str) -> str:
    return url.rpartition("/")[2]


def used_by(profile: Resource) -> list[str]:
    """Give the examples that claim a profile."""
    return [
        name
        for name, example in examples().items()
        if profile["url"] in example.get("meta", {}).get("profile", ())
    ]


@lru_cache(maxsize=1)
def package() -> bytes:
    """Write the guide's package as other FHIR tools load it (a `.tgz` with a folder `package`)."""
    manifest = next(p.manifest for p in shipped.packs() if p.manifest.id == PACKAGES[0])
    described = {
        "name": manifest.id,
        "version": manifest.version,
        "type": "IG",
        "title": manifest.title,
        "description": "Coordination of care in France: profiles, operations, pathways, forms",
        "author": "Cordée",
        "canonical": "https://cordee.example/fhir",
        "fhirVersions": ["4.0.1"],
        "dependencies": dict(manifest.dependencies),
        "license": "Apache-2.0",
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in _files(described):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _files(described: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    yield "package/package.json", json.serialize(dict(described), pretty=True)
    for artifact in artifacts().values():
        yield f"package/{artifact.name}.json", json.serialize(artifact.resource, pretty=True)
    for name, example in examples().items():
        yield f"package/example/{name}.json", json.serialize(example, pretty=True)
