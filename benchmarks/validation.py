"""Time the validator on one core, warm: microseconds of the clock and of the processor.

    python -m benchmarks.validation [--peers] [--examples TGZ] [--package TGZ…] [--keep] [FILE…]

Without files, samples are checked: a Patient, a CareTeam and a CarePlan against base definitions,
bindings and constraints, a Patient and a CareTeam against the French profiles that they claim.
`--package` loads packages beside what is shipped, for profiles that files claim. `--peers` times
other Python validators on the same resources, turn about; they check less: see `benchmarks.peers`.
The floor, in turn with them, reads the resource's JSON and does nothing else.
`--examples` names the package of R4 examples; else the folder of CORDEE_TEST_MATERIAL is looked in.
"""

import argparse
import os
import statistics
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.peers import PEERS, peers
from benchmarks.record import Record, keeping
from benchmarks.samples import samples
from cordee.definitions.repository import Repository
from cordee.errors import FhirError
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.terminology import Terminology
from cordee.validation.compile.profiles import CompiledProfiles
from cordee.validation.expressions import Expressions
from cordee.validation.validator import Validator
from cordee.validation.vocabulary import Vocabulary

ROUNDS = 500
FLOOR = "floor"
NOTES = PEERS | {FLOOR: "nothing: JSON is read"}
OURS = "all base rules, bindings and invariants; profiles claimed"
EXAMPLES = "r4-examples/hl7.fhir.r4.examples-4.0.1.tgz"
FRENCH = (
    ("https://hl7.fr/ig/fhir/core/StructureDefinition/", "2.2.0"),
    ("https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/", "2.0.1"),
)
"""What the profiles of FR Core and of the circle of care are called, and their versions."""


class Span(NamedTuple):
    """A time by the clock and by the processor, in µs; the least one is freest of neighbours."""

    clock: float
    processor: float
    least: float


def main() -> None:
    """Measure and print one table."""
    arguments = _arguments()
    repository = Repository.load(arguments.package)
    validator = Validator(repository, Terminology(repository))
    files = [(path.name, json.parse(path.read_bytes())) for path in arguments.files]
    record = Record("validation", {"rounds": ROUNDS})
    print(f"{'':44} {'clock':>10} {'processor':>10} {'its least':>10}   checked")
    _compilation(repository)
    for name, resource in files or samples():
        validate = _on(validator, resource)
        _print(f"{name}: first time", timed(validate), OURS)
        contenders = {FLOOR: _reading(resource), "cordee": validate}
        if arguments.peers:
            contenders |= peers(resource, repository)
        spans = compared(contenders)
        for contender, span in spans.items():
            _print(f"{name}: {contender}", span, NOTES.get(contender, OURS))
        row: dict[str, float | str | None] = {
            f"{contender} µs": round(span.processor) for contender, span in spans.items()
        }
        ours, floor = spans["cordee"].processor, spans[FLOOR].processor
        record.rows[name] = row | {"times the floor": round(ours / floor, 1)}
    if rate := _examples(validator, arguments.examples):
        record.notes["R4 examples, resources a second"] = round(rate)
    record.tell(keep=arguments.keep)


def _reading(resource: Resource) -> Callable[[], object]:
    written = json.serialize(resource)
    return lambda: json.parse(written)


def _on(validator: Validator, resource: Resource) -> Callable[[], object]:
    return lambda: validator.validate(resource)


def _print(name: str, span: Span, note: str) -> None:
    print(f"{name:44} {span.clock:7.0f} µs {span.processor:7.0f} µs {span.least:7.0f} µs   {note}")


def timed(work: Callable[[], object]) -> Span:
    """Time one call."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    used = (time.process_time() - processor) * 1e6
    return Span((time.perf_counter() - clock) * 1e6, used, used)


def compared(contenders: dict[str, Callable[[], object]]) -> dict[str, Span]:
    """Give medians; each runs in turn, so that a busy moment of the machine falls on all alike."""
    taken: dict[str, list[Span]] = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, work in contenders.items():
            taken[name].append(timed(work))
    return {name: _summed(spans) for name, spans in taken.items()}


def _summed(spans: list[Span]) -> Span:
    clock, processor, least = zip(*spans, strict=True)
    return Span(statistics.median(clock), statistics.median(processor), min(least))


def _examples(validator: Validator, named: Path | None) -> float | None:
    """Give how many of the official R4 examples are validated in a second; None without them."""
    material = os.environ.get("CORDEE_TEST_MATERIAL", "../shared")
    archive = named or Path(material) / EXAMPLES
    if not archive.exists():
        print(f"R4 examples: {archive} is not there; name the package with --examples")
        return None
    resources = list(_read(archive))
    for resource in resources:
        validator.validate(resource)
    span = timed(lambda: [validator.validate(resource) for resource in resources])
    held = sum(1 + len(resource.get("entry", ())) for resource in resources)
    note = f"{len(resources)} files with {held} resources: {OURS}"
    _print("R4 examples: one resource", Span(*(part / held for part in span)), note)
    clock, processor = (held / (part / 1e6) for part in (span.clock, span.processor))
    print(f"{'R4 examples: resources a second':44} {clock:7.0f} /s {processor:7.0f} /s")
    return processor


def _compilation(repository: Repository) -> None:
    """Print what compiling all profiles of FR Core and of the circle of care takes, and again."""
    names = [
        f"{url}|{version}"
        for url, version in repository.canonicals("StructureDefinition")
        if any(url.startswith(base) and version == wanted for base, wanted in FRENCH)
    ]
    fresh = Repository.load()
    vocabulary = Vocabulary(Terminology(fresh), fresh.versions)
    expressions = Expressions(fresh, vocabulary.member_of, lambda *_: None)
    profiles = CompiledProfiles(fresh, fresh.structure, fresh.versions, vocabulary, expressions)
    for name in ("FR Core and CDS: compiled", "FR Core and CDS: again, from the cache"):
        span = timed(lambda: [rules.root for one in names if (rules := profiles.find(one))])
        _print(name, span, f"{len(names)} definitions, snapshots included")


def _read(archive: Path) -> Iterator[Resource]:
    with tarfile.open(archive) as opened:
        for member in opened:
            content: Any = opened.extractfile(member) if member.name.endswith(".json") else None
            if content is not None and not member.name.endswith(("package.json", ".index.json")):
                try:
                    yield json.parse(content.read())
                except FhirError as error:
                    print(f"{member.name} is left out: {error}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--package", action="append", type=Path, default=[])
    parser.add_argument("--examples", type=Path)
    parser.add_argument("--peers", action="store_true")
    keeping(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
