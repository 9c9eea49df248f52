"""Compile the FSH projects of this folder with SUSHI into `structuredefinitions/`.

`python profiles/compile.py` writes what changed, and what depends on it. With `--check` it fails
when sources or results changed without the others, which it knows by their digests; where CI is
set, it compiles everything again besides and fails when the results differ from what is committed.

SUSHI comes from npm at the version that `package-lock.json` pins; it runs in a home of its own
under `build/`, whose package cache holds R4 core and, as each is compiled, our own packages.
Nothing is asked of a FHIR package registry.
"""

import fcntl
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from cordee.definitions import archive
from cordee.definitions.build import fetch

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TARGET = ROOT / "structuredefinitions"
DIGESTS = TARGET / "digests.json"
BUILD = ROOT / "build" / "profiles"
HOME = BUILD / "home"
CACHE = HOME / ".fhir" / "packages"
SUSHI = HERE / "node_modules" / ".bin" / "sushi"
PROJECTS = (
    "extensions-5.2.0",
    "ihe-mhd-4.2.3",
    "fr-core-2.0.1",
    "fr-core-2.1.0",
    "fr-core-2.2.0",
    "annuaire-1.0.1",
    "annuaire-1.1.0",
    "cercle-de-soins-2.0.1",
    "cahier-de-liaison-3.0.0",
    "notification-evenements-3.0.0",
    "tracabilite-2.0.0",
    "agendas-partages-3.0.0",
    "documents-pdsm-3.1.1",
    "subscriptions-backport-1.1.0",
    "sdc-3.0.0",
    "coordination",
    "identity",
)
"""Each after those it depends on."""
UNREACHABLE = "http://127.0.0.1:9"
"""SUSHI asks its registry for packages nobody needs here; no one answers at this address."""
DROPPED = ("snapshot", "date", "extension", "mapping")
"""The server makes snapshots itself; the others change with the day or say nothing of ours."""
DROPPED_OF: dict[str, Collection[str]] = {"StructureDefinition": DROPPED, "CapabilityStatement": ()}
"""Of a statement the date is required; of other types the date alone is dropped."""

Config = dict[str, Any]


