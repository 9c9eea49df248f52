"""Hostile searches over real HTTP: every parameter of every type, every modifier, odd values.

    python -m benchmarks.hostile_requests http://127.0.0.1:8080/fhir --values 3

Each answer must be 2xx or 4xx, come soon, and a refusal must be an OperationOutcome that names the
parameter. Ends with status 1 when anything is wrong; the last line printed is one JSON object.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import httpx

SLOW = 2.0
"""Seconds that an answer may take."""
MODIFIERS = (
    "", "exact", "contains", "missing", "not", "text", "in", "not-in", "below", "above", "of-type",
    "identifier", "type", "phonetic", "Patient", "Nothing", "iterate", "%00", "$where", ".",
)  # fmt: skip
TEXTS = (
    "\x00", "a\x00b", "  ", ",", ",,,", "\\", "\\,", "|", "|||", "||||a", "$", "a$b$c", "$gt",
    '{"$gt":""}', ".*", "(a+)+$", "[", "\u202eabc", "e\u0301" * 200, "\ufffe", "a" * 8_000,
    "a," * 900, "1e999999999", "-1e400", "9" * 400, "NaN", "sNaN", "Infinity", "1e6145", "ap9e6144",
    "5||", "5|http://unitsofmeasure.org|", "5|http://unitsofmeasure.org|m999999999",
    "5|http://unitsofmeasure.org|" + "(" * 500, "nan|nan", "0|0|NaN|km", "48||5|km", "1e400|1",
    "0000", "9999", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2020-02-30",
    "0001-01-01T00:00:00+99:99", "2020-06-30T23:59:60Z", "ap0001", "ne9999-12-31", "2020-13",
    "Patient/", "//", "#", "http://[", "http:///", "urn:uuid:", "Patient/../../x", "Nothing/1",
    "http://loinc.org|1234$5", "a$2020", "file:///etc/passwd", "\r\nX-Injected: 1", "<script>",
)  # fmt: skip
VALUES = (*map(quote, TEXTS), "%ED%A0%80", "%FF%FE", "%C0%80", "%", "%zz", "%F4%90%80%80")
"""Values as they stand in a URL; the last are no UTF-8, or no escapes."""


def problem(name: str, answer: httpx.Response, seconds: float) -> str | None:
    """Say what is wrong with the answer to a search by a parameter; None when nothing is."""
    if answer.status_code >= 500:
        return f"answered {answer.status_code}"
    if seconds > SLOW:
        return "slow"
    if answer.status_code < 400:
        return None
    if b'"OperationOutcome"' not in answer.content:
        return "refused without an outcome"
    return None if name.encode() in answer.content else "refused without naming the parameter"


def searches(
    parameters: Iterable[tuple[str, str]], values: int, dice: random.Random
) -> Iterator[tuple[str, str]]:
    """Give the name and the URL of each search: so many values for each modifier."""
    for type, name in parameters:
        for modifier in MODIFIERS:
            for value in dice.sample(VALUES, values):
                yield name, f"/{type}?{name}{modifier and f':{modifier}'}={value}"


async def ask(base: str, asked: Iterator[tuple[str, str]]) -> Counter[str]:
    """Send the searches, four at a time; give how many there were, and what was wrong."""
    found: Counter[str] = Counter()

    async def work(http: httpx.AsyncClient) -> None:
        for name, url in asked:
            begun = time.monotonic()
            answer = await http.get(base + url)
            wrong = problem(name, answer, time.monotonic() - begun)
            found["searches"] += 1
            if wrong:
                found[wrong] += 1
                print(f"{wrong}: {url[:300]}: {answer.text[:300]}", file=sys.stderr)

    async with httpx.AsyncClient(timeout=60) as http:
        await asyncio.gather(*(work(http) for _ in range(4)))
    return found


def main() -> int:
    """Run; 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base")
    parser.add_argument("--values", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    told = httpx.get(f"{chosen.base}/metadata", timeout=60).json()["rest"][0]["resource"]
    parameters = [(row["type"], one["name"]) for row in told for one in row.get("searchParam", ())]
    asked = searches(parameters, chosen.values, random.Random(chosen.seed))
    found = asyncio.run(ask(chosen.base, asked))
    print(json.dumps(dict(found)))
    return 1 if set(found) - {"searches"} else 0


if __name__ == "__main__":
    sys.exit(main())
