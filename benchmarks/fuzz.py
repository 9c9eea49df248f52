"""Mutated and hostile resources: no exception, nothing slow, no verdict that spelling changes.

    nice python -m benchmarks.fuzz --inputs 100000

Seeds are resources of all types; each input is one of them with a few places changed, or its text
with a few bytes changed. Copies of copies make some of them many megabytes large: up to 1 MB none
may take a second, beyond it none may take longer than its size. Hostile inputs come first. Ends
with status 1 when anything is wrong; the last line printed is one JSON object.
"""

import argparse
import json as text_json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks.hostile import definitions, expressions, faults, inputs
from cordee.definitions.reading import making
from cordee.definitions.repository import Repository
from cordee.errors import FhirError
from cordee.resource import json, xml
from cordee.resource.types import Resource
from cordee.settings import Settings
from cordee.terminology import Terminology
from cordee.validation.options import STRICT
from cordee.validation.report import FAILING, Report
from cordee.validation.validator import Validator

SLOW = 1.0
"""Seconds of processor time that a validation may take, compiling definitions not counted."""
LARGE = 1_000_000
"""Bytes from which an input may take longer: as many times `SLOW` as it is larger than this."""
MOST = Settings.model_fields["max_body_bytes"].default
"""Bytes of the largest request body: what is larger no server validates."""
GIVEN = replace(STRICT, seconds=0.6)
"""Little time: servers give more, so that no honest resource is refused on a busy machine."""
LARGEST = 60_000
"""Bytes of the largest seed."""
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**40, "", " ", "#", "#a", "a" * 70_000, "Patient/1", "2026-02-30",
    "urn:oid:1.2", "http://example.org/x|1", "<div>", "\u0000", "\ud800", [], {}, [None], [[]],
    [{}], {"": ""}, {"resourceType": "Patient"}, {"reference": "#"}, [1, "a"], {"extension": []},
)  # fmt: skip


@dataclass
class Tally:
    """What was found."""

    tried: int = 0
    refused: int = 0
    good: int = 0
    large: int = 0
    """Inputs larger than `LARGE`, and the seconds that the slowest took for each `LARGE` bytes."""
    slowest_large: float = 0.0
    slowest: float = 0.0
    slowest_use: float = 0.0
    """The longest that a validation took with the definitions it compiled on first use."""
    wrong: Counter[str] = field(default_factory=Counter)

    def timed(self, seconds: float, whole: float, size: int) -> float:
        """Take in how long an input took; give it for each `LARGE` bytes of a large one."""
        if size <= LARGE:
            self.slowest = max(self.slowest, seconds)
            self.slowest_use = max(self.slowest_use, whole)
            return seconds
        self.large += 1
        seconds *= LARGE / size
        self.slowest_large = max(self.slowest_large, seconds)
        return seconds

    def note(self, problem: str, data: bytes) -> None:
        """Count a problem and show the first ones."""
        self.wrong[problem] += 1
        if self.wrong[problem] < 4:
            print(f"{problem}, {len(data)} bytes: {data[:600]!r}", file=sys.stderr)