def main() -> int:
    """Compile or check; give the exit code."""
    if "--check" not in sys.argv[1:]:
        BUILD.mkdir(parents=True, exist_ok=True)
        with (BUILD / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for project in _changed():
                _write(project, compile_project(project))
        return 0
    if json.loads(DIGESTS.read_text()) != digests():
        print("profiles/ or structuredefinitions/ changed alone: run make profiles")  # noqa: T201
        return 1
    if not os.environ.get("CI"):
        return 0
    if shutil.which("npm") is None:
        print("npm is not on PATH: profiles/ was not compiled again")  # noqa: T201
        return 0
    return _compare(compile_all())


def compile_all() -> dict[Path, str]:
    """Compile every project; give the files the target should hold."""
    _install()
    _place_core()
    made: dict[Path, str] = {}
    for project in PROJECTS:
        made.update(compile_project(project))
    return made


def digests() -> dict[str, dict[str, str]]:
    """Give, for each project, the digest of its sources and of what they were compiled to."""
    return {
        project: {
            "sources": _digest(_sources(project)),
            "compiled": _digest((TARGET / package_name(_config(project))).glob("*.json")),
        }
        for project in PROJECTS
    }


def compile_project(project: str) -> dict[Path, str]:
    """Run SUSHI on a project; give the files it should have, by path under the target."""
    config = _config(project)
    out = BUILD / "out" / project
    shutil.rmtree(out, ignore_errors=True)
    command = [str(SUSHI), "build", str(HERE / project), "--snapshot", "--out", str(out)]
    environment = os.environ | {"HOME": str(HOME), "FPL_REGISTRY": UNREACHABLE}
    ran = subprocess.run(  # noqa: S603 - every word is ours
        command, env=environment, capture_output=True, text=True, check=False
    )
    if ran.returncode or not re.search(r"\b0 Errors", ran.stdout):
        raise SystemExit(f"{project} does not compile:\n{ran.stdout}{ran.stderr}")
    resources = [json.loads(path.read_text()) for path in _generated(out)]
    name = package_name(config)
    _place(name, config, resources)
    files = {Path(name, "package.json"): _text(_described(config))}
    for resource in resources:
        type = resource["resourceType"]
        dropped = DROPPED_OF.get(type, {"date"})
        kept = {key: value for key, value in resource.items() if key not in dropped}
        files[Path(name, f"{type}-{resource['id']}.json")] = _text(kept)
    return files


def package_name(config: Config) -> str:
    """Give `id#version`, the name of a package's folder in every FHIR cache."""
    return f"{config['id']}#{config['version']}"


def _install() -> None:
    """Install SUSHI where it is not yet."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("SUSHI comes from npm, which is not on PATH: install Node.js")
    if not SUSHI.exists():
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=HERE, check=True)  # noqa: S603 - every word is ours


def _changed() -> list[str]:
    """Give the projects to compile: of other sources than last time, or on top of such."""
    _install()
    _place_core()
    known, now = json.loads(DIGESTS.read_text()) if DIGESTS.exists() else {}, digests()
    found: dict[str, str] = {}
    for project in PROJECTS:
        config = _config(project)
        name = package_name(config)
        below = {f"{id}#{version}" for id, version in config.get("dependencies", {}).items()}
        if known.get(project) != now[project] or not (CACHE / name).is_dir() or below & {*found}:
            found[name] = project
    return list(found.values())


def _place_core() -> None:
    """Put the structures of R4 core into the cache; SUSHI needs nothing else of it."""
    folder = CACHE / "hl7.fhir.r4.core#4.0.1" / "package"
    if (folder / "package.json").is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    package = PurePosixPath("package")
    for path, content in archive.files(io.BytesIO(fetch())):
        if path.parent == package and path.name.startswith("StructureDefinition-"):
            (folder / path.name).write_bytes(content)
        elif path.parent == package and path.name == "package.json":
            described = content
    (folder / "package.json").write_bytes(described)


def _place(name: str, config: Config, resources: list[dict[str, Any]]) -> None:
    folder = CACHE / name / "package"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(_text(_described(config)))
    for resource in resources:
        path = folder / f"{resource['resourceType']}-{resource['id']}.json"
        path.write_text(json.dumps(resource))


def _described(config: Config) -> dict[str, Any]:
    return {
        "name": config["id"],
        "version": config["version"],
        "title": config["title"],
        "fhirVersions": ["4.0.1"],
        "license": "Apache-2.0",
        "dependencies": {"hl7.fhir.r4.core": "4.0.1"} | config.get("dependencies", {}),
    }


def _config(project: str) -> Config:
    """Read the flat YAML that our projects use: `key: value`, and dependencies one level in."""
    config: Config = {}
    for line in (HERE / project / "sushi-config.yaml").read_text().splitlines():
        key, _, value = line.partition(": ")
        if line.startswith("  "):
            config["dependencies"][key.strip()] = value.strip()
        elif line.startswith("dependencies:"):
            config["dependencies"] = {}
        elif value:
            config[key] = value.strip().strip('"')
    return config


def _sources(project: str) -> Iterator[Path]:
    yield HERE / project / "sushi-config.yaml"
    yield from (HERE / project / "input").rglob("*.fsh")


def _generated(out: Path) -> list[Path]:
    return sorted((out / "fsh-generated" / "resources").glob("*.json"))


def _digest(paths: Iterator[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _write(project: str, made: dict[Path, str]) -> None:
    shutil.rmtree(TARGET / package_name(_config(project)), ignore_errors=True)
    for path, text in made.items():
        (TARGET / path).parent.mkdir(parents=True, exist_ok=True)
        (TARGET / path).write_text(text)
    known = json.loads(DIGESTS.read_text()) if DIGESTS.exists() else {}
    now = digests()
    kept = {name: known.get(name) for name in PROJECTS if name in known or name == project}
    DIGESTS.write_text(_text(kept | {project: now[project]}))


def _compare(made: dict[Path, str]) -> int:
    here = {path.relative_to(TARGET) for path in TARGET.rglob("*.json")} - {Path(DIGESTS.name)}
    differing = sorted(
        str(path)
        for path in here | set(made)
        if path not in here or (TARGET / path).read_text() != made.get(path)
    )
    for path in differing:
        print(f"structuredefinitions/{path} is not what profiles/ compiles to")  # noqa: T201
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