def main() -> int:
    """Run; 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--material", type=Path, default=Path("../shared"))
    chosen = parser.parse_args()
    repository = Repository.load()
    for definition in definitions():
        repository.add(definition)
    validator = Validator(repository, Terminology(repository), GIVEN)
    tally, dice = Tally(), random.Random(chosen.seed)
    begun = time.process_time()
    for hostile in chain(inputs(), expressions(), faults()):
        check(json.serialize(hostile), validator, dice, tally)
    seeds = list(_seeds(repository, chosen.material))
    try:
        while tally.tried < chosen.inputs:
            data = _mutated(dice, seeds, repository)
            if len(data) <= MOST:
                check(data, validator, dice, tally)
            if tally.tried % 5_000 == 0:
                print(f"{tally.tried} tried, {tally.wrong.total()} wrong", file=sys.stderr)
    except KeyboardInterrupt:
        print("stopped before the end", file=sys.stderr)
    print(
        text_json.dumps(
            {
                "inputs": tally.tried,
                "seeds": len(seeds),
                "not parsed": tally.refused,
                "without error": tally.good,
                "slowest s": round(tally.slowest, 3),
                "slowest first use s": round(tally.slowest_use, 3),
                "over 1 MB": tally.large,
                "slowest of these, s/MB": round(tally.slowest_large, 3),
                "wrong": dict(tally.wrong),
                "cpu s": round(time.process_time() - begun),
            }
        )
    )
    return 1 if tally.wrong else 0


def check(data: bytes, validator: Validator, dice: random.Random, tally: Tally) -> None:
    """Parse and validate one input three times: as it is, reordered, and spread out."""
    tally.tried += 1
    try:
        resource = _parse(data, validator)
        if resource is None:
            tally.refused += 1
            return
        report, seconds, whole = _timed(resource, validator)
        seconds = tally.timed(seconds, whole, len(data))
        if seconds > SLOW:
            tally.note("slow", data)
            return
        tally.good += report.ok
        if len(report.render("fr")) != len(report.findings):
            tally.note("not rendered", data)
        told = _told(report)
        if told is None or not isinstance(resource, dict):
            return
        # What is given up for its cost has no verdict, and whether it is depends on the machine.
        if _told(validator.validate(_shuffled(resource, dice))) not in (told, None):
            tally.note("order of keys", data)
        spread = json.parse_any(json.serialize(resource, pretty=True))
        if _told(validator.validate(spread)) not in (told, None):
            tally.note("white space", data)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what we look for
        tally.note(f"{type(error).__name__}: {error}"[:120], data)


def _timed(resource: Any, validator: Validator) -> tuple[Report, float, float]:
    begun, made = time.thread_time(), making()
    report = validator.validate(resource)
    whole = time.thread_time() - begun
    return report, whole - (making() - made), whole


def _parse(data: bytes, validator: Validator) -> Any:
    """Give the resource, or None when the text is refused, which is all right."""
    try:
        if data.lstrip()[:1] == b"<":
            return xml.parse(data, validator.repository)
        return json.parse_any(data)
    except FhirError:
        return None


def _told(report: Report) -> list[tuple[str, str]] | None:
    """Give the errors, but for the order; None when the validation was given up."""
    rows = [row for row in report.issues if row.severity in FAILING]
    if any(row.message_id == "too-costly" for row in rows):
        return None
    return sorted((row.message_id or "", row.expression or "") for row in rows)


def _shuffled(value: Any, dice: random.Random) -> Any:
    if isinstance(value, list):
        return [_shuffled(item, dice) for item in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    dice.shuffle(keys)
    return {key: _shuffled(value[key], dice) for key in keys}


def _seeds(repository: Repository, material: Path) -> Iterator[Resource]:
    """Give small resources: those of the test material, and definitions that are shipped."""
    for name in ("StructureDefinition", "ValueSet", "CodeSystem", "ConceptMap"):
        for number, resource in enumerate(repository.all(name)):
            if number % 10 == 0 and len(json.serialize(resource)) < LARGEST:
                yield resource
    for path in sorted((material / "fhir-test-cases").rglob("*.json")):
        if path.stat().st_size < LARGEST and path.name != "manifest.json":
            try:
                yield json.parse(path.read_bytes())
            except FhirError:
                continue


def _mutated(dice: random.Random, seeds: list[Resource], repository: Repository) -> bytes:
    resource = deepcopy(dice.choice(seeds))
    if dice.random() < 0.8:
        for _ in range(dice.randint(1, 4)):
            _change(resource, dice, seeds)
        return text_json.dumps(resource, default=str).encode("utf-8", "surrogatepass")
    try:
        as_xml = dice.random() < 0.5
        data = xml.serialize(resource, repository) if as_xml else json.serialize(resource)
    except FhirError:
        data = json.serialize(resource)
    torn = bytearray(data)
    for _ in range(dice.randint(1, 5)):
        place = dice.randrange(len(torn))
        torn[place : place + dice.choice((0, 1, 1, 4))] = dice.choice(PIECES)
    return bytes(torn)


PIECES = (
    b"",
    b'"',
    b"{",
    b"}",
    b"[",
    b",",
    b"\x00",
    b"\xff",
    b"<",
    b">",
    b"&x;",
    b"1e999",
    b"null",
)


def _change(resource: Any, dice: random.Random, seeds: list[Resource]) -> None:
    """Change one place: another value, another name, a copy, a loss, or a graft."""
    places = _holders(resource)
    if not places:
        return
    holder, key = dice.choice(places)
    action = dice.choice(("put", "put", "move", "drop", "graft", "copy"))
    if action == "put":
        holder[key] = deepcopy(dice.choice(ODD))
    elif action == "graft":
        holder[key] = deepcopy(dice.choice(seeds))
    elif action == "copy":
        other, name = dice.choice(places)
        holder[key] = deepcopy(other[name])
    elif isinstance(holder, dict):
        value = holder.pop(key)
        if action == "move":
            holder[dice.choice((f"_{key}", f"{key}x", "id", "extension", "contained"))] = value
    elif action == "drop":
        del holder[key]
    else:
        holder += [deepcopy(holder[key])] * dice.choice((1, 1, 200))


def _holders(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        for key in list(inner) if isinstance(inner, dict) else range(len(inner)):
            found.append((inner, key))
            if isinstance(inner[key], dict | list):
                waiting.append(inner[key])
    return found


if __name__ == "__main__":
    sys.exit(main())
